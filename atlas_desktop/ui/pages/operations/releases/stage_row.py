"""Shadow, canary, production: where a release is on its way, and since when."""

from typing import TYPE_CHECKING, Final, Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QBoxLayout, QSizePolicy, QWidget

from atlas_desktop.app.release_state import STAGES, entered
from atlas_desktop.ui import icons
from atlas_desktop.ui.pages.operations.releases.words import now, stage_caption, stage_title, stage_words
from atlas_desktop.ui.theme import ICON
from atlas_desktop.ui.widgets.layouts import column, hairline, row
from atlas_desktop.ui.widgets.plain_label import PlainLabel

if TYPE_CHECKING:
    from atlas_desktop.contract.releases import Release
    from atlas_desktop.ui.theme import Theme

_LINE_WIDTH: Final = 48
_TITLE_MIDDLE: Final = 10
_ICONS: Final = {"done": ("good", "muted"), "live": ("good", "good"), "lost": ("bad", "bad")}


Look = Literal["done", "here", "live", "lost", "ahead"]


class _Mark(QWidget):
    """A check where it has been, a full disc where it is, a ring where it has still to come, a cross where it ended."""

    def __init__(self, theme: "Theme") -> None:
        super().__init__()
        self._theme = theme
        self._look: Look = "ahead"
        self.setFixedSize(ICON, ICON)
        theme.changed.connect(self.update)

    def show_look(self, look: Look) -> None:
        self._look = look
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, tokens = QPainter(self), self._theme.tokens
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._look in _ICONS:
            name, token = _ICONS[self._look]
            painter.drawPixmap(0, 0, icons.pixmap(name, getattr(tokens, token), self.devicePixelRatio()))
        else:
            here = self._look == "here"
            color = tokens.color("accent" if here else "strong_line")
            painter.setPen(QPen(color, 1.5))
            painter.setBrush(color if here else Qt.BrushStyle.NoBrush)
            painter.drawEllipse(self.rect().toRectF().adjusted(3.5, 3.5, -3.5, -3.5))
        painter.end()


class _Stage(QWidget):
    def __init__(self, theme: "Theme") -> None:
        super().__init__()
        self._mark = _Mark(theme)
        self._title = PlainLabel("", role="strong")
        self._caption = PlainLabel("", role="caption", tone="muted")
        words = column(gap=0)
        words.addWidget(self._title)
        words.addWidget(self._caption)
        line = row(self, gap=2)
        side = column()
        side.addSpacing(2)
        side.addWidget(self._mark)
        side.addStretch(1)
        line.addLayout(side)
        line.addLayout(words)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)

    def show_stage(self, title: str, caption: str, look: Look) -> None:
        self._title.setText(title)
        self._title.set_tone("text" if look in ("here", "live") else "muted")
        self._caption.setText(caption)
        self._mark.show_look(look)


class StageRow(QWidget):
    """Three stages with hairlines between them. The one it is at stands out; where it went wrong says so."""

    def __init__(self, theme: "Theme") -> None:
        super().__init__()
        self._stages = {stage: _Stage(theme) for stage in STAGES}
        line = row(self, gap=3)
        for place, made in enumerate(self._stages.values()):
            if place:
                line.addLayout(_between(), 1)
            line.addWidget(made)
        line.addStretch(2)

    def show_release(self, release: "Release") -> None:
        """Where this one is."""
        now_ms = now()
        said = []
        last = next((stage for stage in reversed(STAGES) if entered(release, stage) is not None), None)
        for stage, made in self._stages.items():
            title, caption = stage_title(release, stage), stage_caption(release, stage, now_ms)
            made.show_stage(title, caption, _look(release, stage, last))
            said.append(f"{title}: {stage_words(release.stage) if stage == release.stage else caption}")
        self.setAccessibleName(", ".join(said))


def _between() -> QBoxLayout:
    """A line as high as the titles it stands between."""
    made = column()
    made.addSpacing(_TITLE_MIDDLE)
    line = hairline()
    line.setMinimumWidth(_LINE_WIDTH // 2)
    line.setMaximumWidth(2 * _LINE_WIDTH)
    made.addWidget(line)
    made.addStretch(1)
    return made


def _look(release: "Release", stage: str, last: str | None) -> Look:
    """What became of a stage."""
    if stage == release.stage:
        return "live" if stage == "prod" else "here"
    if release.stage == "rolled_back" and stage == last:
        return "lost"
    return "done" if entered(release, stage) is not None else "ahead"
