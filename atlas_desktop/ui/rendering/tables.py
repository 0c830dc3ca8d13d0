"""A table as lines of text whose columns stand under each other. Pure."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final

from atlas_desktop.ui.rendering.runs import Look, Run, between

_WIDEST: Final = 60
"""A cell wider than this pushes its own row out of line, not every other row as well."""

_SEPARATOR: Final = " │ "


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the source and the runs of its cells; None when they were not found in it."""

    start: int
    end: int
    cells: Sequence[Sequence[Run]] | None
    right: frozenset[int] = frozenset()
    """The columns that are set to the right."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """The runs of each row, and the line under the first."""

    rows: list[list[Run]]
    rule: str


def table_lines(text: str, rows: Sequence[Row]) -> Drawn:
    """Pad the cells of these lines of ``text`` so that columns stand under each other."""
    sizes = [[sum(_width(text, run) for run in cell) for cell in row.cells or ()] for row in rows]
    widths = [min(max(column), _WIDEST) for column in zip_longest(*sizes, fillvalue=0)]
    drawn = [_drawn(row, size, widths) for row, size in zip(rows, sizes, strict=True)]
    return Drawn(drawn, "─┼─".join("─" * max(width, 1) for width in widths))


def _drawn(row: Row, sizes: Sequence[int], widths: Sequence[int]) -> list[Run]:
    if row.cells is None:
        return [Run(row.start, row.end, None, Look.MONO)]
    runs, at = [], row.start
    for number, (cell, size) in enumerate(zip(row.cells, sizes, strict=True)):
        first, padding = cell[0].start, " " * (widths[number] - size)
        runs.append(Run(at, first, _SEPARATOR if number else "", Look.MONO | Look.MUTED))
        at = cell[-1].end
        if padding and number in row.right:
            runs.append(between(first, padding, Look.MONO))
        runs += [between(first, "\u2068", Look.MONO), *cell, between(at, "\u2069", Look.MONO)]
        if padding and number not in row.right and number + 1 < len(widths):
            runs.append(between(at, padding, Look.MONO))
    runs.append(Run(at, row.end, "", Look.MONO))
    return runs


def _width(text: str, run: Run) -> int:
    return columns(run.shown if run.shown is not None else text[run.start : run.end])


def columns(text: str) -> int:
    """How many columns of monospace a text takes: wide characters take two, marks none."""
    if text.isascii():
        return len(text)
    return sum(_columns(character) for character in text)


def _columns(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
