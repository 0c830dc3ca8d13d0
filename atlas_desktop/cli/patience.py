"""Asking an Atlas again when a failure may pass."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from atlas_desktop.api.errors import ApiStatusError, AtlasError
from atlas_desktop.api.retry import delay, is_retryable
from atlas_desktop.cli.failing import say

T = TypeVar("T")

_ATTEMPTS: Final = 6
_LONGEST_WAIT: Final = 60.0


async def patiently(ask: Callable[[], Awaitable[T]]) -> T:
    """What it answers, at the sixth attempt if need be. Only for what can be repeated harmlessly."""
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            return await ask()
        except AtlasError as error:
            floor = (error.retry_after if isinstance(error, ApiStatusError) else None) or 0.0
            if attempt == _ATTEMPTS or floor > _LONGEST_WAIT or not is_retryable(error, idempotent=True):
                raise
            say(f"{error}; trying again ({attempt} of {_ATTEMPTS - 1})")
        await asyncio.sleep(delay(attempt, random.random(), floor))  # noqa: S311 - jitter, no secret
    raise AssertionError("the last attempt returns or raises")
