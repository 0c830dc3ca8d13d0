"""Which failures may be tried again, and when: pure, so that every caller decides alike (sync.md, section 2)."""

import math
from email.utils import parsedate_to_datetime
from typing import Final

from atlas_desktop.api.errors import (
    Ambiguous,
    ApiStatusError,
    AtlasError,
    NotSent,
)

TRANSIENT_STATUS: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
_CAP: Final = 60.0
_FIRST: Final = 0.5
_LONGEST_WAIT: Final = 24 * 3600.0


def is_retryable(error: AtlasError, *, idempotent: bool) -> bool:
    """Whether the same request may be sent again by itself.

    ``idempotent`` says that the request cannot take effect twice (a GET, or a POST with an id of ours on a
    server that knows ids); without it an ambiguous failure must never be repeated.
    """
    if isinstance(error, NotSent):
        return True
    if isinstance(error, Ambiguous):
        return idempotent
    if isinstance(error, ApiStatusError) and error.status in TRANSIENT_STATUS:
        # 408, 425, 429 and 503 say that it was not done; after the others nobody can tell.
        return idempotent or error.status in {408, 425, 429, 503}
    return False


def delay(attempt: int, draw: float, floor: float | None = None) -> float:
    """Seconds before attempt number ``attempt`` (1 is the first repeat), for a ``draw`` from 0..1.

    Full jitter: ``uniform(0, min(60, 0.5 · 2ⁿ))``. What the server asked for is a floor, with the jitter on
    top, so that many clients told the same second do not come back in it.
    """
    span = _CAP if attempt > 8 else min(_CAP, _FIRST * 2**attempt)
    return (floor or 0.0) + span * draw


def parse_retry_after(value: str | None, date: str | None) -> float | None:
    """Seconds asked for by a ``Retry-After`` header: a number, or a time, read against the same answer's
    ``Date`` so that no clock of ours takes part. None when absent or nonsense; at most a day.
    """
    if value is None:
        return None
    try:
        seconds = float(value) if value.strip().replace(".", "", 1).isdigit() else _until(value, date)
    except (ValueError, TypeError, OverflowError):
        return None
    if seconds is None or not math.isfinite(seconds):
        return None
    return min(max(seconds, 0.0), _LONGEST_WAIT)


def _until(value: str, date: str | None) -> float | None:
    if date is None:
        return None
    return (parsedate_to_datetime(value) - parsedate_to_datetime(date)).total_seconds()
