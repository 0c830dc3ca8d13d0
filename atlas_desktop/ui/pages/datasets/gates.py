"""The ship gates of the dataset at hand: how they stand, what would flip them, promotion on the same panel."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, Literal

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QStackedWidget, QWidget

from atlas_desktop.ui.pages.datasets.fix_item import FixItem
from atlas_desktop.ui.pages.datasets.fix_panel import FixPanel
from atlas_desktop.ui.pages.datasets.gate_head import GateHead
from atlas_desktop.ui.pages.datasets.gate_row import GateRow
from atlas_desktop.ui.pages.datasets.golden_pane import GoldenPane
from atlas_desktop.ui.pages.datasets.section import Section
from atlas_desktop.ui.widgets.empty import Empty
from atlas_desktop.ui.widgets.layouts import column, hairline, surface
from atlas_desktop.wording import tr

if TYPE_CHECKING:
    from atlas_desktop.app.commands import Context
    from atlas_desktop.app.gate_state import GateState
    from atlas_desktop.app.keyboard import Keyboard
    from atlas_desktop.app.promotion import Promotion
    from atlas_desktop.app.session import Workspace
    from atlas_desktop.contract.datasets import Dataset
    from atlas_desktop.contract.promotions import Training
    from atlas_desktop.ui.pages.work_page import WorkPage
    from atlas_desktop.ui.theme import Theme

_GATES: Final = 0
_EMPTY: Final = 1


class GatesSection(Section):
    """Each gate a row; the fix list opens under one. Implements ``GateActs``."""

    def __init__(self, theme: "Theme", context: "Context", page: "WorkPage") -> None:
        super().__init__(theme, context, page)
        self._workspace: Workspace | None = None
        self._gates: Promotion | None = None
        self._stops: list[Callable[[], None]] = []
        self._at = 0
        self.head = GateHead(theme, self.score, self._cancel, self.promote)
        self.rows: list[GateRow] = []
        self._lines: list[QWidget] = []
        self.item = FixItem(theme, context)
        self.fixes = FixPanel(theme, self._go, self._edit, self._veiled, self.item)
        self.golden = GoldenPane(theme, self._request, self._save_bundle)
        self.empty = Empty(theme)
        self._rows = column()
        self._rest = QWidget()
        self._stack = QStackedWidget()
        self._build()
        self.show_keys(context.session.keyboard)

    def set_workspace(self, workspace: "Workspace | None") -> None:
        """Show this workspace's gates from now on."""
        for stop in self._stops:
            stop()
        self._workspace = workspace
        self.item.set_workspace(workspace)
        self._gates = workspace.promotion if workspace is not None else None
        self._stops = (
            [
                workspace.promotion.changed.connect(lambda _: self._show()),
                workspace.promotion.announce.connect(self.context.say),
            ]
            if workspace is not None
            else []
        )
        self._show()

    def show_dataset(self, dataset: "Dataset") -> None:
        """Its gates."""
        if self._gates is not None:
            self._gates.follow(dataset)

    def showEvent(self, event: QShowEvent) -> None:
        """The gates may be others since one looked last: they are changed on another screen."""
        self._show()
        if self._gates is not None:
            self._gates.refresh()
        super().showEvent(event)

    def clear(self) -> None:
        """None."""
        if self._gates is not None:
            self._gates.follow(None)

    def take_focus(self) -> None:
        """To the fix list, else to the gate at hand."""
        if self.fixes.view.isVisibleTo(self):
            self.fixes.view.setFocus()
        elif self.rows:
            self.rows[min(self._at, len(self.rows) - 1)].setFocus()
        else:
            self.setFocus()

    def show_keys(self, keyboard: "Keyboard") -> None:
        """Teach the keys as they are now."""
        self.fixes.show_keys(keyboard)
        self.head.show_keys(keyboard)

    def step_back(self) -> bool:
        """Close the fix list."""
        if self._gates is None or not self._gates.close_fixes():
            return False
        self.take_focus()
        return True

    def step(self, direction: Literal[1, -1]) -> None:
        """The next item of the fix list, or the next gate."""
        state = self._state
        if state is None or self._gates is None:
            return
        if state.fixing is not None:
            self._gates.step(direction)
        elif self.rows:
            self._at = min(max(self._at + direction, 0), len(self.rows) - 1)
            self._mark()
            self.rows[self._at].setFocus()

    def open_current(self) -> None:
        """The fix list of the gate at hand; in it, the item."""
        state = self._state
        if state is None or self._gates is None:
            return
        if state.fixing is not None:
            self.edit_current()
        elif self.rows:
            self._open(self.rows[self._at].evaluator_id)

    def edit_current(self) -> None:
        """The item at hand of the fix list, with the cursor in its expected output."""
        entry = self._state.entry if self._state is not None else None
        if entry is not None:
            self.context.datasets.edit_item(entry.item_id)

    # what commands may ask: see GateActs

    def score(self) -> None:
        """Score what the gates lack."""
        if self._gates is not None:
            self._gates.score()

    def promote(self) -> None:
        """Make the dataset golden; where gates do not hold, open what would flip them."""
        if self._gates is not None:
            self.context.spawn("promote", self._promote(self._gates))

    def fix(self) -> None:
        """Open what would flip the first gate that does not hold, or close it."""
        if self._gates is None:
            return
        if not self._gates.close_fixes() and self._gates.open_fixes():
            self.take_focus()

    def export(self) -> None:
        """Offer to take the dataset out."""
        current = self._workspace.datasets.state.current if self._workspace is not None else None
        if self._workspace is not None and current is not None:
            self.page.exports.dataset(self._workspace, current)

    def request_training(self) -> None:
        """The cursor into the notes for a training."""
        if self.golden.isVisibleTo(self):
            self.golden.notes.setFocus()

    @property
    def _state(self) -> "GateState | None":
        return self._gates.state if self._gates is not None else None

    async def _promote(self, gates: "Promotion") -> None:
        outcome = await gates.promote()
        if outcome == "unmet":
            self.take_focus()
        elif outcome == "ask" and gates.state.dataset is not None:
            name = gates.state.dataset.operation_id
            self.page.question.ask(
                tr("{name} has no ship gates: nothing has been asked of these items.", name=name),
                tr("Promote without gates"),
                lambda: self.context.spawn("promote", gates.promote(acknowledge_no_gates=True)),
            )

    def _request(self, notes: str) -> None:
        if self._gates is not None:
            self.context.spawn("request training", self._ask_training(self._gates, notes))

    async def _ask_training(self, gates: "Promotion", notes: str) -> None:
        if await gates.request_training(notes):
            self.golden.notes.clear()

    def _save_bundle(self, training: "Training") -> None:
        dataset = self._state.dataset if self._state is not None else None
        if self._workspace is not None and dataset is not None:
            self.page.exports.bundle(self._workspace, dataset, training)

    def _cancel(self) -> None:
        if self._gates is not None:
            self.context.spawn("cancel scoring", self._gates.cancel_scoring())

    def _veiled(self) -> bool:
        return self.context.session.settings.current.veil

    def _open(self, evaluator_id: str) -> None:
        if self._gates is None or self._state is None:
            return
        fixing = self._state.fixing
        if fixing is not None and fixing.evaluator_id == evaluator_id:
            self._gates.close_fixes()
        else:
            self._gates.open_fixes(evaluator_id)
        self.take_focus()

    def _go(self, at: int) -> None:
        if self._gates is not None:
            self._gates.go(at)
            self.fixes.view.setFocus()

    def _edit(self, at: int) -> None:
        self._go(at)
        self.edit_current()

    # showing

    def _build(self) -> None:
        body = surface("surface")
        inner = column(body)
        self._rest.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        inner.addLayout(self._rows, 1)
        inner.addWidget(self.golden)
        inner.addWidget(self._rest, 1)
        area = QScrollArea()
        area.setWidget(body)
        area.setWidgetResizable(True)
        area.setAccessibleName(tr("Ship gates"))
        self._stack.addWidget(area)
        self._stack.addWidget(self.empty)
        layout = column(self)
        layout.addWidget(self.head)
        layout.addWidget(hairline())
        layout.addWidget(self._stack, 1)

    def _show(self) -> None:
        state = self._state
        if state is None or state.dataset is None:
            return
        self.head.show_state(state)
        self._show_problem(state)
        said = _emptiness(state)
        self._stack.setCurrentIndex(_EMPTY if said else _GATES)
        self.head.setVisible(state.phase == "ready" or bool(state.gates))
        if said:
            ways = [(tr("Go to Operations"), lambda: self.context.show("operations"))]
            self.empty.say(*said, ways=ways if state.phase == "ready" else [])
            return
        self._show_rows(state)
        self.golden.setVisible(state.golden)
        self.golden.show_state(state)

    def _show_problem(self, state: "GateState") -> None:
        if state.problem is not None and self._gates is not None:
            self.tell(state.problem)
            self._gates.dismiss()

    def _show_rows(self, state: "GateState") -> None:
        if [each.evaluator_id for each in self.rows] != [gate.id for gate in state.gates]:
            self._make_rows(state)
        for made, gate in zip(self.rows, state.gates, strict=True):
            made.show_gate(gate, edited=bool(state.edited))
        self._at = min(self._at, max(len(self.rows) - 1, 0))
        self._show_fixes(state)
        self._mark()

    def _make_rows(self, state: "GateState") -> None:
        at = self.rows[self._at].evaluator_id if self.rows else ""
        held = self.hasFocus() or any(each.hasFocus() for each in self.rows)
        if held:
            self.setFocus()  # else Qt gives it to the rail, when the row that has it is hidden
        self._rows.removeWidget(self.fixes)
        for widget in (*self.rows, *self._lines):
            self._rows.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        self.rows = [GateRow(self.theme, self._open) for _ in state.gates]
        self._lines = [hairline() for _ in state.gates]
        for made, line in zip(self.rows, self._lines, strict=True):
            self._rows.addWidget(made)
            self._rows.addWidget(line)
        self._at = next((place for place, gate in enumerate(state.gates) if gate.id == at), 0)
        if held and self.rows:
            self.rows[self._at].show()
            self.rows[self._at].setFocus()

    def _show_fixes(self, state: "GateState") -> None:
        gate, fixing = state.open_gate, state.fixing
        self._rest.setVisible(gate is None)
        if gate is None or fixing is None:
            focused = self.fixes.view.hasFocus()
            self._rows.removeWidget(self.fixes)
            self.fixes.hide()
            if focused:
                self.take_focus()  # else Qt gives it to the rail
            return
        place = next(at for at, each in enumerate(self.rows) if each.evaluator_id == gate.id)
        self._at = place
        if self._rows.indexOf(self.fixes) != 2 * place + 2:
            self._rows.removeWidget(self.fixes)
            self._rows.insertWidget(2 * place + 2, self.fixes, 1)
        self.fixes.show_fixes(gate, fixing)
        self.item.show_entry(state.entry)
        self.fixes.show()

    def _mark(self) -> None:
        opened = self._state is not None and self._state.fixing is not None
        for at, each in enumerate(self.rows):
            each.show_current(at == self._at, opened=opened)


def _emptiness(state: "GateState") -> tuple[str, str] | None:
    """What to say where there is nothing to show."""
    if state.gates or state.golden:
        return None
    name = state.dataset.operation_id if state.dataset is not None else ""
    return {
        "loading": (tr("Reading the gates…"), ""),
        "away": (
            tr("The gates are on the server"),
            tr("It is not reached now. They appear as soon as it is."),
        ),
        "limited": (
            tr("This server does not tell how gates stand"),
            tr("It offers the published endpoints only. Promotion itself still works there."),
        ),
        "failed": (tr("The gates could not be read"), tr("The dataset is as it was.")),
    }.get(
        state.phase,
        (
            tr("{name} has no ship gates", name=name),
            tr("A gate binds an evaluator to a least score; a dataset becomes golden when every gate holds."),
        ),
    )
