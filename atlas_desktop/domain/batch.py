"""When a call of tier batch is tried again that nobody answered. Pure."""

from typing import Final

PATIENCE_MS: Final = 24 * 3600 * 1000
"""How long a caller was promised to wait at most: then it is recorded as failed."""
_FIRST_MS: Final = 15_000
LATER_MS: Final = 3600 * 1000
"""The longest pause between attempts."""
_DOUBLINGS: Final = 20


def next_try(taken_ms: int, now_ms: int, attempts: int) -> int | None:
    """When, after so many failed attempts before this one, in milliseconds since 1970. None: no more.

    The pause doubles, from 15 s to an hour; the last attempt is just before the promise ends.
    """
    pause = min(LATER_MS, _FIRST_MS << min(attempts, _DOUBLINGS))
    last = taken_ms + PATIENCE_MS
    if now_ms >= last:
        return None
    return min(now_ms + pause, last)
