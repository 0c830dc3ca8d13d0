"""A plain asyncio loop in a thread of its own: where everything that uses the network runs."""

from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class LoopThread:
    """The UI's loop must never wait for a socket or parse a page of JSON; this one may."""

    def start(self) -> None:
        """Start the thread; returns when its loop runs."""
        raise NotImplementedError

    async def run(self, coro: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine over there and wait for its answer here. Cancelling here cancels there."""
        raise NotImplementedError

    async def close(self) -> None:
        """Cancel what runs there, and wait for the thread to end."""
        raise NotImplementedError
