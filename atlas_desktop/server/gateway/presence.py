"""Whether the client is still there while it is worked for."""

import asyncio
from types import TracebackType
from typing import Self

from starlette.types import Receive

from atlas_desktop.tasks import Tasks


class ClientGoneError(Exception):
    """The client has closed its connection before it was answered."""


class Presence:
    """Around work for a client: when it goes away, the work is cancelled and ClientGoneError raised out of the block."""

    __slots__ = ("_gone", "_receive", "_tasks", "_watch", "_work")

    def __init__(self, tasks: Tasks, receive: Receive | None) -> None:
        self._tasks = tasks
        self._receive = receive
        self._gone = False
        self._watch: asyncio.Task[None] | None = None
        self._work: asyncio.Task[object] | None = None

    async def __aenter__(self) -> Self:
        if self._receive is not None:
            self._work = asyncio.current_task()
            self._watch = self._tasks.spawn("gateway client", _until_gone(self._receive))
            self._watch.add_done_callback(self._went)
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        work, self._work = self._work, None
        if self._watch is not None:
            self._watch.cancel()
        if self._gone and work is not None and isinstance(error, asyncio.CancelledError):
            work.uncancel()
            raise ClientGoneError from None

    def _went(self, watch: asyncio.Task[None]) -> None:
        # Not after the block: the work has gone on to something else then.
        if self._work is not None and not watch.cancelled():
            self._gone = True
            self._work.cancel()


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        continue
