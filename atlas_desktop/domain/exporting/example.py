"""An item of a dataset as an export sees it: what was asked, what should have come, what came."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from atlas_desktop.contract.base import Json
from atlas_desktop.contract.datasets import DatasetItem
from atlas_desktop.domain.exporting.veiling import veiled_json
from atlas_desktop.domain.exporting.written import json_text

Split = str
HELD_OUT = frozenset({"test", "validation", "eval", "holdout"})
"""Splits that are kept from training: a model must not be trained on what it is judged by."""


@dataclass(frozen=True, slots=True)
class Example:
    """One item. ``expected`` and ``predicted`` are a text or a JSON value; ``predicted`` None when unknown."""

    id: str
    input: Mapping[str, Json]
    expected: Json
    predicted: Json = None
    source_call_id: str | None = None
    weight: float = 1.0
    split: str | None = None
    tags: tuple[str, ...] = field(default=())

    @property
    def held_out(self) -> bool:
        """Whether its split keeps it from training."""
        return self.split is not None and self.split.strip().lower() in HELD_OUT


@dataclass(frozen=True, slots=True)
class Skipped:
    """An item that a format cannot hold, and why, in words."""

    id: str
    reason: str


class CannotExportError(ValueError):
    """The text says why this item does not fit the format."""


def example_of(item: DatasetItem, *, veil: bool) -> Example:
    """The item for an export, veiled or as it is. Its ids stay: they say nothing about a person."""
    cover = veiled_json if veil else _as_it_is
    return Example(
        id=item.id,
        input=cover(item.input),
        expected=cover(item.expected_output),
        predicted=cover(item.predicted),
        source_call_id=item.source_call_id,
        weight=item.weight,
        split=cover(item.split),
        tags=tuple(cover(item.tags)),
    )


def text_of(value: Json) -> str:
    """An output as a model would have written it: text as it is, anything else as JSON."""
    return value if isinstance(value, str) else json_text(value)


def _as_it_is(value: Json) -> Json:
    return value
