"""The evaluation runs of the dataset at hand."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QSplitter, QStackedWidget, QWidget

from atlas_desktop.ui.pages.datasets.compare_pane import ComparePane
from atlas_desktop.ui.pages.datasets.run_bar import RunBar
from atlas_desktop.ui.pages.datasets.run_detail import RunDetail
from atlas_desktop.ui.pages.datasets.run_list import RunList
from atlas_desktop.ui.pages.datasets.run_words import least_of
from atlas_desktop.ui.pages.datasets.section import Section
from atlas_desktop.ui.widgets.empty import Empty
from atlas_desktop.ui.widgets.layouts import column, hairline, surface
from atlas_desktop.ui.widgets.plain_label import PlainLabel
from atlas_desktop.wording import tr

if TYPE_CHECKING:
    from atlas_desktop.app.commands import Context
    from atlas_desktop.app.keyboard import Keyboard
    from atlas_desktop.app.run_state import RunsState
    from atlas_desktop.app.session import Workspace
    from atlas_desktop.contract.datasets import Dataset
    from atlas_desktop.ui.pages.work_page import WorkPage
    from atlas_desktop.ui.theme import Theme

_RUNS: Final = 0
_EMPTY: Final = 1


class RunsSection(Section):
    """Newest first, each with its progress and results; two of them compared."""

    def __init__(self, theme: "Theme", context: "Context", page: "WorkPage") -> None:
        super().__init__(theme, context, page)
        self._workspace: Workspace | None = None
        self._stops: list[Callable[[], None]] = []
        self.bar = RunBar(theme, self._begin, self.compare)
        self.list = RunList(theme)
        self.detail = RunDetail(theme, self._judge, self._cancel, self._more, self._edit, self._veil)
        self.comparing = ComparePane(theme, self._judge_both, self._end_comparison, self._edit, self._veil)
        self.partial = PlainLabel(tr("As last read: the server is not reached"), role="caption", tone="warn")
        self.partial.setContentsMargins(12, 4, 12, 4)
        self.empty = Empty(theme)
        self._right = QStackedWidget()
        self._stack = QStackedWidget()
        self._lay_out()
        self.show_keys(context.session.keyboard)

    def set_workspace(self, workspace: "Workspace | None") -> None:
        """Show this workspace's runs from now on."""
        for stop in self._stops:
            stop()
        self._workspace = workspace
        self._stops = (
            [
                workspace.runs.changed.connect(lambda _: self._show()),
                workspace.promotion.changed.connect(lambda _: self._show_usual()),
            ]
            if workspace is not None
            else []
        )
        self._show()

    def show_dataset(self, dataset: "Dataset") -> None:
        """Its runs."""
        if self._workspace is None:
            return
        if self._workspace.runs.state.dataset_id != dataset.id:
            self.bar.forget()
        self._workspace.runs.follow(dataset.id)
        self._workspace.promotion.follow(dataset)

    def showEvent(self, event: QShowEvent) -> None:
        """The veil may lie otherwise than when one looked last."""
        self._show()
        super().showEvent(event)

    def clear(self) -> None:
        """None."""
        if self._workspace is not None:
            self._workspace.runs.follow(None)

    def take_focus(self) -> None:
        """To the list of runs."""
        self.list.setFocus()

    def show_keys(self, keyboard: "Keyboard") -> None:
        """Teach the keys as they are now."""
        self.bar.show_keys(keyboard)

    def step_back(self) -> bool:
        """From the results to the runs; from a comparison to one run."""
        state = self._state
        if state is not None and state.comparison is not None:
            self._end_comparison()
            return True
        if self.detail.view.hasFocus():
            self.list.setFocus()
            return True
        return False

    def step(self, direction: Literal[1, -1]) -> None:
        """The next run; in the results the next item; in a comparison the next item of its field."""
        state = self._state
        if state is None or self._workspace is None:
            return
        if state.comparison is not None:
            self.comparing.step(direction)
        elif self.detail.view.hasFocus():
            self.detail.step(direction)
        elif (run := self.list.neighbour(direction)) is not None:
            self._workspace.runs.choose(run)

    def open_current(self) -> None:
        """From the run into its results, from a result to its item."""
        if self.detail.view.hasFocus() or (self._state is not None and self._state.comparison is not None):
            self.edit_current()
        else:
            self.detail.view.setFocus()

    def edit_current(self) -> None:
        """The item at hand, with the cursor in its expected output."""
        comparing = self._state is not None and self._state.comparison is not None
        self._edit((self.comparing.item_id if comparing else self.detail.item_id) or "")

    # what commands may ask: see RunActs

    def new_run(self) -> None:
        """Begin a run with what the bar says."""
        self.bar.begin()

    def compare(self) -> None:
        """The run at hand with the one before it; or no more.

        By the evaluator that was chosen, else by the one whose scores differ most.
        """
        state = self._state
        if state is None:
            return
        if state.comparison is not None:
            self._end_comparison()
            return
        run, evaluator = state.at_hand, self._evaluator()
        if run is None or evaluator is None:
            return
        before = state.before(run, evaluator)
        if before is None:
            self.context.say(tr("There is no run before this one to compare it with"))
            return
        self._compare(before.id, run.id)

    def cancel_run(self) -> None:
        """Stop the run at hand."""
        self._cancel()

    def _veil(self) -> bool:
        return self.context.session.settings.current.veil

    @property
    def _state(self) -> "RunsState | None":
        return self._workspace.runs.state if self._workspace is not None else None

    def _evaluator(self) -> str | None:
        results = self._state.results if self._state is not None else None
        return results.evaluator_id if results is not None else None

    def _begin(self, evaluators: list[str], predictions: str) -> None:
        if self._workspace is not None:
            self.context.spawn("run", self._workspace.runs.start(evaluators, predictions))

    def _cancel(self) -> None:
        state = self._state
        if self._workspace is not None and state is not None and state.chosen is not None:
            self.context.spawn("cancel run", self._workspace.runs.cancel(state.chosen))

    def _judge(self, evaluator: str) -> None:
        if self._workspace is not None and self._state is not None:
            self._workspace.runs.choose(self._state.chosen, evaluator)

    def _more(self) -> None:
        if self._workspace is not None:
            self._workspace.runs.more()

    def _edit(self, item_id: str) -> None:
        if item_id:
            self.context.datasets.edit_item(item_id)

    def _choose(self, run: str) -> None:
        if self._workspace is not None:
            self._workspace.runs.choose(run)
            self.list.setFocus()

    def _other(self, run: str) -> None:
        """Ctrl and a click: that one is the first of two."""
        state = self._state
        if state is not None and state.chosen is not None and state.chosen != run:
            self._compare(run, state.chosen)

    def _compare(self, first: str, second: str, evaluator: str | None = None) -> None:
        state = self._state
        if self._workspace is None or state is None:
            return
        before, after = state.run(first), state.run(second)
        if before is None or after is None:
            return
        by = evaluator or (state.judge if state.judge in before.evaluator_ids else None)
        by = by if by in after.evaluator_ids else state.most_moved(before, after)
        if by is not None:
            least = least_of(self._workspace.promotion.state, after, by)
            self.context.spawn("compare", self._workspace.runs.compare(first, second, by, least))

    def _judge_both(self, evaluator: str) -> None:
        found = self._state.comparison if self._state is not None else None
        if found is not None:
            self._compare(found.first_id, found.second_id, evaluator)

    def _end_comparison(self) -> None:
        if self._workspace is not None:
            self._workspace.runs.end_comparison()
            self.list.setFocus()

    # showing

    def _lay_out(self) -> None:
        body = QWidget()
        inner = column(body)
        inner.addWidget(self.partial)
        inner.addWidget(self.bar)
        inner.addWidget(hairline())
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setHandleWidth(1)
        split.setChildrenCollapsible(False)
        right = surface("surface")
        column(right).addWidget(self._right)
        self._right.addWidget(self.detail)
        self._right.addWidget(self.comparing)
        split.addWidget(self.list)
        split.addWidget(right)
        split.setSizes([300, 700])
        split.setStretchFactor(1, 1)
        inner.addWidget(split, 1)
        self._stack.addWidget(body)
        self._stack.addWidget(self.empty)
        column(self).addWidget(self._stack)
        self.list.chosen.connect(self._choose)
        self.list.other.connect(self._other)

    def _show(self) -> None:
        state = self._state
        if state is None or self._workspace is None:
            return
        if state.problem is not None:
            self.tell(state.problem)
        self._show_usual()
        said = _emptiness(state)
        self._stack.setCurrentIndex(_EMPTY if said else _RUNS)
        self.partial.setVisible(state.phase == "away" and not said)
        if said:
            can = state.phase == "ready" and bool(state.evaluators)
            self.empty.say(*said, ways=[(tr("Score the expected outputs"), self.new_run)] if can else [])
            return
        found = state.comparison
        self.list.show_runs(state.runs, state.chosen, found.first_id if found is not None else None)
        self._right.setCurrentWidget(self.comparing if found is not None else self.detail)
        if found is not None:
            self.comparing.show_comparison(found, state)
        elif (run := state.at_hand) is not None:
            least = least_of(self._workspace.promotion.state, run, self._evaluator() or run.evaluator_ids[0])
            self.detail.show_run(run, state.results, least)

    def _show_usual(self) -> None:
        state = self._state
        if state is None or self._workspace is None:
            return
        gates = self._workspace.promotion.state.gates
        usual = [gate.id for gate in gates] or [each.id for each in state.evaluators]
        self.bar.show_evaluators(state.evaluators, usual)
        run, evaluator = state.at_hand, self._evaluator()
        comparable = run is not None and evaluator is not None and state.before(run, evaluator) is not None
        self.bar.show_state(starting=state.starting, comparable=comparable or state.comparison is not None)


def _emptiness(state: "RunsState") -> tuple[str, str] | None:
    """What to say where there is nothing to show."""
    if state.runs:
        return None
    return {
        "loading": (tr("Reading the runs…"), ""),
        "away": (tr("Runs are on the server"), tr("It is not reached now. They appear as soon as it is.")),
        "limited": (tr("This server does not list its runs"), tr("It offers the published endpoints only.")),
        "failed": (tr("The runs could not be read"), tr("The dataset is as it was.")),
    }.get(
        state.phase,
        (tr("Nothing has been scored yet"), tr("A run scores every item by the evaluators you choose.")),
    )
