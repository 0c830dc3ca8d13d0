"""Shadow, canary, production: where a release is on its way, and since when."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSizePolicy, QWidget

from atlas_desktop.app.release_state import STAGES, entered
from atlas_desktop.ui.pages.operations.releases.words import now, stage_caption, stage_title, stage_words
from atlas_desktop.ui.widgets.call_header import IconMark
from atlas_desktop.ui.widgets.layouts import column, hairline, row
from atlas_desktop.ui.widgets.plain_label import PlainLabel

if TYPE_CHECKING:
    from atlas_desktop.contract.releases import Release
    from atlas_desktop.ui.models.line_model import Token
    from atlas_desktop.ui.theme import Theme

_LINE_WIDTH = 48


class _Stage(QWidget):
    def __init__(self, theme: "Theme") -> None:
        super().__init__()
        self._icon = IconMark(theme)
        self._title = PlainLabel("", role="strong")
        self._caption = PlainLabel("", role="caption", tone="muted")
        words = column(gap=0)
        words.addWidget(self._title)
        words.addWidget(self._caption)
        line = row(self, gap=2)
        side = column()
        side.addSpacing(2)
        side.addWidget(self._icon)
        side.addStretch(1)
        line.addLayout(side)
        line.addLayout(words)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)

    def show_stage(self, title: str, caption: str, icon: str, tone: "Token", *, here: bool) -> None:
        self._title.setText(title)
        self._title.set_tone("text" if here else "muted")
        self._caption.setText(caption)
        self._icon.show_icon(icon, tone)


class StageRow(QWidget):
    """Three stages with hairlines between them. The one it is at stands out; where it went wrong says so."""

    def __init__(self, theme: "Theme") -> None:
        super().__init__()
        self._stages = {stage: _Stage(theme) for stage in STAGES}
        line = row(self, gap=3)
        for place, made in enumerate(self._stages.values()):
            if place:
                between = hairline()
                between.setMinimumWidth(_LINE_WIDTH // 2)
                between.setMaximumWidth(2 * _LINE_WIDTH)
                line.addWidget(between, 1, Qt.AlignmentFlag.AlignVCenter)
            line.addWidget(made)
        line.addStretch(2)

    def show_release(self, release: "Release") -> None:
        """Where this one is."""
        now_ms = now()
        said = []
        last = next((stage for stage in reversed(STAGES) if entered(release, stage) is not None), None)
        for stage, made in self._stages.items():
            icon, tone = _look(release, stage, last)
            title, caption = stage_title(release, stage), stage_caption(release, stage, now_ms)
            here = stage == release.stage
            made.show_stage(title, caption, icon, tone, here=here)
            said.append(f"{title}: {stage_words(release.stage) if here else caption}")
        self.setAccessibleName(", ".join(said))


def _look(release: "Release", stage: str, last: str | None) -> "tuple[str, Token]":
    """A shape and its colour: done, here, given up here, not yet."""
    if stage == release.stage:
        return ("good", "good") if stage == "prod" else ("open", "accent")
    if release.stage == "rolled_back" and stage == last:
        return "bad", "bad"
    if entered(release, stage) is not None:
        return "good", "muted"
    return "pending", "muted"
