"""JSON as text under the hands of a person: half finished most of the time, and each part has a place."""

from collections.abc import Iterable

from atlas_desktop.contract.base import Json
from atlas_desktop.domain.json_text.model import (
    Completion,
    Fault,
    Kind,
    Option,
    Path,
    Problem,
    SchemaError,
    Span,
)


def fault(text: str) -> Fault | None:
    """The first reason why a text is no JSON, or None when it is."""
    return None


def path_at(text: str, offset: int) -> Path:
    """The path of the value a caret is in; of a key, that of its value."""
    return ()


def span_of(text: str, path: Path) -> Span | None:
    """Where the value with this path is, or None."""
    return None


def complete(text: str, offset: int, schema: Json) -> Completion:
    """What the schema lets stand at a place: keys not there yet (required ones first), or values."""
    return Completion(offset, offset)


def format_json(text: str, indent: int = 2) -> str:
    """The same JSON laid out: keys in their order, numbers and strings as they are written. Broken JSON stays."""
    return text


def problems(text: str, errors: Iterable[SchemaError] = ()) -> tuple[Problem, ...]:
    """The fault, or where a validator's errors are, in the order of the text."""
    return ()


__all__ = [
    "Completion",
    "Fault",
    "Kind",
    "Option",
    "Path",
    "Problem",
    "SchemaError",
    "Span",
    "complete",
    "fault",
    "format_json",
    "path_at",
    "problems",
    "span_of",
]
