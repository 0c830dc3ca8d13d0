"""The two kinds of model and the scalar types every other contract module is built from."""

from datetime import UTC, datetime
from typing import Annotated, Any, Generic, Literal, TypeAlias, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainSerializer, WithJsonSchema

T = TypeVar("T")

Json: TypeAlias = Any
"""A parsed JSON value: dict, list, str, int, float, bool or None."""


class Answer(BaseModel):
    """Something a server sends. Unknown fields are kept, so a newer server loses nothing here."""

    model_config = ConfigDict(extra="allow", frozen=True, populate_by_name=True)


class Request(BaseModel):
    """Something a client sends. Unknown fields are refused with 422: they are misspellings."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class DropIn(Request):
    """Something a client of another protocol sends: what is unknown here is not for us, and kept."""

    model_config = ConfigDict(extra="allow", frozen=True, populate_by_name=True)


def _as_utc(value: datetime) -> datetime:
    if value.tzinfo is None:
        return value.replace(tzinfo=UTC)
    try:
        return value.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"{value} is outside the years 1 to 9999 in UTC") from error


def format_time(value: datetime) -> str:
    """RFC 3339 in UTC with milliseconds: ``2026-11-20T06:09:56.123Z``."""
    return _as_utc(value).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def parse_time(text: str) -> datetime:
    """Read any RFC 3339 or ISO 8601 time; one without a zone is taken as UTC. Raises ValueError."""
    return _as_utc(datetime.fromisoformat(text))


Timestamp = Annotated[
    datetime,
    AfterValidator(_as_utc),
    PlainSerializer(format_time, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
"""A moment, always in UTC; on the wire RFC 3339 with milliseconds."""

Counter = Annotated[int, Field(ge=0, le=2**63 - 1)]
"""A number that counts up, such as a revision: what does not fit into 64 bits, no store can keep."""

Finite = Annotated[float, Field(allow_inf_nan=False)]
"""A number that a gate may depend on: ``1e999`` and ``NaN`` are none."""

Thumb = Literal["thumbs_up", "thumbs_down"]
RatingFilter = Literal["thumbs_up", "thumbs_down", "none"]
PassedFilter = Literal["true", "false", "none"]


class Page(Answer, Generic[T]):
    """One page of a list. ``next_cursor`` is opaque; null on the last page."""

    object: Literal["list"] = "list"
    data: list[T]
    has_more: bool
    next_cursor: str | None = None
