"""The evaluators beside the draft: each with a shape, a word and its score; its findings open under them."""

import html
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolButton, QWidget

from atlas_desktop.ui import icons
from atlas_desktop.ui.hostile_text import one_line
from atlas_desktop.ui.theme import ICON, Theme
from atlas_desktop.ui.widgets.layouts import column, row
from atlas_desktop.ui.widgets.plain_label import PlainLabel
from atlas_desktop.wording import mark, tr, trn

if TYPE_CHECKING:
    from atlas_desktop.app.lamps import Lamp
    from atlas_desktop.domain.scoring.score import Finding

_ICONS: Final = {
    "ok": ("good", "good"), "bad": ("bad", "bad"), "unknown": ("unsure", "muted"),
    "unasked": ("pending", "muted"), "running": ("sync", "accent"), "needs_server": ("offline", "muted"),
}  # fmt: skip
_WORDS: Final = {
    "ok": mark("passes"), "bad": mark("fails"), "unknown": mark("cannot tell"),
    "unasked": mark("not asked yet"), "running": mark("is running"), "needs_server": mark("needs the server"),
}  # fmt: skip
_MOST_FINDINGS: Final = 6
_LONGEST: Final = 500
_SHORTEST: Final = 48  # pixels of a name


def lamp_words(lamp: "Lamp") -> str:
    """Its state as one says it: "schema fails, 0.00 of 1.00"."""
    state = tr(_WORDS[lamp.state])
    if lamp.score is not None and lamp.state in ("ok", "bad"):
        words = tr(
            "{name} {state}, {score:.2f} of {least:.2f}",
            name=lamp.name, state=state, score=lamp.score, least=lamp.min_score,
        )  # fmt: skip
    else:
        words = tr("{name} {state}", name=lamp.name, state=state)
    return tr("{words}, for the text before", words=words) if lamp.stale else words


class LampButton(QToolButton):
    """One evaluator."""

    def __init__(self, theme: Theme, lamp: "Lamp") -> None:
        super().__init__()
        self._theme = theme
        self.lamp = lamp
        self.setProperty("kind", "facet")
        self.setCheckable(True)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setIconSize(QSize(ICON, ICON))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.show_lamp(lamp)

    def show_lamp(self, lamp: "Lamp") -> None:
        """What it says now."""
        self.lamp = lamp
        name, token = _ICONS[lamp.state]
        self.setIcon(icons.icon(name, getattr(self._theme.tokens, token)))
        words = lamp_words(lamp)
        self.setAccessibleName(one_line(words))
        # What a server or a schema names may turn round or stretch whatever it stands in.
        told = [one_line(words[:_LONGEST]) for words in findings_words(lamp)]
        self.setAccessibleDescription(" ".join(told))
        self.setToolTip(f"<p>{'<br>'.join(map(html.escape, told))}</p>")

    def takes(self, *, brief: bool) -> int:
        """The pixels it needs for all of its words."""
        beside = self.sizeHint().width() - self._width(self.text().replace("&&", "&"))
        return beside + self._width(_words_on(self.lamp, brief=brief))

    def say(self, room: int, *, brief: bool) -> None:
        """Its words, in this room; what is too long is its name."""
        words = _words_on(self.lamp, brief=brief)
        over = self.takes(brief=brief) - room
        if over > 0:
            name = one_line(self.lamp.name)
            left = max(self._width(name) - over, _SHORTEST)
            words = (
                self.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, left) + words[len(name) :]
            )
        self.setText(words.replace("&", "&&"))

    def _width(self, words: str) -> int:
        return self.fontMetrics().horizontalAdvance(words)


