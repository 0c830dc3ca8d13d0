"""The refunds: calls that scored below a gate, newest first, and what a reviewer says to each."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, Literal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget, QWidget

from atlas_desktop.app.refunds import RefundsState
from atlas_desktop.ui.pages.operations.usage.refund_words import columns, count_words, list_rows
from atlas_desktop.ui.pages.operations.usage.verdict import Bench, Judging, Verdict
from atlas_desktop.ui.widgets.buttons import button
from atlas_desktop.ui.widgets.choices import Segments
from atlas_desktop.ui.widgets.empty import Empty
from atlas_desktop.ui.widgets.figure_table import FigureTable
from atlas_desktop.ui.widgets.layouts import column, row
from atlas_desktop.ui.widgets.plain_label import PlainLabel
from atlas_desktop.wording import tr

if TYPE_CHECKING:
    from atlas_desktop.contract.refunds import RefundRow, RefundState
    from atlas_desktop.ui.theme import Theme

_ALL: Final = "all"
_WANTED: Final[tuple["RefundState | None", ...]] = ("open", "confirmed", "overturned", None)


class RefundList(QWidget):
    """``choose`` is called with the state that is wanted, ``more`` when older ones are."""

    def __init__(
        self,
        theme: "Theme",
        bench: Bench,
        choose: Callable[["RefundState | None"], object],
        ask: Callable[[], object],
        more: Callable[[], object],
    ) -> None:
        super().__init__()
        self._choose = choose
        self._ask = ask
        self.state = RefundsState()
        self.names: dict[str, str] = {}
        self.states = Segments(
            [
                ("open", tr("To decide")),
                ("confirmed", tr("Confirmed")),
                ("overturned", tr("Overturned")),
                (_ALL, tr("All")),
            ],
            lambda value: choose(next((each for each in _WANTED if each == value), None)),
        )
        self.states.name(tr("Refunds"), tr("Which refunds are listed"))
        self._count = PlainLabel("", role="caption", tone="muted")
        self.table = FigureTable(theme, tr("Refunds"), columns())
        self.table.chosen.connect(lambda _: self._show_verdict())
        self.table.opened.connect(lambda _: bench.open_call())
        self._more = button(tr("Show older ones"), more, "quiet")
        self._stale = PlainLabel("", role="caption", tone="warn")
        self._stale.setContentsMargins(12, 4, 12, 4)
        self.verdict = Verdict(theme, bench)
        self.empty = Empty(theme)
        self._stack = QStackedWidget()
        self.controls = QWidget()
        line = row(self.controls, gap=2)
        line.addWidget(self._count)
        line.addWidget(self.states)
        full = QWidget()
        body = column(full)
        body.addWidget(self._stale)
        body.addWidget(self.table, 1)
        body.addWidget(self._more, 0, Qt.AlignmentFlag.AlignHCenter)
        self._full = full
        self._stack.addWidget(full)
        self._stack.addWidget(self.empty)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAccessibleName(tr("Refunds"))
        layout = column(self)
        layout.addWidget(self._stack, 1)
        layout.addWidget(self.verdict)

    @property
    def at_hand(self) -> "RefundRow | None":
        """The refund at hand."""
        return self.state.row(self.table.key)

    def show_state(self, state: RefundsState, names: dict[str, str]) -> None:
        """What the server said, or why it did not; ``names`` are those of the evaluators."""
        self.state, self.names = state, names
        self.states.show_value(state.wanted or _ALL)
        self._count.setText(count_words(state))
        self.table.show_rows(list_rows(state.rows, names))
        if self.table.key is None and state.rows:
            self.table.step(1)
        self._more.setVisible(state.more)
        self._stale.setVisible(state.phase in ("away", "failed"))
        if state.problem is not None:
            self._stale.setText(tr("As last read: {why}", why=state.problem.title))
        else:
            self._stale.setText(tr("As last read: the server is not reached"))
        follows = self.hasFocus() or self.table.hasFocus()
        if follows and not state.rows:
            # Else Qt gives the focus of what is hidden to what comes next, which may be a text field.
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        self._stack.setCurrentWidget(self._full if state.rows else self.empty)
        if follows and state.rows:
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        if not state.rows:
            self._say_why(state)
        self._show_verdict()

    def step(self, direction: Literal[1, -1]) -> None:
        """The next refund."""
        self.table.step(direction)

    def step_state(self, direction: Literal[1, -1]) -> None:
        """Those in the next state."""
        at = _WANTED.index(self.state.wanted)
        self._choose(_WANTED[(at + direction) % len(_WANTED)])

    def take_focus(self) -> None:
        """The list."""
        target: QWidget = self.table if self.state.rows else self
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    def step_back(self) -> bool:
        """From the reason to the list."""
        if self.verdict.writing:
            self.verdict.leave()
            return True
        return False

    def _show_verdict(self) -> None:
        row = self.at_hand
        deciding = row is not None and row.call_id in self.state.deciding
        self.verdict.show_refund(
            Judging(row, self.names, self.state.online, deciding) if row is not None else None
        )

    def _say_why(self, state: RefundsState) -> None:
        again = [(tr("Ask again"), self._ask)]
        if state.phase == "away":
            self.empty.say(
                tr("Refunds are at the server"),
                tr("They are listed when the server is reached again."),
                ways=again,
            )
        elif state.phase == "limited":
            self.empty.say(
                tr("This server keeps no refunds"), tr("It does not offer them beyond the published API.")
            )
        elif state.phase == "failed" and state.problem is not None:
            self.empty.say(state.problem.title, state.problem.detail, ways=again)
        elif state.phase != "ready":
            self.empty.say(tr("Asking the server…"))
        elif state.wanted == "open":
            self.empty.say(
                tr("Nothing to decide"),
                tr("A call that scores below a gate of its operation is not metered, and is listed here."),
            )
        else:
            self.empty.say(tr("None of these"))
