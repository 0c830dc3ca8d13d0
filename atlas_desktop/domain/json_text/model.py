"""A JSON text with the places of its parts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

Span = tuple[int, int]
Step = str | int
Path = tuple[Step, ...]
Kind = Literal["object", "array", "string", "number", "true", "false", "null", "broken"]


class Node:
    """A value and where it is; of a member of an object, its name too.

    A container that was never closed ends where the text does. What should be a value and is none is ``broken``,
    and empty where there is nothing at all.
    """

    __slots__ = ("begin", "children", "colon", "comma", "end", "key_end", "kind", "name", "start")

    def __init__(self, kind: Kind, start: int, end: int, children: "Sequence[Node]" = ()) -> None:
        self.kind: Kind = kind
        self.start = start
        self.end = end
        self.children: Sequence[Node] = children
        """In the order of the text."""
        self.name: str | int = 0
        """In an object the name, as it reads; in an array the index."""
        self.begin = start
        """Where its key begins; the start of a value without one."""
        self.key_end = start
        """Where its key ends; ``begin`` of a value without one."""
        self.colon = -1
        self.comma = -1
        """Where the comma before it is, and the colon after its key; -1 when there is none."""

    @property
    def span(self) -> Span:
        """Of the value."""
        return self.start, self.end

    @property
    def key(self) -> Span | None:
        """Of its name in the object, with the quotes."""
        return (self.begin, self.key_end) if self.key_end > self.begin else None


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
    """What a validator found: ``keyword`` failed at ``path`` (``domain.scoring.SchemaError`` is one)."""

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
    def property(self) -> str | None:
        """The member that is missing (``required``) or should not be (``additionalProperties``)."""


@dataclass(frozen=True, slots=True)
class Option:
    """One way to go on. ``insert`` replaces the span of its Completion; the caret then stands ``caret`` into it."""

    label: str
    insert: str
    caret: int
    detail: str = ""
    required: bool = False


@dataclass(frozen=True, slots=True)
class Completion:
    """What can stand at a place: ``insert`` of an option replaces start to end."""

    start: int
    end: int
    options: tuple[Option, ...] = ()
