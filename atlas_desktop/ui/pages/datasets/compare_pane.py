"""Two runs compared: the flip matrix, what it means, and the items of one of its fields to step through."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final, cast

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from atlas_desktop.app.fix_entry import FixEntry
from atlas_desktop.ui.pages.datasets.judge_choice import JudgeChoice
from atlas_desktop.ui.pages.datasets.run_words import (
    by_words,
    caution_words,
    compared_words,
    judged_words,
    verdict_words,
)
from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.buttons import button
from atlas_desktop.ui.widgets.fix_list import FixListView
from atlas_desktop.ui.widgets.flip_matrix import FlipMatrix, first_of_interest
from atlas_desktop.ui.widgets.layouts import column, hairline, row
from atlas_desktop.ui.widgets.plain_label import PlainLabel
from atlas_desktop.wording import number, tr

if TYPE_CHECKING:
    from atlas_desktop.app.run_state import Comparison, RunsState
    from atlas_desktop.contract.evaluations import Evaluation
    from atlas_desktop.domain.flips import Cell

_BESIDE: Final = 560
"""Pixels: with less, neither the matrix nor the words beside it are whole."""

_LEAST: Final = 96
"""Pixels of the list: two items, so that in a low window the words over it are whole."""


class ComparePane(QWidget):
    """``J`` and ``K`` step through the field that is chosen."""

    def __init__(
        self,
        theme: Theme,
        judge: Callable[[str], object],
        close: Callable[[], object],
        edit: Callable[[str], object],
        veil: Callable[[], bool],
    ) -> None:
        super().__init__()
        self._edit = edit
        self._found: Comparison | None = None
        self._cell: Cell = "broke"
        self._at = 0
        self._names: tuple[str, ...] = ()
        self._first = PlainLabel("", tone="muted")
        self._second = PlainLabel("", role="strong")
        self._by = PlainLabel("", tone="muted")
        self._verdict = PlainLabel("")
        self._caution = PlainLabel("", tone="warn")
        for label in (self._first, self._second, self._by, self._verdict, self._caution):
            label.setWordWrap(True)
        self.judges = JudgeChoice(judge)
        self.matrix = FlipMatrix(theme)
        self.view = FixListView(theme, tr("Items of this field"), veil)
        self.view.setMinimumHeight(_LEAST)
        self._lay_out(close)

    def show_comparison(self, found: "Comparison", state: "RunsState") -> None:
        """This one."""
        if found is not self._found:
            self._found = found
            self._cell, self._at = first_of_interest(found.flips), 0
        first, second = state.run(found.first_id), state.run(found.second_id)
        self._first.setText(tr("First: {run}", run=compared_words(first)) if first else "")
        self._second.setText(tr("Second: {run}", run=compared_words(second)) if second else "")
        self._by.setText(by_words(found, second))
        self._show_judges(found, first, second)
        self._verdict.setText(verdict_words(found))
        self._caution.setText(caution_words(found))
        self._caution.setVisible(bool(caution_words(found)))
        self._show_cell()

    def step(self, direction: int) -> None:
        """The next item of the field that way."""
        self.go(self._at + direction)

    def go(self, at: int) -> None:
        """This item."""
        if 0 <= at < len(self._names):
            self._at = at
            self.view.show_current(at)

    @property
    def item_id(self) -> str | None:
        """The item at hand."""
        return self._names[self._at] if self._at < len(self._names) else None

    def _show_judges(
        self, found: "Comparison", first: "Evaluation | None", second: "Evaluation | None"
    ) -> None:
        """Those that judged both, with their means in the second."""
        if first is None or second is None:
            return
        both = [each for each in second.evaluators if each.id in first.evaluator_ids]
        words = tuple((each.id, judged_words(each, second.summary_scores.get(each.id))) for each in both)
        self.judges.show_judges(words, found.evaluator_id)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The words beside the matrix, or under it."""
        super().resizeEvent(event)
        beside = self.width() >= _BESIDE
        self._head.setDirection(
            QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        )

    def _choose(self, cell: str) -> None:
        self._cell, self._at = cast("Cell", cell), 0
        self._show_cell()

    def _show_cell(self) -> None:
        found = self._found
        if found is None:
            return
        self.matrix.show_flips(found.flips, self._cell)
        self._names = found.flips.cell(self._cell)
        self.view.show_rows(tuple(_entry(found, name) for name in self._names), self._at)

    def _lay_out(self, close: Callable[[], object]) -> None:
        words = column(gap=1)
        words.addWidget(self._second)
        words.addWidget(self._first)
        words.addWidget(self._by)
        words.addSpacing(8)
        words.addWidget(self._verdict)
        words.addWidget(self._caution)
        words.addStretch()
        self._head = row(margins=(4, 3, 4, 3), gap=6)
        self._head.addWidget(self.matrix, 3)
        self._head.addLayout(words, 4)
        layout = column(self)
        layout.addLayout(self._head)
        choices = row(margins=(3, 0, 4, 2), gap=2)
        choices.addWidget(self.judges, 1)
        choices.addWidget(button(tr("Close"), close, "quiet"))
        layout.addLayout(choices)
        layout.addWidget(hairline())
        layout.addWidget(self.view, 1)
        self.matrix.chosen.connect(self._choose)
        self.view.chosen.connect(self.go)
        self.view.opened.connect(lambda _: self._edit(self.item_id or ""))


def _entry(found: "Comparison", name: str) -> FixEntry:
    """An item with its score in the second run, and how it was in the first."""
    before, after = found.first.get(name), found.second.get(name)
    entry = after or before
    assert entry is not None  # noqa: S101 - it is in a cell because one of the runs has it
    then, now = (_score(each.score) if each else "–" for each in (before, after))
    moved = tr("{before} → {after}", before=then, after=now)
    said = f"{moved}  ·  {tr(entry.said)}" if entry.said else moved
    return replace(entry, said=said, needed=entry.score is None or entry.score < found.least)


def _score(score: float | None) -> str:
    return "–" if score is None else number(score, 2)
