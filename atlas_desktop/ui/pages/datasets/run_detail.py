"""One run: its progress, its evaluators with their means, its results, the worst first."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QProgressBar, QSizePolicy, QWidget

from atlas_desktop.app.fix_entry import entry_of
from atlas_desktop.ui.pages.datasets.judge_choice import JudgeChoice
from atlas_desktop.ui.pages.datasets.run_words import about_words, judged_words, state_words, title_words
from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.buttons import button
from atlas_desktop.ui.widgets.fix_list import FixListView
from atlas_desktop.ui.widgets.layouts import column, hairline, row
from atlas_desktop.ui.widgets.plain_label import PlainLabel
from atlas_desktop.wording import tr, trn

if TYPE_CHECKING:
    from atlas_desktop.app.run_state import Results
    from atlas_desktop.contract.evaluations import Evaluation, EvaluationResult

_NARROWEST: Final = 280


class RunDetail(QWidget):
    """``judge`` tells the evaluator whose results are wanted; ``cancel`` stops; ``more`` reads on."""

    def __init__(
        self,
        theme: Theme,
        judge: Callable[[str], object],
        cancel: Callable[[], object],
        more: Callable[[], object],
        edit: Callable[[str], object],
        veil: Callable[[], bool],
    ) -> None:
        super().__init__()
        self._more = more
        self._edit = edit
        self._title = PlainLabel("", role="title")
        self._about = PlainLabel("", role="caption", tone="muted")
        for label in (self._title, self._about):
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        self._progress.setAccessibleName(tr("Progress of the run"))
        self._counted = PlainLabel("", role="caption", tone="muted")
        self._cancel = button(tr("Cancel"), cancel)
        self._judges = JudgeChoice(judge)
        self._words = PlainLabel("", role="caption", tone="muted")
        self.view = FixListView(theme, tr("Results, the worst first"), veil)
        self._at = 0
        self._rows: tuple[str, ...] = ()
        self._shown: tuple[EvaluationResult, ...] | None = None
        self._least = 1.0
        self._veil = veil
        self._veiled = False
        self._lay_out()

    def show_run(self, run: "Evaluation", results: "Results | None", least: float) -> None:
        """This run; its results as far as they were read. What scored less than ``least`` stands first."""
        self._title.setText(title_words(run))
        self._about.setText(about_words(run))
        self._going.setVisible(not run.finished)
        self._progress.setRange(0, run.progress.total)
        self._progress.setValue(run.progress.done)
        self._counted.setText(state_words(run))
        self._show_judges(run, results)
        self._show_results(results, least)

    def step(self, direction: int) -> None:
        """The next result that way."""
        self.go(self._at + direction)

    def go(self, at: int) -> None:
        """This result; near the end more are read."""
        if not 0 <= at < len(self._rows):
            return
        self._at = at
        self.view.show_current(at)
        if at + 20 >= len(self._rows):
            self._more()

    @property
    def item_id(self) -> str | None:
        """The item of the result at hand."""
        return self._rows[self._at] if self._at < len(self._rows) else None

    def _lay_out(self) -> None:
        head = row(margins=(4, 2, 4, 2), gap=3)
        words = column(gap=1)
        words.addWidget(self._title)
        words.addWidget(self._about)
        head.addLayout(words, 1)
        self._going = QWidget()
        going = row(self._going, margins=(4, 0, 4, 2), gap=3)
        going.addWidget(self._progress, 1)
        going.addWidget(self._counted)
        going.addWidget(self._cancel)
        self._choices = row(margins=(3, 0, 4, 2), gap=2)
        self._choices.addWidget(self._judges, 1)
        self._choices.addWidget(self._words)
        self.setMinimumWidth(_NARROWEST)
        layout = column(self)
        layout.addLayout(head)
        layout.addWidget(self._going)
        layout.addLayout(self._choices)
        layout.addWidget(hairline())
        layout.addWidget(self.view, 1)
        self.view.chosen.connect(self.go)
        self.view.opened.connect(lambda _: self._edit(self.item_id or ""))
        self.view.verticalScrollBar().valueChanged.connect(self._scrolled)

    def _scrolled(self, value: int) -> None:
        bar = self.view.verticalScrollBar()
        if value + bar.pageStep() >= bar.maximum():
            self._more()

    def _show_judges(self, run: "Evaluation", results: "Results | None") -> None:
        judges = tuple(
            (each.id, judged_words(each, run.summary_scores.get(each.id))) for each in run.evaluators
        )
        self._judges.show_judges(judges, results.evaluator_id if results is not None else None)

    def _show_results(self, results: "Results | None", least: float) -> None:
        if results is None:
            self._words.setText("")
            self._show_rows((), least)
            return
        words = {"loading": tr("Reading…"), "away": tr("The server is not reached now")}.get(
            results.phase, ""
        )
        if results.phase == "ready" and not results.rows:
            words = tr("No results yet")
        elif results.phase == "ready" and not results.whole:
            words = trn("the {count:,} worst", "the {count:,} worst", len(results.rows))
        elif results.phase == "failed" and results.problem is not None:
            words = results.problem.title
        self._words.setText(words)
        self._show_rows(results.rows, least)

    def _show_rows(self, rows: "tuple[EvaluationResult, ...]", least: float) -> None:
        if (rows, least, self._veil()) == (self._shown, self._least, self._veiled):
            return
        self._shown, self._least, self._veiled = rows, least, self._veil()
        names = tuple(each.item_id for each in rows)
        if names[: len(self._rows)] != self._rows:
            self._at = 0
        self._rows = names
        entries = tuple(entry_of(each, needed=each.score is None or each.score < least) for each in rows)
        self.view.show_rows(entries, self._at)
