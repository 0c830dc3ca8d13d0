"""A process that works on one thing at a time, and is ended when that takes too long."""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import BrokenExecutor
from functools import partial
from typing import Final, ParamSpec, TypeVar

from atlas_desktop.beside import Beside

T = TypeVar("T")
P = ParamSpec("P")

_IDLE_SECONDS: Final = 60.0
_START_SECONDS: Final = 30.0
_log = logging.getLogger(__name__)


class Overdue(Exception):  # noqa: N818 - an answer: it took too long
    """The work was not done in time; its process was ended."""


class Worker:
    """Used on one event loop. The process is started when first needed and ends when nothing came for a minute."""

    def __init__(self, beside: Beside, seconds: float) -> None:
        self._beside = beside
        self._seconds = seconds
        self._turn = asyncio.Lock()
        self._ending: asyncio.TimerHandle | None = None

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Have it done there. Raises Overdue, and BrokenExecutor when the process died of it twice."""
        async with self._turn:
            if self._ending is not None:
                self._ending.cancel()
            try:
                return await self._once(work, *args, **kwargs)
            except BrokenExecutor:
                # Killed from outside perhaps: the work is pure, so it is tried once more.
                _log.warning("a process beside ended; it is started again")
                self._beside.kill()
                return await self._once(work, *args, **kwargs)
            finally:
                self._ending = asyncio.get_running_loop().call_later(
                    _IDLE_SECONDS, partial(self._beside.stop, wait=False)
                )

    async def _once(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        self._beside.start()
        try:
            async with asyncio.timeout(_START_SECONDS):
                await asyncio.wrap_future(self._beside.warm)
            async with asyncio.timeout(self._seconds):
                return await asyncio.wrap_future(self._beside.submit(work, *args, **kwargs))
        except TimeoutError:
            self._beside.kill()
            self._beside.start()
            raise Overdue from None
        except asyncio.CancelledError:
            # Whoever asked has gone; the next one must not wait behind it.
            self._beside.kill()
            raise

    def stop(self) -> None:
        """End the process, whatever it does."""
        if self._ending is not None:
            self._ending.cancel()
            self._ending = None
        self._beside.kill()
