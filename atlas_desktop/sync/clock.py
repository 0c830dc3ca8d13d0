"""Time as the engine sees it: a parameter, so that a simulation can own it."""

import asyncio
import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """The wall clock decides nothing here; only the monotonic one is used for waiting."""

    def now(self) -> datetime:
        """The wall clock, in UTC. It may jump."""
        ...

    def monotonic(self) -> float:
        """Seconds that only grow."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Come back after so many seconds of `monotonic`."""
        ...

    async def wait(self, event: asyncio.Event, seconds: float | None) -> bool:
        """Whether the event was set within so many seconds (None: however long it takes)."""
        ...


class SystemClock:
    """The clocks of this computer."""

    def now(self) -> datetime:
        """The wall clock, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """The monotonic clock, in seconds."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Sleep on the running loop."""
        await asyncio.sleep(seconds)

    async def wait(self, event: asyncio.Event, seconds: float | None) -> bool:
        """Whether the event was set in time; by the running loop's clock."""
        try:
            async with asyncio.timeout(seconds):
                await event.wait()
        except TimeoutError:
            return False
        return True
