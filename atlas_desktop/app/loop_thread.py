"""A plain asyncio loop in a thread of its own: where everything that uses the network runs."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import Any, Final, TypeVar

from atlas_desktop.app.daemon_thread import in_daemon_thread

T = TypeVar("T")

_CLOSE_SECONDS: Final = 10.0


class LoopThread:
    """The UI's loop must never wait for a socket or parse a page of JSON; this one may.

    Start it once, close it once. ``call`` is safe from any thread.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._lock = threading.Lock()

    def start(self) -> None:
        """Start the thread; returns when its loop takes work."""
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(ready,), name=self._name, daemon=True)
        self._thread.start()
        ready.wait()

    async def run(self, coro: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine over there and wait for its answer here. Cancelling here cancels there."""
        return await asyncio.wrap_future(self.begin(coro))

    def begin(self, coro: Coroutine[Any, Any, T]) -> "Future[T]":
        """Start a coroutine over there. Raises RuntimeError when closed, and never starts it then."""
        with self._lock:
            if self._loop is None:
                coro.close()
                raise RuntimeError(f"{self._name} is closed")
            return asyncio.run_coroutine_threadsafe(coro, self._loop)

    def call(self, work: Callable[..., object], *args: object) -> None:
        """Call a function over there, soon; when closed, not at all."""
        with self._lock:
            if self._loop is not None:
                self._loop.call_soon_threadsafe(work, *args)

    async def close(self) -> None:
        """Cancel what runs there, and wait for the thread to end."""
        with self._lock:
            loop, self._loop = self._loop, None
        if loop is None or self._thread is None:
            return
        loop.call_soon_threadsafe(loop.stop)
        await in_daemon_thread(f"{self._name} joins", self._thread.join, limit=_CLOSE_SECONDS)

    def _run(self, ready: threading.Event) -> None:
        with asyncio.Runner() as runner:
            loop = runner.get_loop()
            self._loop = loop
            loop.call_soon(ready.set)
            # Runner's exit cancels and awaits every task that is left, then the async generators.
            loop.run_forever()
