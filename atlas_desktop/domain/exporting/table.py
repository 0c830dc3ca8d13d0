"""Items as rows of a table, for CSV and Parquet."""

from dataclasses import dataclass
from typing import Final

from atlas_desktop.domain.exporting.example import Example, text_of
from atlas_desktop.domain.exporting.written import json_text


@dataclass(frozen=True, slots=True)
class Row:
    """One item as plain columns; what is no text is JSON in a text."""

    id: str
    source_call_id: str | None
    split: str | None
    weight: float
    tags: tuple[str, ...]
    input: str
    expected_output: str
    predicted: str | None


COLUMNS: Final = (
    "id",
    "source_call_id",
    "split",
    "weight",
    "tags",
    "input",
    "expected_output",
    "predicted",
)


def row_of(example: Example) -> Row:
    """The item's row."""
    return Row(
        id=example.id,
        source_call_id=example.source_call_id,
        split=example.split,
        weight=example.weight,
        tags=example.tags,
        input=json_text(dict(example.input)),
        expected_output="" if example.expected is None else text_of(example.expected),
        predicted=None if example.predicted is None else text_of(example.predicted),
    )
