"""The runs of a server: taken up, scored lane by lane, finished; taken up again after a restart."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import Final, TypeVar

from atlas_desktop.logs import kind_and_place
from atlas_desktop.server.config import ServerConfig
from atlas_desktop.server.evaluation_runs.keeper import Keeper
from atlas_desktop.server.evaluation_runs.line import Turn
from atlas_desktop.server.evaluation_runs.lines import QUEUES, Lines, Queue
from atlas_desktop.server.evaluation_runs.live import LiveRun, live_run
from atlas_desktop.server.evaluation_runs.material import Result
from atlas_desktop.server.evaluation_runs.pieces import Pieces
from atlas_desktop.server.evaluation_runs.shares import Piece
from atlas_desktop.server.evaluation_runs.stubborn import REFUSED, stubborn
from atlas_desktop.server.evaluation_runs.summary import counts, summary
from atlas_desktop.server.scoring.scorer import Scorer
from atlas_desktop.server.storage import evaluation_results, evaluations
from atlas_desktop.server.storage.evaluations import By
from atlas_desktop.server.storage.scope import Scope, Tenant
from atlas_desktop.server.storage.storage import Storage
from atlas_desktop.tasks import Tasks

T = TypeVar("T")

_NETWORK: Final = 4
_FAILED: Final = "the server met a fault of its own; the log says more"
_log = logging.getLogger(__name__)


class Runs:
    """Used on the server's event loop. Nothing runs while no run waits."""

    def __init__(self, config: ServerConfig, storage: Storage, scorer: Scorer) -> None:
        self._storage = storage
        self._inline = config.executor == "inline"
        self._pieces = Pieces(config, scorer)
        self._over_net = scorer.asks_provider
        self._tasks = Tasks(_bug)
        self._keeper = Keeper(storage, self._tasks, self.begin, self._live_of)
        self.by: Final = By(self._keeper.owner, scorer.model_of)
        self._lines = Lines()
        self._live: dict[str, LiveRun] = {}
        self._busy: dict[Queue, set[int]] = {queue: set() for queue in QUEUES}
        # Two for each process: while it scores for one, the other reads or writes.
        self._places: dict[Queue, int] = {
            "rules": 2 * self._pieces.workers,
            "slow": 1,
            "model": 2,
            "asked": _NETWORK,
        }

    def start(self) -> None:
        """Take up every run that a server before this one did not finish. Returns at once."""
        if not self._inline:
            self._tasks.spawn("evaluations resumed", self._resume())

    async def _resume(self) -> None:
        self._keeper.watch(*await self._storage.compute(self._storage.registry.organizations))

    async def begin(self, scope: Scope, name: str) -> None:
        """Take up a run that is in the database. Inline, it is done on return."""
        run = await self._storage.read(scope, partial(live_run, name=name, over_net=self._over_net))
        if run.plan.finished or name in self._live:
            return
        self._live[name] = run
        if not self._inline:
            self._keeper.watch(scope)
        self._lines.add(run, time.monotonic())
        if run.plan.done >= run.plan.total:
            await self._finish(run)
        for queue in QUEUES:
            await self._wake(queue)

    async def finished(self, name: str, seconds: float) -> None:
        """Returns when the run is over, or after so many seconds."""
        run = self._live.get(name)
        if run is None:
            return
        try:
            async with asyncio.timeout(seconds):
                await run.over.wait()
        except TimeoutError:
            return

    def drop(self, name: str) -> None:
        """This run is over: cancelled, finished or failed."""
        run = self._live.pop(name, None)
        if run is not None:
            self._lines.drop(run)
            run.over.set()

    async def close(self) -> None:
        """Stop; what is not written is done again after the next start, by whichever process."""
        await self._tasks.close()
        self.stop()
        # Where that cannot be written, they are free all the same in some seconds.
        with suppress(*REFUSED):
            for name, run in self._live.items():
                await self._keeper.release(run.scope, [name])

    def stop(self) -> None:
        """End the processes, whatever they do."""
        self._pieces.stop()

    def _live_of(self, scope: Scope) -> list[str]:
        return [name for name, run in self._live.items() if run.scope.org == scope.org]

    async def _wake(self, queue: Queue) -> None:
        """Have as many at work in this lane as there is work for."""
        if self._inline:
            await self._work(queue, 0)
            return
        for place in range(self._places[queue]):
            if not self._lines[queue].waiting:
                return
            if place not in self._busy[queue]:
                self._busy[queue].add(place)
                self._tasks.spawn(f"evaluations {queue} {place}", self._at_work(queue, place))

    async def _at_work(self, queue: Queue, place: int) -> None:
        try:
            await self._work(queue, place)
        finally:
            self._busy[queue].discard(place)

    async def _work(self, queue: Queue, place: int) -> None:
        line = self._lines[queue]
        while (turn := line.take()) is not None:
            run = self._live[turn.run]
            seconds = 0.0
            try:
                seconds = await self._do(run, turn, queue, place)
            except Exception as error:  # noqa: BLE001 - this run has failed; the others of the lane go on
                _log.error("%s failed: %s", run.plan.id, kind_and_place(error))
                await self._fail(run)
            finally:
                line.took(turn, seconds)

    async def _do(self, run: LiveRun, turn: Turn, queue: Queue, place: int) -> float:
        """Score a piece and write what came of it; the seconds that scoring took."""
        share, piece = turn.share, turn.piece
        items = await self._tried(
            lambda: self._storage.read(run.scope, lambda tenant: evaluations.items(tenant, piece.seqs))
        )
        first = Piece(piece.seqs[: len(items)], piece.rules)
        worker = None if queue == "slow" else place
        made = await self._pieces.score(run.plan.predictions, share, first, items, worker)
        rest = piece.rest(made.items)
        share.put_back(*made.parts, *([rest] if rest else []))
        if made.stopped and queue in ("rules", "slow"):
            self._lines.set_aside(turn, time.monotonic())
        if share.waiting:
            # Perhaps no longer in this lane: another piece of its organization was stopped meanwhile.
            await self._wake(queue)
            await self._wake("slow")
        if made.results:
            await self._record(run, made.results)
        return made.seconds

    async def _record(self, run: LiveRun, results: list[Result]) -> None:
        def write(tenant: Tenant) -> int | None:
            return evaluation_results.record(tenant, run.seq, results, self.by.owner)

        done = await self._tried(lambda: self._storage.write(run.scope, write))
        if done is None:
            self.drop(run.plan.id)
        elif done >= run.plan.total:
            await self._finish(run)

    async def _finish(self, run: LiveRun) -> None:
        """Sum the results up. They do not change any more: only writing the sum takes the writer."""
        given = await self._storage.read(run.scope, lambda tenant: evaluation_results.given(tenant, run.seq))
        names = [rule.id for rule in run.plan.rules]
        means, said = await self._storage.compute(lambda: (summary(names, given), counts(names, given)))

        def write(tenant: Tenant) -> bool:
            return evaluations.complete(tenant, run.seq, means, said)

        await self._tried(lambda: self._storage.write(run.scope, write))
        self.drop(run.plan.id)

    async def _fail(self, run: LiveRun) -> None:
        def write(tenant: Tenant) -> bool:
            return evaluations.end(tenant, run.seq, "failed", error=_FAILED)

        try:
            await self._tried(lambda: self._storage.write(run.scope, write))
        finally:
            self.drop(run.plan.id)

    async def _tried(self, act: Callable[[], Awaitable[T]]) -> T:
        return await (act() if self._inline else stubborn(act))


def _bug(name: str, error: BaseException) -> None:
    _log.error("%s ended: %s", name, kind_and_place(error))
