"""What is marked in a text, and JSON's parts, as stretches that do not overlap. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from atlas_desktop.ui.exact_text import Change

Look = Literal["added", "removed", "mine", "theirs", "problem", "key", "literal", "sign"]
LONGEST_LINE: Final = 20_000
"""A line of JSON longer than this is not coloured."""

_TOKEN: Final = re.compile(
    r'"(?:[^"\\\n]|\\.)*"?(?P<colon>\s*:)?|(?P<literal>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\b(?:true|false|null)\b)|(?P<sign>[{}\[\],:])'
)


@dataclass(frozen=True, slots=True)
class Mark:
    """How the characters ``start`` to ``end`` look. Empty: something is missing here."""

    start: int
    end: int
    look: Look


def json_marks(text: str, start: int, end: int) -> Iterator[Mark]:
    """The keys, literals and signs between two places. Strings look like text."""
    line = text.rfind("\n", 0, start) + 1
    if start - line > LONGEST_LINE or end - line > 5 * LONGEST_LINE:
        return
    for match in _TOKEN.finditer(text, line, end):
        if match.end() <= start:
            continue
        if match["literal"]:
            yield Mark(match.start(), match.end(), "literal")
        elif match["colon"]:
            yield Mark(match.start(), match.start("colon"), "key")
            yield Mark(match.end() - 1, match.end(), "sign")
        elif match["sign"]:
            yield Mark(match.start(), match.end(), "sign")


def visible(marks: Sequence[Mark], start: int, end: int) -> list[Mark]:
    """Those that touch this stretch, cut to it."""
    return [
        Mark(max(mark.start, start), min(mark.end, end), mark.look)
        for mark in marks
        if mark.start <= end and mark.end >= start
    ]


def shifted(marks: Iterable[Mark], change: Change) -> list[Mark]:
    """The marks after a change of the text, until somebody has looked again: what was replaced is marked no more."""
    end = change.start + len(change.removed)
    delta = len(change.inserted) - len(change.removed)

    def moved(place: int, inside: int) -> int:
        if place <= change.start:
            return place
        return place + delta if place >= end else inside

    return [
        Mark(moved(mark.start, change.end), moved(mark.end, change.start), mark.look)
        for mark in marks
        if not change.start < mark.start <= mark.end < end
    ]


def layers(marks: Iterable[Mark]) -> Iterator[tuple[int, int, frozenset[Look]]]:
    """Stretches in order, none overlapping, each with everything that marks it."""
    edges: list[tuple[int, bool, Look]] = []
    for mark in marks:
        if mark.end > mark.start:
            edges += [(mark.start, True, mark.look), (mark.end, False, mark.look)]
    edges.sort(key=lambda edge: edge[0])
    on: dict[Look, int] = {}
    at = 0
    for place, begins, look in edges:
        if place > at and on:
            yield at, place, frozenset(on)
        at = place
        count = on.get(look, 0) + (1 if begins else -1)
        if count:
            on[look] = count
        else:
            on.pop(look, None)
