"""Where things stand in the text of a provider table: for errors at their line, and to keep comments."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from atlas_desktop.server.gateway.providers.rules import Place

_PROVIDER: Final = re.compile(r"\s*\[\[\s*provider\s*\]\]")
_MODEL: Final = re.compile(r"\s*\[\[\s*provider\s*\.\s*model\s*\]\]")
_PART: Final = re.compile(r"\s*\[\s*provider\s*\.\s*(?:model\s*\.\s*)?([A-Za-z0-9_-]+)")
_FIELD: Final = re.compile(r"""\s*["']?([A-Za-z0-9_-]+)["']?\s*[.=]""")


@dataclass(slots=True)
class Places:
    """By place: its line, counted from 1, the comment lines above it, and the one behind it."""

    lines: dict[Place, int] = field(default_factory=dict)
    above: dict[Place, list[str]] = field(default_factory=dict)
    behind: dict[Place, str] = field(default_factory=dict)
    top: list[str] = field(default_factory=list)
    """What stands before the first table, apart from it by an empty line."""
    end: list[str] = field(default_factory=list)
    """What stands after everything."""

    def line_of(self, place: Place) -> int | None:
        """The line of this place, or of the nearest around it."""
        for nearest in (place, place._replace(field=None), Place(place.provider)):
            if nearest in self.lines:
                return self.lines[nearest]
        return None


def places_of(text: str) -> Places:
    """Where each table and each of its fields begins, as far as it is written in the usual way."""
    found = Places()
    waiting: list[str] = []
    here = Place()
    for number, line in _outside_of_strings(text):
        stripped = line.strip()
        if stripped.startswith("#"):
            waiting.append(stripped)
            continue
        if not stripped:
            if waiting and not found.lines:
                found.top += [*waiting, ""]
                waiting = []
            continue
        place = _place(line, here)
        if place is None:
            continue
        here = place._replace(field=None)
        found.lines.setdefault(place, number)
        if waiting:
            found.above[place] = waiting
            waiting = []
        if (comment := _comment(line)) is not None:
            found.behind[place] = comment
    found.end = waiting
    return found


def _place(line: str, here: Place) -> Place | None:
    if _PROVIDER.match(line):
        return Place(0 if here.provider is None else here.provider + 1)
    if _MODEL.match(line):
        return Place(here.provider, 0 if here.model is None else here.model + 1)
    named = _PART.match(line) or _FIELD.match(line)
    return None if named is None else here._replace(field=named[1])


def _outside_of_strings(text: str) -> Iterator[tuple[int, str]]:
    """The lines that begin outside of a text of several lines."""
    within: str | None = None
    for number, line in enumerate(text.split("\n"), 1):
        if within is None:
            yield number, line
        for mark in ('"""', "'''"):
            if within in (None, mark) and line.count(mark) % 2:
                within = None if within else mark


def _comment(line: str) -> str | None:
    """What follows a ``#`` outside of quotes."""
    quote = None
    escaped = False
    for at, sign in enumerate(line):
        if quote is None:
            if sign == "#":
                return line[at:].rstrip()
            quote = sign if sign in "\"'" else None
        elif escaped:
            escaped = False
        elif sign == "\\" and quote == '"':
            escaped = True
        elif sign == quote:
            quote = None
    return None
