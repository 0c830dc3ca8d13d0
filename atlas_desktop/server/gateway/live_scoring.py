"""Scoring live calls after they were answered: durable jobs, retried, each call refunded at most once."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from atlas_desktop.logs import kind_and_place
from atlas_desktop.server.config import ServerConfig
from atlas_desktop.server.evaluation_runs.owner import is_gone, this_process
from atlas_desktop.server.evaluation_runs.stubborn import REFUSED, stubborn
from atlas_desktop.server.gateway.judging import Judging, is_asked_about, is_slow
from atlas_desktop.server.scoring.scorer import Scorer
from atlas_desktop.server.storage import live_jobs, live_material, live_scores
from atlas_desktop.server.storage.live_material import Subject
from atlas_desktop.server.storage.live_scores import Made, Written
from atlas_desktop.server.storage.scope import Scope
from atlas_desktop.server.storage.storage import Storage
from atlas_desktop.tasks import Tasks

_GROUP: Final = 200
"""Jobs that are taken at once."""
_AT_ONCE: Final = 4
"""Calls that others are asked about over the net at once."""
_MOST_ASKED: Final = 40
"""So many wait for that here, the rest in the database: a lease is not to run out."""
_LATER_MS: Final = 5_000
_LOOK_SECONDS: Final = 60.0
"""So often this process looks for what another one left."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Judged:
    """What came of one call: who answered it, and its scores by evaluator (None: could not be made) beside the least."""

    scope: Scope
    call_id: str
    operation: str
    customer: str
    model: str
    provider: str | None
    quantization: str | None
    scores: tuple[tuple[str, float | None, float], ...]
    refunded: bool
    released: bool

    @property
    def org(self) -> int:
        """The organization's number."""
        return self.scope.org


Listener = Callable[[Judged], None]


