"""The runs of a server: taken up, scored lane by lane, finished; taken up again after a restart."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from itertools import chain, repeat
from typing import Final, TypeVar

import sqlalchemy as sa

from atlas_desktop.server.config import ServerConfig
from atlas_desktop.server.evaluation_runs.line import Line, Turn
from atlas_desktop.server.evaluation_runs.live import LiveRun, live_run
from atlas_desktop.server.evaluation_runs.material import Result
from atlas_desktop.server.evaluation_runs.owner import is_gone, this_process
from atlas_desktop.server.evaluation_runs.pieces import Made, Pieces, Trouble
from atlas_desktop.server.evaluation_runs.shares import LANES, Lane, Piece
from atlas_desktop.server.evaluation_runs.summary import counts, summary
from atlas_desktop.server.scoring.scorer import Scorer
from atlas_desktop.server.storage import evaluation_results, evaluations
from atlas_desktop.server.storage.evaluation_leases import claim, leases, release, renew
from atlas_desktop.server.storage.scope import Scope, Tenant
from atlas_desktop.server.storage.storage import Storage
from atlas_desktop.server.storage.writer import WriterBusyError
from atlas_desktop.tasks import Tasks

T = TypeVar("T")

_BEAT: Final = 1.0
_NETWORK: Final = 4
_FAILED: Final = "the server met a fault of its own; the log says more"
_PAUSES: Final = (0.1, 0.5, 2.0, 10.0, 30.0)
"""Seconds between attempts while the database takes no writes: a full disk, or too many others."""
_log = logging.getLogger(__name__)


class Runs:
    """Used on the server's event loop. Nothing runs while no run waits."""

    def __init__(self, config: ServerConfig, storage: Storage, scorer: Scorer) -> None:
        self._storage = storage
        self._inline = config.executor == "inline"
        self.owner: Final = this_process()
        self._watched: dict[int, Scope] = {}
        self._keeping = False
        self._pieces = Pieces(config, scorer)
        self._over_net = scorer.asks_provider
        self._tasks = Tasks(_bug)
        self._lines: dict[Lane, Line] = {lane: Line() for lane in LANES}
        self._live: dict[str, LiveRun] = {}
        self._busy: dict[Lane, set[int]] = {lane: set() for lane in LANES}
        self._places: dict[Lane, int] = {"rules": 2 * self._pieces.workers, "model": 2, "asked": _NETWORK}

    def start(self) -> None:
        """Take up every run that a server before this one did not finish. Returns at once."""
        if not self._inline:
            self._tasks.spawn("evaluations resumed", self._resume())

    async def _resume(self) -> None:
        for scope in await self._storage.compute(self._storage.registry.organizations):
            self._watched[scope.org] = scope
        self._keep()

    def _keep(self) -> None:
        """Have somebody say that this process works on its runs, and take up those that nobody works on."""
        if not self._inline and not self._keeping:
            self._keeping = True
            self._tasks.spawn("evaluations kept", self._keeper())

    async def _keeper(self) -> None:
        """Ends when no run is open any more."""
        try:
            while self._watched:
                for scope in list(self._watched.values()):
                    if not await self._stubborn(partial(self._look_after, scope)):
                        self._watched.pop(scope.org, None)
                if self._watched:
                    await asyncio.sleep(_BEAT)
        finally:
            self._keeping = False

    async def _look_after(self, scope: Scope) -> bool:
        """Whether the organization has runs that are not over."""
        mine = [name for name, run in self._live.items() if run.scope.org == scope.org]
        if mine:
            await self._storage.write(scope, lambda tenant: renew(tenant, mine, self.owner))
        open_ = await self._storage.read(scope, lambda tenant: leases(tenant, is_gone))
        for lease in open_:
            abandoned = lease.free or (lease.owner == self.owner and lease.id not in self._live)
            if abandoned and await self._storage.write(scope, partial(claim, lease=lease, owner=self.owner)):
                await self.begin(scope, lease.id)
        return bool(open_)

    async def begin(self, scope: Scope, name: str) -> None:
        """Take up a run that is in the database. Inline, it is done on return."""
        run = await self._storage.read(scope, partial(live_run, name=name, over_net=self._over_net))
        if run.plan.finished or name in self._live:
            return
        self._live[name] = run
        self._watched[scope.org] = scope
        self._keep()
        for share in run.shares:
            self._lines[share.lane].add(scope.org, name, share)
        if run.plan.done >= run.plan.total:
            await self._finish(run)
        for lane in LANES:
            await self._wake(lane)

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
            for line in self._lines.values():
                line.drop(run.scope.org, name)
            run.over.set()

    async def close(self) -> None:
        """Stop; what is not written is done again after the next start, by whichever process."""
        await self._tasks.close()
        self.stop()
        # Where that cannot be written, they are free all the same in some seconds.
        with suppress(sa.exc.OperationalError, WriterBusyError):
            for name, run in self._live.items():
                await self._storage.write(run.scope, partial(release, names=[name], owner=self.owner))

    def stop(self) -> None:
        """End the processes, whatever they do."""
        self._pieces.stop()

    async def _wake(self, lane: Lane) -> None:
        """Have as many at work in this lane as there is work for."""
        if self._inline:
            await self._work(lane, 0)
            return
        for place in range(self._places[lane]):
            if not self._lines[lane].waiting:
                return
            if place not in self._busy[lane]:
                self._busy[lane].add(place)
                self._tasks.spawn(f"evaluations {lane} {place}", self._at_work(lane, place))

    async def _at_work(self, lane: Lane, place: int) -> None:
        try:
            await self._work(lane, place)
        finally:
            self._busy[lane].discard(place)

    async def _work(self, lane: Lane, place: int) -> None:
        line = self._lines[lane]
        while (turn := line.take()) is not None:
            run = self._live[turn.run]
            seconds = 0.0
            try:
                seconds = await self._do(run, turn, place)
            except Exception:  # noqa: BLE001 - this run has failed; the others of the lane go on
                _log.exception("an evaluation failed", extra={"evaluation": run.plan.id})
                await self._fail(run)
            finally:
                line.took(turn, seconds)

    async def _do(self, run: LiveRun, turn: Turn, place: int) -> float:
        """Score a piece and write what came of it; the seconds that scoring took."""
        share, piece = turn.share, turn.piece
        items = await self._stubborn(
            lambda: self._storage.read(run.scope, lambda tenant: evaluations.items(tenant, piece.seqs))
        )
        first = Piece(piece.seqs[: len(items)], piece.rules)
        made = await self._pieces.score(run.plan.predictions, share, first, items, place)
        parts = [*made.parts] if isinstance(made, Trouble) else []
        rest = piece.rest(len(items) if isinstance(made, Trouble) else made.items)
        share.put_back(*parts, *([rest] if rest else []))
        if isinstance(made, Made):
            await self._record(run, made.results)
        elif share.waiting:
            await self._wake(share.lane)
        return made.seconds

    async def _record(self, run: LiveRun, results: list[Result]) -> None:
        def write(tenant: Tenant) -> int | None:
            return evaluation_results.record(tenant, run.seq, results, self.owner)

        done = await self._stubborn(lambda: self._storage.write(run.scope, write))
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

        await self._stubborn(lambda: self._storage.write(run.scope, write))
        self.drop(run.plan.id)

    async def _fail(self, run: LiveRun) -> None:
        def write(tenant: Tenant) -> bool:
            return evaluations.end(tenant, run.seq, "failed", error=_FAILED)

        try:
            await self._stubborn(lambda: self._storage.write(run.scope, write))
        finally:
            self.drop(run.plan.id)

    async def _stubborn(self, act: Callable[[], Awaitable[T]]) -> T:
        """Do it until the database takes it: a full disk, or too many others, is no reason to lose a run."""
        for pause in chain(_PAUSES, repeat(_PAUSES[-1])):
            try:
                return await act()
            except (sa.exc.OperationalError, WriterBusyError) as error:
                if self._inline:
                    raise
                kind = type(error).__name__
                _log.warning("an evaluation waits for the database", extra={"kind": kind})
                await asyncio.sleep(pause)
        raise AssertionError("unreachable")


def _bug(name: str, error: BaseException) -> None:
    _log.error("%s ended", name, exc_info=error)
