"""The evaluation runs of the dataset at hand: begun, watched, stopped, read, compared."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from atlas_desktop.api.errors import AtlasError
from atlas_desktop.app.asking import Ask, phase_of, problem_of_asking
from atlas_desktop.app.errand import Errand
from atlas_desktop.app.fix_entry import FixEntry, entry_of
from atlas_desktop.app.problems import problem_from
from atlas_desktop.app.run_state import Comparison, Results, RunsState
from atlas_desktop.app.signals import Signal
from atlas_desktop.app.standing_copy import KnownRuns, StandingCopy
from atlas_desktop.app.sync_thread import NotOnline
from atlas_desktop.contract.evaluations import (
    Evaluation,
    EvaluationCreate,
    EvaluationResult,
    EvaluationsQuery,
    ResultsQuery,
)
from atlas_desktop.domain.flips import flips
from atlas_desktop.tasks import Tasks

if TYPE_CHECKING:
    from atlas_desktop.api.client import AsyncAtlas
    from atlas_desktop.contract.base import Page

__all__ = ["Comparison", "Results", "Runs", "RunsState", "every_result"]

_RUNS: Final = 100
_ROWS: Final = 200
_AT_ONCE: Final = 1_000
_PAGE: Final = 250
"""Results a page when all are wanted: the network's thread parses them and takes turns with the screen's."""
_LOOK_AGAIN: Final = 0.4
_EXPECTED: Final = "expected"


class Runs:
    """Used on the UI's loop. ``follow`` names the dataset; ``changed`` tells the state whenever it is another.

    A run that goes on is asked for again and again until it has ended; ``ended`` tells the dataset of one that did.
    """

    def __init__(
        self, ask: Ask, tasks: Tasks, copy: StandingCopy | None = None, *, look_again: float = _LOOK_AGAIN
    ) -> None:
        self._ask = ask
        self._copy = copy
        self._look_again = look_again
        self.state = RunsState()
        self._arrived = False
        self._newest: str | None = None
        self.changed: Signal[RunsState] = Signal("runs")
        self.ended: Signal[Evaluation] = Signal("a run has ended")
        self._reading = Errand(tasks, "runs are read", self._read, self._failed)
        self._watching = Errand(tasks, "runs are watched", self._watch, self._failed)
        self._opening = Errand(tasks, "results are read", self._open, self._failed)

    def follow(self, dataset_id: str | None) -> None:
        """Another dataset, or none. The same one again: read what is new, and go to the newest run when it is new."""
        if dataset_id != self.state.dataset_id:
            self._put(RunsState(dataset_id=dataset_id, phase="loading" if dataset_id else "nothing"))
            self._newest = None
        self._arrived = True
        if dataset_id is not None:
            self._reading.ask()

    def refresh(self) -> None:
        """Read what is new of the dataset at hand."""
        if self.state.dataset_id is not None:
            self._reading.ask()

    def back_online(self) -> None:
        """The server is reached again: read what could not be read, and watch what goes on."""
        if self.state.results is not None and self.state.results.phase == "away":
            self._opening.ask()
        if self.state.phase == "away":
            self.refresh()
        elif self.state.active:
            self._watching.ask()

    def choose(self, evaluation_id: str | None, evaluator_id: str | None = None) -> None:
        """This run is at hand: read its results by this evaluator, which is then asked for of other runs, too."""
        run = self.state.run(evaluation_id)
        if run is None:
            self._put(replace(self.state, chosen=None, results=None, comparison=None))
            return
        if evaluator_id is not None:
            self._put(replace(self.state, judge=evaluator_id))
        evaluator = self.state.judge_of(run)
        same = self.state.results is not None and (
            (self.state.results.evaluation_id, self.state.results.evaluator_id) == (run.id, evaluator)
        )
        if same and self.state.chosen == run.id and self.state.comparison is None:
            return
        results = Results(run.id, evaluator)
        self._put(replace(self.state, chosen=run.id, results=results, comparison=None, comparing=False))
        if run.finished:
            self._opening.ask()

    def more(self) -> None:
        """The next results of the run at hand, when there are any."""
        results = self.state.results
        if results is not None and not results.whole and results.phase == "ready":
            self._opening.ask()

    async def start(self, evaluator_ids: list[str], predictions: str = _EXPECTED) -> None:
        """Begin a run over the dataset at hand, and have it at hand. What fails is in ``state.problem``."""
        dataset = self.state.dataset_id
        if dataset is None or self.state.starting:
            return
        self._put(replace(self.state, starting=True, problem=None))
        try:
            run = await begin(self._ask, dataset, evaluator_ids, predictions)
        except (NotOnline, AtlasError) as error:
            self._put(replace(self.state, starting=False, problem=problem_of_asking(error)))
            return
        if dataset != self.state.dataset_id:
            return
        self._put(replace(self.state, starting=False, runs=(run, *self.state.runs)))
        self._newest = run.id
        self.choose(run.id)
        if run.finished:
            self.ended.emit(run)
        else:
            self._watching.ask()

    async def cancel(self, evaluation_id: str) -> None:
        """Stop this run. What it had scored stays to be read."""
        try:
            run = await stop(self._ask, evaluation_id)
        except (NotOnline, AtlasError) as error:
            self._put(replace(self.state, problem=problem_of_asking(error)))
            return
        self._took(run)

    async def compare(self, first_id: str, second_id: str, evaluator_id: str, least: float) -> None:
        """What flipped from the first run to the second, by this evaluator, at this score."""
        self._put(replace(self.state, comparing=True, problem=None))
        try:
            both = [await every_result(self._ask, run, evaluator_id) for run in (first_id, second_id)]
        except (NotOnline, AtlasError) as error:
            self._put(replace(self.state, comparing=False, problem=problem_of_asking(error)))
            return
        first, second = self.state.run(first_id), self.state.run(second_id)
        if first is not None and second is not None:
            made = compared(first, second, evaluator_id, least, *both)
            self._put(replace(self.state, comparing=False, comparison=made))

    def end_comparison(self) -> None:
        """Back to one run."""
        self._put(replace(self.state, comparison=None, comparing=False))

    async def settled(self) -> None:
        """Wait until nothing is read, and no run of this dataset goes on."""
        while (
            await self._reading.through() or await self._opening.through() or await self._watching.through()
        ):
            continue

    async def _read(self) -> None:
        dataset = self.state.dataset_id
        if dataset is None:
            return
        query = EvaluationsQuery(dataset_id=dataset, limit=_RUNS)
        try:
            page = await self._ask(lambda client: client.evaluations.list(query))
            rules = self.state.evaluators or tuple(
                (await self._ask(lambda client: client.evaluators.list(limit=_AT_ONCE))).data
            )
        except (NotOnline, AtlasError) as error:
            copied = not self.state.runs and await self._show_copy(dataset)
            if dataset == self.state.dataset_id:
                self._unread(error, copied=copied or self.state.phase == "away")
            return
        if dataset != self.state.dataset_id:
            return
        runs = tuple(page.data)
        self._put(
            replace(
                self.state, phase="ready", runs=runs, has_more=page.has_more, evaluators=rules, problem=None
            )
        )
        if runs and (self.state.chosen is None or (self._arrived and runs[0].id != self._newest)):
            self.choose(runs[0].id)
        if self._arrived:
            self._newest, self._arrived = runs[0].id if runs else None, False
        if self.state.active:
            self._watching.ask()
        if self._copy is not None:
            await self._copy.keep_runs(dataset, KnownRuns(runs, rules))

    async def _show_copy(self, dataset: str) -> bool:
        """Those there were when they were read last. False when none are known."""
        known = await self._copy.runs(dataset) if self._copy is not None else None
        if known is None or not known.runs or dataset != self.state.dataset_id:
            return False
        self._put(replace(self.state, runs=known.runs, evaluators=known.evaluators))
        if self.state.chosen is None:
            self.choose(known.runs[0].id)
        return True

    def _unread(self, error: Exception, *, copied: bool) -> None:
        """What was read before stays on the screen."""
        phase = "ready" if self.state.runs and not copied else phase_of(error)
        problem = problem_from(error) if not isinstance(error, NotOnline) else None
        self._put(replace(self.state, phase=phase, problem=problem))

    async def _watch(self) -> None:
        while active := self.state.active:
            await asyncio.sleep(self._look_again)
            for run in active:
                self._took(await look(self._ask, run.id))

    async def _open(self) -> None:
        results = self.state.results
        if results is None or results.whole:
            return
        after = results.rows
        try:
            page = await self._ask(lambda client: _page(client, results, _ROWS))
        except (NotOnline, AtlasError) as error:
            self._show(results, replace(results, phase=phase_of(error), problem=problem_of_asking(error)))
            return
        rows = (*after, *page.data)
        shown = replace(results, rows=rows, phase="ready", whole=not page.has_more, cursor=page.next_cursor)
        self._show(results, shown)

    def _show(self, before: Results, after: Results) -> None:
        if self.state.results is before:
            self._put(replace(self.state, results=after))

    def _took(self, run: Evaluation) -> None:
        """A newer word about a run."""
        before = self.state.run(run.id)
        if before is None:
            return
        runs = tuple(run if each.id == run.id else each for each in self.state.runs)
        self._put(replace(self.state, runs=runs))
        if run.finished and not before.finished:
            if self.state.chosen == run.id:
                self._put(replace(self.state, results=Results(run.id, self.state.judge_of(run))))
                self._opening.ask()
            self.ended.emit(run)

    def _put(self, state: RunsState) -> None:
        if state != self.state:
            self.state = state
            self.changed.emit(state)

    def _failed(self, error: Exception) -> None:
        phase = self.state.phase if self.state.phase != "loading" else phase_of(error)
        problem = None if isinstance(error, NotOnline) else problem_from(error)
        self._put(replace(self.state, phase=phase, starting=False, comparing=False, problem=problem))


async def begin(ask: Ask, dataset_id: str, evaluator_ids: list[str], predictions: str) -> Evaluation:
    """Begin a run; it goes on while this returns. Raises NotOnline, AtlasError."""
    asked = EvaluationCreate(dataset_id=dataset_id, evaluator_ids=evaluator_ids, predictions=predictions)
    return await ask(lambda client: client.evaluations.create(asked, wait=0))


async def look(ask: Ask, evaluation_id: str) -> Evaluation:
    """How far a run is. Raises NotOnline, AtlasError."""
    return await ask(lambda client: client.evaluations.get(evaluation_id))


async def stop(ask: Ask, evaluation_id: str) -> Evaluation:
    """Stop a run. Raises NotOnline, AtlasError."""
    return await ask(lambda client: client.evaluations.cancel(evaluation_id))


async def every_result(ask: Ask, evaluation_id: str, evaluator_id: str) -> tuple[FixEntry, ...]:
    """All results of a run by one evaluator, the worst first, in short. Raises NotOnline, AtlasError."""
    return await ask(lambda client: _every(client, Results(evaluation_id, evaluator_id)))


async def _every(client: "AsyncAtlas", of: Results) -> tuple[FixEntry, ...]:
    rows: list[FixEntry] = []
    while True:
        page = await _page(client, of, _PAGE)
        # Shortened here, on the network's thread: ten thousand results whole are 100,000 objects, which the
        # collector, on the screen's thread, walks for 200 ms.
        rows += [entry_of(each) for each in page.data]
        if not page.has_more:
            return tuple(rows)
        of = replace(of, cursor=page.next_cursor)


async def _page(client: "AsyncAtlas", of: Results, limit: int) -> "Page[EvaluationResult]":
    query = ResultsQuery(evaluator_id=of.evaluator_id, order="worst", limit=limit, cursor=of.cursor)
    return await client.evaluations.results(of.evaluation_id, query)


def compared(
    first: Evaluation,
    second: Evaluation,
    evaluator_id: str,
    least: float,
    before: Sequence[FixEntry],
    after: Sequence[FixEntry],
) -> Comparison:
    """Two runs side by side. Passed is: scored ``least`` or more."""
    found = flips(
        {each.item_id: _passed(each, least) for each in before},
        {each.item_id: _passed(each, least) for each in after},
    )
    return Comparison(
        first.id,
        second.id,
        evaluator_id,
        least,
        found,
        {each.item_id: each for each in before},
        {each.item_id: each for each in after},
        (_version(first, evaluator_id), _version(second, evaluator_id)),
    )


def _passed(entry: FixEntry, least: float) -> bool | None:
    return None if entry.score is None else entry.score >= least


def _version(run: Evaluation, evaluator_id: str) -> int | None:
    return next((each.version for each in run.evaluators if each.id == evaluator_id), None)