class LiveScoring:
    """Used on the server's event loop. Nothing runs while nothing waits. Inline, ``settle`` does the work."""

    def __init__(self, config: ServerConfig, storage: Storage, scorer: Scorer) -> None:
        self._clock = config.clock
        self._storage = storage
        self._inline = config.executor == "inline"
        self._judging = Judging(scorer, config.clock, inline=self._inline)
        self._turns = asyncio.Semaphore(_AT_ONCE)
        self._tasks = Tasks(_bug)
        self._owner: Final = this_process()
        self._listeners: list[Listener] = []
        self._working: dict[int, asyncio.Event] = {}
        self._asked = 0

    def listen(self, listener: Listener) -> None:
        """Be told of every call that was judged, after its scores are committed. Must be quick; never raises."""
        self._listeners.append(listener)

    def start(self) -> None:
        """Take up what a server before this one left. Returns at once."""
        if not self._inline:
            self._tasks.spawn("live scores resumed", self._look())

    def wake(self, scope: Scope) -> None:
        """Calls of this organization wait to be scored. Returns at once."""
        if self._inline:
            return
        working = self._working.get(scope.org)
        if working is None:
            working = self._working[scope.org] = asyncio.Event()
            self._tasks.spawn(f"live scores {scope.org}", self._at_work(_whole(scope), working))
        working.set()

    async def settle(self, scope: Scope) -> None:
        """Score everything of this organization that is due, here and now. For tests and simulations."""
        while await self._group(_whole(scope)):
            pass

    async def close(self) -> None:
        """Stop; what is not written is done again after the next start, by whichever process."""
        await self._tasks.close()
        for scope in await self._storage.compute(self._storage.registry.organizations):
            await self._release(scope)

    async def _release(self, scope: Scope) -> None:
        """Whoever comes next takes up what this process has not finished."""
        try:
            await self._storage.write(scope, partial(live_jobs.release, is_free=self._owner.__eq__))
        except REFUSED:
            # They are free all the same when this process has ended, or some time later.
            _log.info("jobs of live calls stay with this process")

    async def _look(self) -> None:
        """Begin with what waits, whoever made it; look again now and then."""
        while True:
            for scope in await self._storage.compute(self._storage.registry.organizations):
                if await self._storage.read(scope, live_jobs.any_waits):
                    await self._storage.write(scope, partial(live_jobs.release, is_free=is_gone))
                    self.wake(scope)
            await asyncio.sleep(_LOOK_SECONDS)

    async def _at_work(self, scope: Scope, woken: asyncio.Event) -> None:
        try:
            while True:
                woken.clear()
                while await self._patiently(scope):
                    pass
                due = await self._storage.read(scope, live_jobs.next_due)
                if due is None and not woken.is_set():
                    return
                await self._until(due, woken)
        finally:
            del self._working[scope.org]

    async def _until(self, due_ms: int | None, woken: asyncio.Event) -> None:
        pause = _LOOK_SECONDS if due_ms is None else due_ms / 1000 - self._clock.now().timestamp()
        try:
            async with asyncio.timeout(min(max(pause, 0.02), _LOOK_SECONDS)):
                await woken.wait()
        except TimeoutError:
            return

    async def _patiently(self, scope: Scope) -> bool:
        try:
            return await self._group(scope)
        except REFUSED as error:
            _log.warning("live scores wait for the database", extra={"kind": type(error).__name__})
            await asyncio.sleep(1.0)
            return True
        except Exception as error:  # noqa: BLE001 - a fault of ours must not stop them for good: tried again some time later
            _log.error("live scores met a fault: %s", kind_and_place(error))
            await asyncio.sleep(_LOOK_SECONDS)
            await self._release(scope)
            return True

    async def _group(self, scope: Scope) -> bool:
        """Take some jobs and score them; whether there may be more that are due."""
        jobs = await self._storage.write(scope, partial(live_jobs.claim, owner=self._owner, limit=_GROUP))
        if not jobs:
            return False
        subjects = await self._storage.read(scope, partial(live_material.subjects, jobs=jobs))
        quick = [subject for subject in subjects if not is_slow(subject)]
        slow = [subject for subject in subjects if is_slow(subject)]
        if quick:
            await self._write(scope, quick, await self._judging.by_rules(quick))
        if slow:
            await self._ask(scope, slow)
        return True

    async def _ask(self, scope: Scope, subjects: Sequence[Subject]) -> None:
        """Have these asked about beside what follows; some time later, where too many are already."""
        room = len(subjects) if self._inline else max(0, _MOST_ASKED - self._asked)
        for subject in subjects[:room]:
            if self._inline:
                await self._one(scope, subject)
            else:
                self._asked += 1
                self._tasks.spawn(f"live score {subject.call_id}", self._in_turn(scope, subject))
        if rest := [subject.job for subject in subjects[room:]]:
            due = int(self._clock.now().timestamp() * 1000) + _LATER_MS
            await self._storage.write(scope, partial(live_jobs.put_back, jobs=rest, due_ms=due))

    async def _in_turn(self, scope: Scope, subject: Subject) -> None:
        try:
            async with self._turns:
                await self._one(scope, subject)
        finally:
            self._asked -= 1
        # It may be that it is to be tried once more, some time later.
        self.wake(scope)

    async def _one(self, scope: Scope, subject: Subject) -> None:
        said: list[dict[str, Any]] = []
        if is_asked_about(subject):
            said = await self._storage.read(
                scope, partial(live_material.messages, call_seq=subject.job.call_seq)
            )
        await self._write(scope, [subject], [await self._judging.one_by_one(subject, said)])

    async def _write(self, scope: Scope, subjects: Sequence[Subject], made: Sequence[Sequence[Made]]) -> None:
        results = {subject.job.seq: each for subject, each in zip(subjects, made, strict=True)}
        about = {subject.job.seq: subject for subject in subjects}
        act = partial(live_scores.write, results=results, subjects=about)
        if self._inline:
            written = await self._storage.write(scope, act)
        else:
            written = await stubborn(lambda: self._storage.write(scope, act))
        for each in written:
            self._tell(scope, about[each.job.seq], each)

    def _tell(self, scope: Scope, subject: Subject, written: Written) -> None:
        judged = Judged(
            scope,
            subject.call_id,
            subject.operation,
            subject.customer,
            subject.model,
            subject.provider,
            subject.quantization,
            tuple((score.evaluator_id, score.score, score.min_score or 0.0) for score in written.scores),
            written.refunded,
            subject.released,
        )
        for listener in self._listeners:
            listener(judged)


def _whole(scope: Scope) -> Scope:
    return Scope(scope.org, scope.organization, scope.organization_id, None, scope.reviewer)


def _bug(name: str, error: BaseException) -> None:
    _log.error("%s ended: %s", name, kind_and_place(error))
