"""A JSON text with the places of its parts."""

from dataclasses import dataclass
from typing import Literal, Protocol

Span = tuple[int, int]
Step = str | int
Path = tuple[Step, ...]
Kind = Literal["object", "array", "string", "number", "true", "false", "null", "broken"]


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a text is no JSON: the characters to underline (at least one, unless the text is empty), and words."""

    start: int
    end: int
    message: str


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with a text, where and in words. ``path`` is None when the text is no JSON."""

    start: int
    end: int
    message: str
    path: Path | None = None


class SchemaError(Protocol):
    """What a validator found: ``keyword`` failed at ``path``; ``properties`` are the names it is about, if any."""

    @property
    def path(self) -> Path:
        """Of the value that failed."""

    @property
    def message(self) -> str:
        """For a person."""

    @property
    def keyword(self) -> str:
        """``required``, ``enum``, …"""

    @property
    def properties(self) -> tuple[str, ...]:
        """Names missing (``required``) or not allowed (``additionalProperties``)."""


@dataclass(frozen=True, slots=True)
class Option:
    """One way to go on. ``insert`` replaces the span of its Completion and may hold quotes, colon and value."""

    label: str
    insert: str
    detail: str = ""
    required: bool = False


@dataclass(frozen=True, slots=True)
class Completion:
    """What can stand at a place: ``insert`` of an option replaces start to end."""

    start: int
    end: int
    options: tuple[Option, ...] = ()
