"""Reading and writing until the database takes it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from itertools import chain, repeat
from typing import Final, TypeVar

import sqlalchemy as sa

from atlas_desktop.server.storage.writer import WriterBusyError

T = TypeVar("T")

REFUSED: Final = (sa.exc.OperationalError, WriterBusyError)
"""What a database says that takes nothing now: its disk is full, or too many others write."""
PAUSES: tuple[float, ...] = (0.1, 0.5, 2.0, 10.0, 30.0)
"""Seconds between attempts; the last one again and again."""
_log = logging.getLogger(__name__)


async def stubborn(act: Callable[[], Awaitable[T]]) -> T:
    """Do it until it is done: no run is lost because a disk was full for an hour."""
    for pause in chain(PAUSES, repeat(PAUSES[-1])):
        try:
            return await act()
        except REFUSED as error:
            _log.warning("an evaluation waits for the database", extra={"kind": type(error).__name__})
            await asyncio.sleep(pause)
    raise AssertionError("unreachable")
