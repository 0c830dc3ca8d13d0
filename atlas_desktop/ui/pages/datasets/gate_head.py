"""Over the gates: where the dataset stands, and the two things one does about it."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QProgressBar, QSizePolicy, QWidget

from atlas_desktop.ui.gate_words import headline
from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.buttons import button
from atlas_desktop.ui.widgets.call_header import IconMark
from atlas_desktop.ui.widgets.layouts import row
from atlas_desktop.ui.widgets.plain_label import PlainLabel
from atlas_desktop.wording import tr

if TYPE_CHECKING:
    from atlas_desktop.app.gate_state import GateState
    from atlas_desktop.app.keyboard import Keyboard


class GateHead(QWidget):
    """The button that promotes is the primary one as soon as it can."""

    def __init__(
        self,
        theme: Theme,
        score: Callable[[], object],
        cancel: Callable[[], object],
        promote: Callable[[], object],
    ) -> None:
        super().__init__()
        self._icon = IconMark(theme)
        self._headline = PlainLabel("", role="title")
        self._headline.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        self._progress.setFixedWidth(120)
        self._progress.setAccessibleName(tr("Scoring"))
        self._counted = PlainLabel("", role="caption", tone="muted")
        self._cancel = button(tr("Cancel"), cancel, "quiet")
        self._score = button(tr("Score"), score)
        self.promote = button(tr("Promote to golden"), promote)
        self.setMinimumHeight(52)
        line = row(self, margins=(4, 2, 4, 2), gap=2)
        for widget in (self._icon, self._headline, self._counted, self._progress, self._cancel):
            line.addWidget(widget, 1 if widget is self._headline else 0)
        line.addWidget(self._score)
        line.addWidget(self.promote)

    def show_state(self, state: "GateState") -> None:
        """As it is now."""
        away = state.phase == "away"
        self._headline.setText(tr("As last read: the server is not reached") if away else headline(state))
        self._headline.set_tone("warn" if away else "text")
        self._icon.show_icon(*_icon(state))
        scoring = state.scoring
        for widget in (self._progress, self._counted, self._cancel):
            widget.setVisible(scoring is not None)
        if scoring is not None:
            self._progress.setRange(0, scoring.total)
            self._progress.setValue(scoring.done)
            self._counted.setText(
                tr("{done:,} of {total:,} scored", done=scoring.done, total=scoring.total)
                if scoring.total
                else tr("Starting…")
            )
            self._cancel.setEnabled(bool(scoring.runs))
        scorable = state.phase == "ready" and bool(state.gates)
        self._score.setVisible(scoring is None and not state.golden and scorable)
        self._show_promote(state)

    def show_keys(self, keyboard: "Keyboard") -> None:
        """The keys of the buttons, on hover."""
        for each, command in ((self._score, "gates.score"), (self.promote, "gates.promote")):
            each.setToolTip(keyboard.key(command))

    def _show_promote(self, state: "GateState") -> None:
        self.promote.setVisible(not state.golden and state.phase == "ready")
        self.promote.setText(tr("Promoting…") if state.promoting else tr("Promote to golden"))
        self.promote.setEnabled(not state.promoting and state.scoring is None)
        kind = "primary" if state.can_promote else "plain"
        if self.promote.property("kind") != kind:
            self.promote.setProperty("kind", kind)
            self.promote.style().unpolish(self.promote)
            self.promote.style().polish(self.promote)
        self.promote.setAccessibleDescription(headline(state))


def _icon(state: "GateState") -> tuple[str, str]:
    if state.golden:
        return "lock", "good"
    if state.phase != "ready" or not state.gates:
        return "", "muted"
    if state.edited or any(gate.unscored for gate in state.gates):
        return "pending", "muted"
    return ("good", "good") if state.met else ("bad", "bad")
