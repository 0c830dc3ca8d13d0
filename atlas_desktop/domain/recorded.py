"""One line of an import file: what the server stores of it, or why it cannot (contract.md, section 6)."""

from dataclasses import dataclass
from datetime import datetime

from atlas_desktop.contract.base import Thumb
from atlas_desktop.contract.delivery import Fingerprints

LINE_LIMIT = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Defaults:
    """What fills in for a line that does not say."""

    operation: str | None = None
    customer: str | None = None


@dataclass(frozen=True, slots=True)
class RecordedFeedback:
    """A verdict or a correction that came with the call."""

    id: str
    reviewer: str
    rating: Thumb | None
    correction: str | None
    comment: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Recorded:
    """Everything that is stored of one line. ``request``, ``response``, ``delivery`` and ``metadata`` are the
    JSON of the fields of that name in contract.calls.Call; ``text`` is what a search looks through.
    """

    number: int
    source_id: str
    call_id: str
    created_at: datetime
    customer: str
    operation: str | None
    schema_version: str | None
    model: str
    finish_reason: str | None
    request: bytes
    response: bytes
    delivery: bytes
    metadata: bytes
    text: str
    fingerprints: Fingerprints
    latency_ms: float | None
    cost_usd: float | None
    feedback: tuple[RecordedFeedback, ...]


@dataclass(frozen=True, slots=True)
class Rejected:
    """A line that was not taken: its number, from 1, and why, in words for the person who has the file."""

    number: int
    message: str


def read_line(
    line: bytes, number: int, defaults: Defaults, now: datetime, *, organization: str
) -> Recorded | Rejected:
    """Read one line for an organization (its id salts the ids, so that they never meet another's).

    Pure: the same line gives the same ids and times, save that a missing ``created_at`` is spread over the
    28 days before the day of ``now``.
    """
    raise NotImplementedError
