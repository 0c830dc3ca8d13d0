"""What a handler gives back: bytes that are ready to send, and can be kept for an idempotent replay."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import orjson

from atlas_desktop.contract.base import format_time
from atlas_desktop.server.refusals import Refusal

if TYPE_CHECKING:
    # An import of recorded calls gives times through here, and serves nobody.
    from starlette.types import Send


@dataclass(frozen=True, slots=True)
class Answered:
    """A finished JSON answer."""

    body: bytes
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Streamed:
    """An answer that is sent while it is made. ``run`` sends all of it; ``headers`` are to be sent with whatever it sends."""

    run: "Callable[[Send, Mapping[str, str]], Awaitable[None]]"


def answer(value: Any, *, status: int = 200) -> Answered:
    """An answer from plain values and orjson fragments."""
    return Answered(orjson.dumps(value), status)


def refused(refusal: Refusal) -> Answered:
    """A refusal as an answer."""
    return Answered(refusal.body(), refusal.status, refusal.headers)


def moment(milliseconds: int) -> str:
    """Stored milliseconds as the wire's time."""
    return format_time(datetime.fromtimestamp(milliseconds / 1000, UTC))


def page(data: list[Any], next_cursor: str | None) -> Answered:
    """One page of a list."""
    return answer(
        {"object": "list", "data": data, "has_more": next_cursor is not None, "next_cursor": next_cursor}
    )
