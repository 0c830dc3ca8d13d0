"""The engine: a pull loop and a push loop over one store and one client, started and stopped together."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from functools import partial

from atlas_desktop.api.client import AsyncAtlas
from atlas_desktop.store.changed import Changed
from atlas_desktop.store.store import Store
from atlas_desktop.sync.clock import Clock
from atlas_desktop.sync.line import Line
from atlas_desktop.sync.pace import Pace
from atlas_desktop.sync.pull import Pull
from atlas_desktop.sync.push import Push
from atlas_desktop.sync.status import StatusChanged, StoreChanged, SyncEvent, SyncStatus
from atlas_desktop.sync.watchdog import Watch
from atlas_desktop.sync.words import STALLED, problem_of, too_large
from atlas_desktop.tasks import Tasks

_log = logging.getLogger(__name__)
_STANDARD = Pace()


class Engine:
    """Keeps one store and one server in step.

    Every method is called on the loop that runs `run`, or before it. ``listen`` is called on that loop, and
    must be quick.
    """

    def __init__(
        self,
        *,
        store: Store,
        client: AsyncAtlas,
        clock: Clock,
        rng: random.Random,
        listen: Callable[[SyncEvent], None],
        pace: Pace = _STANDARD,
    ) -> None:
        self.status = SyncStatus()
        self._store = store
        self._clock = clock
        self._listen = listen
        self._pace = pace
        self._line = Line(client, clock, rng, pace, self._stir)
        self._pull = Pull(store, self._line, self._tell)
        self._push = Push(store, self._line, self._tell, retracted=self._pull.wake)
        self._news = asyncio.Event()
        self._bugs = 0
        self._trouble: str | None = None
        self._ended: asyncio.Future[None] | None = None
        self._loops: dict[str, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Work until cancelled. Never raises for the network's sake."""
        self._ended = asyncio.get_running_loop().create_future()
        tasks = Tasks(self._died)
        try:
            self._tell(await self._store.outbox.recover())
            self._pull.synced_at_ms = await self._store.pull.synced_at_ms()
            self._start(tasks, "pull", self._pull.run)
            self._start(tasks, "push", self._push.run)
            self._start(tasks, "status", self._report)
            tasks.spawn("sync watchdog", self._keep("watchdog", partial(self._watch, tasks)))
            await self._ended
        finally:
            await tasks.close()

    def wake(self) -> None:
        """A decision was committed, or the person wants it now: push and pull without waiting."""
        self._push.wake()
        self._pull.wake()
        self._stir()

    def set_offline(self, offline: bool) -> None:
        """Go offline, or back, by hand. A request in flight is awaited, none is started."""
        self._line.become(self._line.gates.offline(offline))
        if not offline:
            self._line.forget_waits()
            self.wake()

    def key_changed(self, client: AsyncAtlas | None = None) -> None:
        """There is a new key (in this new client, if given): lift the auth gate and ask what it may do."""
        self._line.new_key(client)
        self._now()

    def withdraw(self) -> None:
        """The server ended, and anybody may take its address: send nothing until `key_changed`."""
        self._line.withdraw()

    def try_again(self) -> None:
        """The person acted: lift every gate but the one for the key, and forget back-off."""
        self._line.way = None
        self._line.become(self._line.gates.lifted())
        self._now()

    def _now(self) -> None:
        self._line.forget_waits()
        self._push.forget_waits()
        self.wake()

    def _tell(self, changed: Changed) -> None:
        if changed:
            self._listen(StoreChanged(changed))
        self._stir()

    def _stir(self) -> None:
        self._news.set()

    async def _report(self) -> None:
        """Say the status whenever it is another one; many changes at once are said once."""
        while True:
            self._news.clear()
            status = await self._status_now()
            if status != self.status:
                self.status = status
                self._listen(StatusChanged(status))
            await self._clock.wait(self._news, None)

    async def _status_now(self) -> SyncStatus:
        counts = await self._store.outbox.counts()
        gates, way = self._line.gates, self._line.way
        problem = problem_of(gates.link, gates.words, counts.pending, gone=gates.gone)
        return SyncStatus(
            link=gates.link,
            synced_at_ms=self._pull.synced_at_ms,
            caught_up=self._pull.caught_up,
            pending=counts.pending,
            needs_you=counts.needs_you,
            pulled=self._pull.pulled,
            to_pull=self._pull.to_pull,
            problem=problem or (too_large() if self._pull.turn.too_large else self._trouble),
            limited=() if way is None else way.limited,
            bugs=self._bugs,
        )

    def _start(self, tasks: Tasks, name: str, loop: Callable[[], Awaitable[None]]) -> None:
        self._loops[name] = tasks.spawn(f"sync {name}", self._keep(name, loop))

    async def _keep(self, name: str, loop: Callable[[], Awaitable[None]]) -> None:
        """Run a loop again when it fails: a bug in one request must not stop all the others."""
        failures = 0
        while True:
            try:
                await loop()
            except Exception as error:  # noqa: BLE001 - reported in the log and in the status, and counted
                self._bug(
                    f"sync {name} failed", f"Something went wrong in sync: {type(error).__name__}.", error
                )
            failures += 1
            await self._clock.sleep(min(self._pace.cap, 2.0**failures))
            if name == "push":
                self._tell(await self._store.outbox.recover())

    async def _watch(self, tasks: Tasks) -> None:
        turns = {"pull": (self._pull.turn, self._pull.run), "push": (self._push.turn, self._push.run)}
        watches = {name: Watch(self._clock.monotonic()) for name in turns}
        while True:
            await self._clock.sleep(self._pace.watch_every)
            for name, (turn, loop) in turns.items():
                now = self._clock.monotonic()
                watch = watches[name].seen(
                    now, turn.finished, should_move=turn.waits == 0 and await self._has_work(name)
                )
                if watch.stalled(now, self._pace.stalled_after):
                    watch = watch.restarted(now)
                    self._bug(f"sync {name} stood still", STALLED)
                    await self._restart(tasks, name, loop)
                watches[name] = watch

    async def _has_work(self, name: str) -> bool:
        if name == "pull":
            return True
        waiting = self._push.lanes.waiting(self._clock.monotonic())
        return bool(await self._store.outbox.eligible(1, 1, skip_lanes=waiting))

    async def _restart(self, tasks: Tasks, name: str, loop: Callable[[], Awaitable[None]]) -> None:
        old = self._loops[name]
        old.cancel()
        await asyncio.wait([old])
        if name == "push":
            self._tell(await self._store.outbox.recover())
        self._start(tasks, name, loop)

    def _bug(self, what: str, sentence: str, error: BaseException | None = None) -> None:
        _log.error("%s", what, exc_info=error)
        self._bugs += 1
        self._trouble = sentence
        self._stir()

    def _died(self, name: str, error: BaseException) -> None:
        if self._ended is not None and not self._ended.done():
            self._ended.set_exception(error)
