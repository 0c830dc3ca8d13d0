"""What calls cost, and what of it was refunded: two parts of one area."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal, cast

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QStackedWidget

from atlas_desktop.app.commands.usage_acts import UsagePart
from atlas_desktop.app.problems import KnownError
from atlas_desktop.ui.key_router import takes_text
from atlas_desktop.ui.pages.operations.area import Area
from atlas_desktop.ui.pages.operations.usage.refunds import RefundList
from atlas_desktop.ui.pages.operations.usage.spending import Spending
from atlas_desktop.ui.pages.operations.usage.words import amount_text
from atlas_desktop.ui.pages.work_page import Place, WorkPage
from atlas_desktop.ui.widgets.choices import Segments
from atlas_desktop.ui.widgets.layouts import column, hairline, row
from atlas_desktop.wording import mark, tr

if TYPE_CHECKING:
    from atlas_desktop.app.refunds import RefundsState
    from atlas_desktop.app.session import Workspace
    from atlas_desktop.contract.refunds import RefundRow, RefundState
    from atlas_desktop.ui.theme import Theme

_Lesson = tuple[tuple[str, str], ...]
_SPENDING: _Lesson = (
    ("usage.next", mark("next row")),
    ("usage.by", mark("by another field")),
    ("usage.span", mark("other days")),
    ("usage.copy", mark("copy as CSV")),
    ("usage.refunds", mark("refunds")),
)
_REFUNDS: _Lesson = (
    ("usage.next", mark("next refund")),
    ("refund.open", mark("look at the call")),
    ("refund.confirm", mark("confirm")),
    ("refund.overturn", mark("overturn…")),
    ("usage.span", mark("other state")),
    ("usage.spending", mark("what calls cost")),
)
_WRITING: _Lesson = (("refund.save", mark("meter the call again")), ("view.escape", mark("leave the text")))
_TYPING: _Lesson = (("view.escape", mark("leave the text")),)


class UsageArea(Area):
    """Implements ``UsageActs``, and the ``Bench`` of a refund."""

    zone = "usage"

    def __init__(self, theme: "Theme", page: WorkPage) -> None:
        super().__init__(theme, page)
        self._workspace: Workspace | None = None
        self._stops: list[Callable[[], None]] = []
        self.part: UsagePart = "spending"
        self.parts = Segments(
            [("spending", tr("Cost")), ("refunds", tr("Refunds"))],
            lambda part: self.show_part(cast("UsagePart", part)),
        )
        self.parts.show_value("spending")
        self.parts.name(tr("Part"), tr("What calls cost, or the refunds"))
        self.spending = Spending(theme, self._choose, self.refresh, page.context.say)
        self.spending.copied = page.context.copy
        self.refunds = RefundList(theme, self, self._choose_state, self.refresh, self._more)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.spending)
        self._stack.addWidget(self.refunds)
        bar = row(margins=(3, 1, 3, 1), gap=2)
        bar.addWidget(self.parts)
        bar.addStretch(1)
        for each in (self.spending.controls, self.refunds.controls):
            bar.addWidget(each)
        layout = column(self)
        layout.addLayout(bar)
        layout.addWidget(hairline())
        layout.addWidget(self._stack, 1)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAccessibleName(tr("Usage"))
        self._turn()

    # what the page asks for: see Area

    def set_workspace(self, workspace: "Workspace | None") -> None:
        """Show this workspace's from now on."""
        for stop in self._stops:
            stop()
        self._stops, self._workspace = [], workspace
        if workspace is None:
            return
        usage, refunds = workspace.gateway.usage, workspace.gateway.refunds
        self._stops = [
            usage.changed.connect(self.spending.show_state),
            refunds.changed.connect(self._show_refunds),
            workspace.operations.changed.connect(lambda _: self._names_changed()),
        ]
        self.spending.show_state(usage.state)
        self._show_refunds(refunds.state)
        self._look(self.isVisible())

    def show_area(self) -> None:
        """It comes to the screen: what only the server knows is asked for now."""
        self._look(True)

    def showEvent(self, event: QShowEvent) -> None:
        """Somebody looks."""
        super().showEvent(event)
        self._look(True)

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks."""
        super().hideEvent(event)
        self._look(False)

    def take_focus(self) -> None:
        """The table."""
        if self.part == "refunds":
            self.refunds.take_focus()
        else:
            self.spending.take_focus()

    def step_back(self) -> bool:
        """From a text to the table; what is typed is kept."""
        if self.part == "refunds" and self.refunds.step_back():
            return True
        if takes_text(QApplication.focusWidget()):
            self.take_focus()
            return True
        return False

    def taught(self, place: Place) -> list[tuple[str, str]]:
        """Commands with a word each."""
        if place != "keys":
            words = _WRITING if self.refunds.verdict.writing else _TYPING
        else:
            words = _REFUNDS if self.part == "refunds" else _SPENDING
        return [(command, tr(said)) for command, said in words]

    # what keys do: see UsageActs

    def show_part(self, part: UsagePart) -> None:
        """What calls cost, or the refunds."""
        if part != self.part:
            self.part = part
            self._turn()
            self._look(self.isVisible())
        self.take_focus()

    def step(self, direction: Literal[1, -1]) -> None:
        """The next row."""
        (self.refunds if self.part == "refunds" else self.spending).step(direction)

    def open_current(self) -> None:
        """The call of the refund at hand, in Review."""
        if self.part == "refunds":
            self.open_call()

    def step_group(self, direction: Literal[1, -1]) -> None:
        """Rows by the next kind of thing."""
        if self.part == "spending":
            self.spending.step_group(direction)

    def step_span(self, direction: Literal[1, -1]) -> None:
        """The next range of days, or those in the next state."""
        if self.part == "spending":
            self.spending.step_span(direction)
        else:
            self.refunds.step_state(direction)

    def edit_period(self) -> None:
        """The cursor into the first day."""
        self.show_part("spending")
        self.spending.edit_period()

    def copy(self) -> None:
        """The table to the clipboard, as CSV."""
        if self.part == "spending":
            self.spending.copy()

    def refresh(self) -> None:
        """Ask the server again."""
        if self._workspace is not None:
            self._workspace.gateway.usage.refresh()
            self._workspace.gateway.refunds.refresh()

    def confirm(self) -> None:
        """The call at hand stays not metered."""
        if (row := self._decidable("open")) is not None:
            self._decide(row, None)

    def overturn(self) -> None:
        """Write why the call at hand is metered all the same."""
        if self._decidable("open", "confirmed") is not None:
            self.refunds.verdict.write()
            self._lessons()

    def save(self) -> None:
        """Do what is written."""
        self.refunds.verdict.save()

    # what the refund at hand asks for: see Bench

    def open_call(self) -> None:
        """The call, in Review."""
        row = self.refunds.at_hand
        if row is not None and self._workspace is not None:
            self.page.context.spawn("call is shown", self._open(self._workspace, row.call_id))

    def meter_again(self, reason: str) -> None:
        """It is metered all the same."""
        if (row := self._decidable("open", "confirmed")) is not None:
            self._decide(row, reason)

    def draft(self, call_id: str) -> str:
        """The reason as it was typed and not sent."""
        kept = self._workspace.operations.unsaved(_draft(call_id)) if self._workspace is not None else None
        return kept or ""

    def keep_draft(self, call_id: str, text: str) -> None:
        """Keep what is typed."""
        if self._workspace is not None and (text or None) != self._workspace.operations.unsaved(
            _draft(call_id)
        ):
            self._workspace.operations.keep(_draft(call_id), text or None)

    def tell(self, sentence: str) -> None:
        """Say this."""
        self.page.context.say(sentence)

    def left(self) -> None:
        """The keyboard back to the list."""
        self.refunds.take_focus()
        self._lessons()

    # inside

    def _turn(self) -> None:
        self.parts.show_value(self.part)
        spending = self.part == "spending"
        self._stack.setCurrentWidget(self.spending if spending else self.refunds)
        self.spending.controls.setVisible(spending)
        self.refunds.controls.setVisible(not spending)
        self._lessons()

    def _look(self, shown: bool) -> None:
        if self._workspace is not None:
            self._workspace.gateway.usage.show(shown and self.part == "spending")
            self._workspace.gateway.refunds.show(shown and self.part == "refunds")

    def _choose(self, **fields: Any) -> None:
        if self._workspace is not None:
            self._workspace.gateway.usage.choose(**fields)

    def _choose_state(self, wanted: "RefundState | None") -> None:
        if self._workspace is not None:
            self._workspace.gateway.refunds.choose(wanted)

    def _more(self) -> None:
        if self._workspace is not None:
            self._workspace.gateway.refunds.more()

    def _show_refunds(self, state: "RefundsState") -> None:
        self.refunds.show_state(state, self._names())

    def _names(self) -> dict[str, str]:
        known = self._workspace.operations.state.evaluators if self._workspace is not None else ()
        return {each.id: each.name for each in known}

    def _names_changed(self) -> None:
        if self._workspace is not None and self._names() != self.refunds.names:
            self._show_refunds(self._workspace.gateway.refunds.state)

    def _decidable(self, *states: "RefundState") -> "RefundRow | None":
        """The refund at hand; None, and said why, where it cannot be decided now."""
        row = self.refunds.at_hand if self.part == "refunds" else None
        if row is None:
            return None
        if row.state not in states:
            self.page.context.say(tr("This refund is decided already"))
        elif not self.refunds.state.online:
            self.page.context.say(
                tr("The server is not reached: refunds are decided there, nothing is put off.")
            )
        elif row.call_id not in self.refunds.state.deciding:
            return row
        return None

    def _decide(self, row: "RefundRow", reason: str | None) -> None:
        if self._workspace is not None:
            self.page.context.spawn("refund is decided", self._decided(self._workspace, row, reason))

    async def _decided(self, workspace: "Workspace", row: "RefundRow", reason: str | None) -> None:
        book = workspace.gateway.refunds
        try:
            done = await (book.confirm(row.call_id) if reason is None else book.overturn(row.call_id, reason))
        except KnownError as error:
            self.page.notice.tell(error.problem)
            return
        self.page.notice.hide()
        if reason is None:
            self.page.context.say(tr("Confirmed: the call stays not metered. It can still be overturned"))
            return
        self.keep_draft(row.call_id, "")
        self.refunds.verdict.leave()
        self.page.context.say(
            tr("Overturned: the call is metered again, {amount}", amount=amount_text(done.amount_nano))
        )

    async def _open(self, workspace: "Workspace", call_id: str) -> None:
        seq = await workspace.store.calls.seq_of(call_id)
        if seq is None:
            self.page.context.say(tr("This call is not on this computer yet: it comes with the next sync"))
            workspace.sync.wake()
            return
        self.page.context.show("review")
        await workspace.review.visit(seq)

    def _lessons(self) -> None:
        changed: Callable[[], object] | None = getattr(self.page, "lessons_changed", None)
        if changed is not None:
            changed()


def _draft(call_id: str) -> str:
    return f"refund/{call_id}"
