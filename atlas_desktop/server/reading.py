"""Reading the lines of an import, in a process beside where there are many: writing them takes this one."""

import asyncio
import logging
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Final

from atlas_desktop.beside import Beside
from atlas_desktop.domain.recorded import Defaults, Recorded, Rejected, read_lines
from atlas_desktop.server.storage.storage import Storage

_log = logging.getLogger(__name__)

WORTH: Final = 1024 * 1024
"""Bytes of a request from which a process beside pays: it takes 300 ms and 40 MB to be there."""

_IDLE_SECONDS: Final = 20.0

Lines = list[tuple[int, bytes]]
Found = list[Recorded | Rejected]


class Reading:
    """Who reads lines. The process is started by the first large import and ends when none came for 20 s."""

    def __init__(self, storage: Storage, beside: Beside | None) -> None:
        self._storage = storage
        self._beside = beside
        self._users = 0
        self._ending: asyncio.TimerHandle | None = None
        self._turn = asyncio.Lock()

    @contextmanager
    def of(self, size: int) -> Iterator[None]:
        """Around an import of ``size`` bytes."""
        if self._beside is None or size < WORTH:
            yield
            return
        self._users += 1
        if self._ending is not None:
            self._ending.cancel()
        self._beside.start()
        try:
            yield
        finally:
            self._users -= 1
            if self._users == 0:
                self._ending = asyncio.get_running_loop().call_later(_IDLE_SECONDS, self.stop)

    async def read(self, lines: Lines, defaults: Defaults, now: datetime, salt: str) -> Found:
        """What the numbered lines hold, in their order."""
        work = partial(read_lines, lines, defaults, now, salt)
        if self._users and not self._is_beside:
            # One at a time: side by side, threads would only share Python, and all parts be there as late as the last.
            async with self._turn:
                if not self._is_beside:
                    return await self._storage.compute(work)
        if self._users and self._beside is not None and self._is_beside:
            try:
                return await asyncio.wrap_future(self._beside.submit(work))
            except BrokenExecutor:
                # Killed from outside, or out of memory: reading is pure, so it is done again here.
                _log.warning("the process that read an import ended; reading goes on without it")
                self._beside.stop()
        return await self._storage.compute(work)

    @property
    def _is_beside(self) -> bool:
        return self._beside is not None and self._beside.ready

    def stop(self) -> None:
        """End the process; the next large import starts another."""
        if self._ending is not None:
            self._ending.cancel()
            self._ending = None
        if self._beside is not None:
            # It is idle, or what it reads is wanted no more: to ask it to end takes 80 ms.
            self._beside.kill()