class LampStrip(QWidget):
    """A line of lamps. Nothing is shown where the operation has no evaluators."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._buttons: dict[str, LampButton] = {}
        self._open: str | None = None
        self._summary = PlainLabel("", role="caption", tone="muted")
        self._line = row(margins=(2, 0, 3, 0), gap=1)
        self._line.addStretch()
        self._line.addWidget(self._summary)
        self._findings = column(margins=(3, 0, 3, 1), gap=0)
        self._lines: list[PlainLabel] = []
        layout = column(self)
        layout.addLayout(self._line)
        layout.addLayout(self._findings)
        self.setAccessibleName(tr("Evaluators"))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._restyle)
        self.hide()

    def show_lamps(self, lamps: "Sequence[Lamp]") -> None:
        """These, in their order."""
        wanted = {lamp.evaluator_id: lamp for lamp in lamps}
        for known in [known for known in self._buttons if known not in wanted]:
            button = self._buttons.pop(known)
            self._line.removeWidget(button)
            button.deleteLater()
        for place, (name, lamp) in enumerate(wanted.items()):
            if name in self._buttons:
                self._buttons[name].show_lamp(lamp)
            else:
                self._add(place, lamp)
        self._summary.setText(summary_words(lamps))
        self._fit()
        self._show_findings()
        self.setVisible(bool(lamps))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """More room, more words."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """All words where there is room; without the least score and what an icon says as well; then shorter names."""
        buttons = list(self._buttons.values())
        if not buttons:
            return
        margins = self._line.contentsMargins()
        taken = margins.left() + margins.right() + self._line.spacing() * (len(buttons) + 1)
        room = self.width() - taken - self._summary.sizeHint().width()
        brief = sum(button.takes(brief=False) for button in buttons) > room
        fits = not brief or sum(button.takes(brief=True) for button in buttons) <= room
        for button in buttons:
            button.say(button.takes(brief=brief) if fits else room // len(buttons), brief=brief)

    def _add(self, place: int, lamp: "Lamp") -> None:
        button = self._buttons[lamp.evaluator_id] = LampButton(self._theme, lamp)
        button.clicked.connect(lambda _=False, name=lamp.evaluator_id: self._toggle(name))
        self._line.insertWidget(place, button)

    def _toggle(self, name: str) -> None:
        self._open = None if self._open == name else name
        self._show_findings()

    def _show_findings(self) -> None:
        for name, button in self._buttons.items():
            button.setChecked(name == self._open)
        for line in self._lines:
            self._findings.removeWidget(line)
            line.deleteLater()
        chosen = self._buttons.get(self._open or "")
        self._lines = [self._finding(words) for words in findings_words(chosen.lamp)] if chosen else []

    def _finding(self, words: str) -> PlainLabel:
        line = PlainLabel(words, role="caption", tone="muted")
        line.setWordWrap(True)
        self._findings.addWidget(line)
        return line

    def _restyle(self) -> None:
        for button in self._buttons.values():
            button.show_lamp(button.lamp)
        self._fit()


def summary_words(lamps: "Sequence[Lamp]") -> str:
    """All of them in a few words: green means every one that could judge passes."""
    bad = sum(lamp.state == "bad" for lamp in lamps)
    if bad:
        return trn("{count} fails", "{count} fail", bad)
    if lamps and all(lamp.state == "ok" for lamp in lamps):
        return tr("All pass")
    waiting = sum(lamp.state == "needs_server" for lamp in lamps)
    if waiting:
        return trn("{count} needs the server", "{count} need the server", waiting)
    unasked = sum(lamp.state == "unasked" for lamp in lamps)
    return trn("{count} not asked yet", "{count} not asked yet", unasked) if unasked else ""


def findings_words(lamp: "Lamp") -> list[str]:
    """What the lamp has to say, a line each."""
    found = [_finding_words(finding) for finding in lamp.findings[:_MOST_FINDINGS]]
    left = len(lamp.findings) - len(found)
    if left > 0:
        found.append(trn("and {count} more", "and {count} more", left))
    return found or [lamp.words or lamp_words(lamp)]


def _finding_words(finding: "Finding") -> str:
    path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in finding.path)
    return f"{path.removeprefix('.')}: {finding.message}" if path else finding.message


def _words_on(lamp: "Lamp", *, brief: bool) -> str:
    """What stands on the button, the name first."""
    name = one_line(lamp.name)
    if lamp.score is not None and lamp.state in ("ok", "bad"):
        if brief and lamp.state == "ok":
            return tr("{name}  {score:.2f}", name=name, score=lamp.score)
        return tr("{name}  {score:.2f} / {least:.2f}", name=name, score=lamp.score, least=lamp.min_score)
    return name if brief else tr("{name}  {state}", name=name, state=tr(_WORDS[lamp.state]))
