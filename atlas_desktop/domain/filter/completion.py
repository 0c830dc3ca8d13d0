"""What could stand where the cursor is, best first."""

import re
from dataclasses import dataclass
from typing import Final

from atlas_desktop.domain.filter.facets import Facets
from atlas_desktop.domain.filter.fields import FIELDS

MOST: Final = 50


@dataclass(frozen=True, slots=True)
class Option:
    """``text`` replaces the part of the line; ``detail`` stands beside it, muted: a count, or what it means."""

    text: str
    detail: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Completion:
    """What to put from ``start`` to ``end`` of the line."""

    start: int
    end: int
    options: tuple[Option, ...] = ()


def complete(line: str, cursor: int, vocabulary: Facets) -> Completion:
    """The candidates at the cursor: fields, then their values with the number of calls of each."""
    return Completion(cursor, cursor)


def may_become_field(line: str) -> bool:
    """Whether the last word of a line being typed is the beginning of a field: text, unless a colon follows."""
    word = re.search(r'(?:^|\s)-?([^\s":-][^\s":]*)$', line)
    return word is not None and any(field.startswith(word[1].lower()) for field in FIELDS)
