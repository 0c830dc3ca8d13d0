"""What is known about the evaluation runs of one dataset. Frozen values."""

from dataclasses import dataclass
from math import inf

from atlas_desktop.app.asking import Phase
from atlas_desktop.app.fix_entry import FixEntry
from atlas_desktop.app.problems import Problem
from atlas_desktop.contract.evaluations import Evaluation, EvaluationResult
from atlas_desktop.contract.evaluators import Evaluator
from atlas_desktop.domain.flips import Flips


@dataclass(frozen=True, slots=True)
class Results:
    """The results of one run by one evaluator, the worst first, as far as they were read.

    ``whole``: all of them are here. ``phase`` is loading while more are on their way.
    """

    evaluation_id: str
    evaluator_id: str
    rows: tuple[EvaluationResult, ...] = ()
    phase: Phase = "loading"
    whole: bool = False
    cursor: str | None = None
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs by one evaluator. ``first`` and ``second`` are by item; ``least`` is the score that passes.

    ``versions``: the evaluator's, in both runs; where they differ, what flipped may be the rule and not the item.
    """

    first_id: str
    second_id: str
    evaluator_id: str
    least: float
    flips: Flips
    first: dict[str, FixEntry]
    second: dict[str, FixEntry]
    versions: tuple[int | None, int | None]


@dataclass(frozen=True, slots=True)
class RunsState:
    """``runs`` newest first; ``chosen`` is the one at hand.

    ``judge`` is the evaluator that was chosen by hand: it stays over other runs. Else the one that scored worst is shown.
    """

    dataset_id: str | None = None
    phase: Phase = "nothing"
    runs: tuple[Evaluation, ...] = ()
    has_more: bool = False
    chosen: str | None = None
    judge: str | None = None
    results: Results | None = None
    comparison: Comparison | None = None
    comparing: bool = False
    starting: bool = False
    evaluators: tuple[Evaluator, ...] = ()
    """All there are, for a new run."""
    problem: Problem | None = None

    def run(self, evaluation_id: str | None) -> Evaluation | None:
        """This run, if it is known."""
        return next((run for run in self.runs if run.id == evaluation_id), None)

    @property
    def at_hand(self) -> Evaluation | None:
        """The run that was chosen."""
        return self.run(self.chosen)

    def before(self, run: Evaluation, evaluator_id: str) -> Evaluation | None:
        """The completed run before this one in which this evaluator took part."""
        older = self.runs[self.runs.index(run) + 1 :]
        return next(
            (each for each in older if each.status == "completed" and evaluator_id in each.evaluator_ids),
            None,
        )

    def judge_of(self, run: Evaluation) -> str:
        """Whose results to show of a run."""
        if self.judge in run.evaluator_ids:
            return self.judge
        means = run.summary_scores
        return min(run.evaluator_ids, key=lambda name: _mean(means.get(name)))

    def most_moved(self, first: Evaluation, second: Evaluation) -> str | None:
        """The evaluator in both runs whose mean differs most; None when none is in both."""
        both = [name for name in second.evaluator_ids if name in first.evaluator_ids]
        before, after = first.summary_scores, second.summary_scores
        return max(both, key=lambda name: _apart(before.get(name), after.get(name)), default=None)

    @property
    def active(self) -> tuple[Evaluation, ...]:
        """Those that go on."""
        return tuple(run for run in self.runs if not run.finished)


def _mean(score: float | None) -> float:
    """None, no item scored, is neither good nor bad: what has a mean says more."""
    return inf if score is None else score


def _apart(before: float | None, after: float | None) -> float:
    return abs(after - before) if before is not None and after is not None else -1.0
