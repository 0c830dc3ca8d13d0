"""The evaluators beside the draft: each with a shape, a word and its score; its findings open under them."""

import html
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSize, Qt
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
    "running": ("pending", "accent"), "needs_server": ("offline", "muted"),
}  # fmt: skip
_WORDS: Final = {
    "ok": mark("passes"), "bad": mark("fails"), "unknown": mark("cannot tell"),
    "running": mark("is running"), "needs_server": mark("needs the server"),
}  # fmt: skip
_MOST_FINDINGS: Final = 6
_LONGEST: Final = 500


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
        self.setText(one_line(_short(lamp)).replace("&", "&&"))
        words = lamp_words(lamp)
        self.setAccessibleName(one_line(words))
        # What a server or a schema names may turn round or stretch whatever it stands in.
        told = [one_line(words[:_LONGEST]) for words in findings_words(lamp)]
        self.setAccessibleDescription(" ".join(told))
        self.setToolTip(f"<p>{'<br>'.join(map(html.escape, told))}</p>")


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
        self._show_findings()
        self.setVisible(bool(lamps))

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
    return ""


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


def _short(lamp: "Lamp") -> str:
    if lamp.score is not None and lamp.state in ("ok", "bad"):
        return tr("{name}  {score:.2f} / {least:.2f}", name=lamp.name, score=lamp.score, least=lamp.min_score)
    return tr("{name}  {state}", name=lamp.name, state=tr(_WORDS[lamp.state]))
