"""A result of a run as a line of a list: a few words of it, so that ten thousand of them are little to keep."""

from dataclasses import dataclass
from typing import Final

import orjson

from atlas_desktop.contract.base import Json
from atlas_desktop.contract.evaluations import EvaluationResult

_BEGINNING: Final = 300


@dataclass(frozen=True, slots=True)
class FixEntry:
    """An item of a fix list. ``needed``: it is in the smallest set. ``edited``: changed since it was scored.

    ``said`` is the evaluator's own word on it; ``text`` the beginning of what was scored.
    """

    item_id: str
    score: float | None
    weight: float
    said: str
    text: str
    needed: bool = False
    edited: bool = False


def entry_of(row: EvaluationResult, *, needed: bool = False) -> FixEntry:
    """A result as a line of a list."""
    return FixEntry(row.item_id, row.score, row.weight, said_of(row), beginning(row.prediction), needed)


def said_of(row: EvaluationResult) -> str:
    """What the evaluator said of an item, in a line: its first finding, or why there is no score."""
    if row.message:
        return row.message[:_BEGINNING]
    if not row.details:
        return ""
    first = row.details[0]
    path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in first.path)
    words = f"{path.removeprefix('.')}: {first.message}" if path else first.message
    return words[:_BEGINNING]


def beginning(value: Json) -> str:
    """The first few hundred characters of a text or of JSON, on one line."""
    if value is None:
        return ""
    text = value if isinstance(value, str) else orjson.dumps(value).decode()
    return " ".join(text[: 4 * _BEGINNING].split())[:_BEGINNING]
