"""One device, one real server, a network without faults unless a test asks for them, in virtual time."""

import asyncio
import random
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from atlas_desktop.domain.opinion import Verdict
from atlas_desktop.domain.query import Query
from atlas_desktop.domain.selection import Some
from atlas_desktop.sync.pace import Pace
from atlas_desktop.sync.status import Link
from tests.faults.device import Device
from tests.faults.network import Network, Sent
from tests.faults.server_box import ServerBox, key_of
from tests.faults.templates import Templates
from tests.faults.virtual import VirtualClock, run_virtual

KEYS = tuple(key_of("bench", number, "me") for number in range(3))
Serve = Callable[[httpx.Request], Awaitable[httpx.Response]]


class Bench:
    """``fault`` befalls the next ``count`` requests whose path ends so; ``serve`` may be wrapped."""

    def __init__(self, folder: Path, without: tuple[str, ...]) -> None:
        self.server = ServerBox(folder / "server.db", random.Random(1), KEYS, VirtualClock(), without=without)
        self.network = _Scripted(self.server.serve)
        self.device = Device(0, folder / "device0.db", random.Random(2), self.network, KEYS, Pace())

    async def decide(self, count: int, verdict: Verdict = "up") -> None:
        """Decide about the first calls."""
        store = self.device.store
        seqs = list(await store.calls.ids(Query()))[:count]
        await store.decisions.decide(Some(frozenset(seqs)), verdict, now=self.device.clock.now())
        self.device.engine.wake()

    async def ready(self) -> None:
        """Wait until everything was pulled once."""
        await self.until(lambda: self.device.engine.status.caught_up)

    async def until_link(self, link: Link, seconds: float = 120.0) -> None:
        """Wait for this state of the connection."""
        await self.until(lambda: self.device.engine.status.link == link, seconds)

    async def until(self, true: Callable[[], bool], seconds: float = 120.0) -> None:
        """Wait until something holds."""
        async with asyncio.timeout(seconds):
            while not true():  # noqa: ASYNC110 - virtual time costs nothing
                await asyncio.sleep(0.1)

    @property
    def applied(self) -> int:
        """How many rows of feedback the server has."""
        return len(self.server.query("SELECT id FROM feedback"))

    @property
    def posts(self) -> list[Sent]:
        """Requests that carry decisions."""
        return [sent for sent in self.network.log if sent.pushes]


class _Scripted(Network):
    def __init__(self, serve: Serve) -> None:
        super().__init__(random.Random(3), serve, 0.0, ())
        self.script: list[tuple[str, str]] = []

    def befall(self, path: str, *faults: str) -> None:
        """The next requests to this path meet these faults, in this order."""
        self.script += [(path, fault) for fault in faults]

    def draw(self) -> str:
        path = self.log[-1].path
        for step in self.script:
            if path.endswith(step[0]):
                self.script.remove(step)
                return step[1]
        return ""


@asynccontextmanager
async def running(bench: Bench) -> AsyncIterator[Bench]:
    """The engine at work."""
    bench.server.open()
    bench.device.boot()
    engine = asyncio.get_running_loop().create_task(bench.device.engine.run())
    try:
        yield bench
    finally:
        engine.cancel()
        await asyncio.gather(engine, return_exceptions=True)
        await bench.device.kill()
        bench.server.close()


def play(
    story: Callable[[Bench], Awaitable[None]],
    folder: Path,
    templates: Templates,
    without: tuple[str, ...] = (),
    device: bytes | None = None,
) -> Bench:
    """Run one story against fresh files; ``device`` is the store of an earlier one."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    templates.copy(8, folder, 1)
    if device is not None:
        (folder / "device0.db").write_bytes(device)
    bench = Bench(folder, without)

    async def whole() -> None:
        async with running(bench):
            await story(bench)

    run_virtual(whole())
    return bench
