"""An event loop without waiting: when nothing is ready, its clock jumps to the next timer."""

import asyncio
import selectors
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

T = TypeVar("T")

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
_TICK = 1e-6  # timers are compared with a resolution: stay over it, or the loop spins on rounding


class NothingLeftError(Exception):
    """Every task waits and no timer is set: the schedule can never end."""


class TooLongError(Exception):
    """The schedule used up its turns: something runs round in circles."""


class _Selector(selectors.DefaultSelector):
    """Turns the wait for a timer into a jump. There is no I/O in a simulation, so none is looked for."""

    def __init__(self, most_turns: int) -> None:
        super().__init__()
        self.now = 0.0
        self.turns = 0
        self.most_turns = most_turns

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self.turns += 1
        if self.turns > self.most_turns:
            raise TooLongError(f"{self.turns} turns, {self.now:.1f} s")
        if timeout is None:
            raise NothingLeftError(f"after {self.now:.1f} s")
        if timeout > 0:
            self.now += timeout + _TICK
        return []


class VirtualLoop(asyncio.SelectorEventLoop):
    """Runs one schedule in one thread. ``turns`` counts how often it went round."""

    def __init__(self, most_turns: int = 2_000_000) -> None:
        self._virtual = _Selector(most_turns)
        super().__init__(self._virtual)

    def time(self) -> float:
        return self._virtual.now

    @property
    def turns(self) -> int:
        return self._virtual.turns


def run_virtual(coro: Coroutine[Any, Any, T], *, most_turns: int = 2_000_000) -> T:
    """Run to the end, at once, whatever it waits for. Tasks left over are cancelled."""
    loop = VirtualLoop(most_turns)
    try:
        asyncio.set_event_loop(loop)
        return loop.run_until_complete(coro)
    finally:
        try:
            _cancel_all(loop)
        finally:
            asyncio.set_event_loop(None)
            loop.close()


def _cancel_all(loop: VirtualLoop) -> None:
    loop._virtual.most_turns += 100_000
    left = asyncio.all_tasks(loop)
    for task in left:
        task.cancel()
    if left:
        loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
    loop.run_until_complete(loop.shutdown_asyncgens())


class VirtualClock:
    """The clocks of one machine in the simulation: the wall clock can be set, the monotonic one cannot."""

    def __init__(self) -> None:
        self.skew = timedelta()

    def now(self) -> datetime:
        return START + timedelta(seconds=self.monotonic()) + self.skew

    def monotonic(self) -> float:
        return asyncio.get_running_loop().time()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def wait(self, event: asyncio.Event, seconds: float | None) -> bool:
        try:
            async with asyncio.timeout(seconds):
                await event.wait()
        except TimeoutError:
            return False
        return True
