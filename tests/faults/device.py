"""A reviewer's computer in a schedule: the real store and engine, killed at commits and started again."""

import asyncio
import itertools
import random
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar, cast

from atlas_desktop.api.client import AsyncAtlas
from atlas_desktop.contract.secret import Secret
from atlas_desktop.database.database import Database
from atlas_desktop.server.config import StaticKey
from atlas_desktop.store.store import Hooks, Inline, Store
from atlas_desktop.sync.engine import Engine
from atlas_desktop.sync.pace import Pace
from atlas_desktop.sync.status import StatusChanged, SyncEvent
from tests.faults.network import DeviceTransport, Network
from tests.faults.server_box import HOST, Crash
from tests.faults.virtual import VirtualClock

T = TypeVar("T")


class Yielding:
    """A database that lets the loop go round before and after each job, as one with threads does."""

    def __init__(self, database: Database, rng: random.Random) -> None:
        self._database = database
        self._rng = rng

    async def read(self, work: Callable[[Any], T]) -> T:
        await self._yield()
        found = await self._database.read(work)
        await self._yield()
        return found

    async def write(self, work: Callable[[Any], T], *, soon: bool = False) -> T:
        await self._yield()
        done = await self._database.write(work, soon=soon)
        await self._yield()
        return done

    async def _yield(self) -> None:
        if self._rng.random() < 0.3:
            await asyncio.sleep(self._rng.uniform(0, 0.01))


@dataclass
class Device:
    """``lives`` counts starts of the process. ``waived``: when the person lifted all waits; ``eager``: only
    those of back-off; ``offline``: when the switch was thrown, and to which side.
    """

    number: int
    path: Path
    rng: random.Random
    network: Network
    keys: tuple[StaticKey, ...]
    pace: Pace
    crash_rate: float = 0.0
    clock: VirtualClock = field(default_factory=VirtualClock)
    key: int = 0
    lives: int = 0
    crashes: int = 0
    bugs: int = 0
    store: Store = field(init=False)
    engine: Engine = field(init=False)
    waived: list[float] = field(default_factory=list)
    eager: list[float] = field(default_factory=list)
    offline: list[tuple[float, bool]] = field(default_factory=list)
    revisions: dict[str, int] = field(default_factory=dict)
    _dying: bool = False
    _ids: "itertools.count[int]" = field(default_factory=itertools.count)
    _clients: list[AsyncAtlas] = field(default_factory=list)

    @property
    def reviewer(self) -> str:
        return self.keys[0].name

    def boot(self) -> None:
        """Start the process. Raises Crash like any other write."""
        self._dying = False
        self.lives += 1
        self.offline.append((self.clock.monotonic(), False))
        self.store = Store.open(
            self.path,
            threads=Inline(power_safe=False),
            hooks=Hooks(self._maybe_die, self._maybe_die),
            new_op_id=self._new_id,
        )
        self.engine = Engine(
            store=self._as_if_threaded(),
            client=self._client(),
            clock=self.clock,
            rng=random.Random(self.rng.random()),
            listen=self._hear,
            pace=self.pace,
        )

    def _as_if_threaded(self) -> Store:
        """The store as the engine has it in the app: between asking and answer, others get their turn."""
        database = cast("Database", Yielding(self.store.database, random.Random(self.rng.random())))
        return Store(database, self.store.report, self._new_id)

    async def live(self, act: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Run the process, again and again, until the act (which goes on over crashes) is done."""
        while True:
            try:
                self.boot()
                if await self._one_life(act):
                    return
            except Crash:
                self.crashes += 1
            await self.kill()
            await asyncio.sleep(self.rng.uniform(0.01, 5))

    async def _one_life(self, act: Callable[[], Coroutine[Any, Any, None]]) -> bool:
        loop = asyncio.get_running_loop()
        engine, person = loop.create_task(self.engine.run()), loop.create_task(act())
        try:
            await asyncio.wait((engine, person), return_when=asyncio.FIRST_COMPLETED)
            if person.done():
                person.result()
                return True
            engine.result()
            raise AssertionError("the engine stopped by itself")
        finally:
            for task in (engine, person):
                task.cancel()
            await asyncio.gather(engine, person, return_exceptions=True)
            self.bugs += self.engine.status.bugs

    async def kill(self) -> None:
        """Nothing more reaches the disk; what was committed stays."""
        self._dying = True
        if hasattr(self, "store"):
            await self.store.close()
        for client in self._clients:
            await client.close()
        self._clients.clear()

    def switch(self, offline: bool) -> None:
        """The person's own switch: going online forgets back-off, yet not what the server asked for."""
        self.eager.append(self.clock.monotonic())
        self.offline.append((self.clock.monotonic(), offline))
        self.engine.set_offline(offline)

    def person_acts(self) -> None:
        """The person wants it now: waits asked for before no longer bind."""
        self.waived.append(self.clock.monotonic())
        self.engine.try_again()

    def new_key(self) -> None:
        """The person enters the next key."""
        self.key += 1
        self.waived.append(self.clock.monotonic())
        self.engine.key_changed(self._client())

    @property
    def authorization(self) -> str:
        return f"Bearer {self.keys[self.key % len(self.keys)].key}"

    def _client(self) -> AsyncAtlas:
        secret = Secret(self.keys[self.key % len(self.keys)].key)
        transport = DeviceTransport(self.network, self.number, self.lives)
        client = AsyncAtlas(f"{HOST}/v1", secret, transport=transport)
        self._clients.append(client)
        return client

    def _hear(self, event: SyncEvent) -> None:
        if isinstance(event, StatusChanged) and self._dying:
            raise Crash

    def _new_id(self) -> str:
        # Sorts and is unique as the real ones do, and is the same at every replay of the seed.
        return f"fb_{self.number}x{next(self._ids):06}"

    def _maybe_die(self) -> None:
        if self._dying or self.rng.random() < self.crash_rate:
            self._dying = True
            raise Crash
