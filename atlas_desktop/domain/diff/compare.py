"""The difference between any two texts."""

import re
from dataclasses import replace
from typing import Final

import orjson

from atlas_desktop.domain.diff.model import Diff, Hunk, PathChange, Span
from atlas_desktop.domain.diff.prose import hunks_between, prose_diff
from atlas_desktop.domain.diff.structure import json_hunks, moved
from atlas_desktop.domain.json_text.tree import read

_SPACE: Final = " \t\r\n"
_BEGINNING: Final = re.compile(r"(?m)^[ \t]*([{\[])")
_CLOSING: Final = {"{": "}", "[": "]"}

ON_THE_SPOT: Final = 20_000
"""Characters of the longer text up to which ``diff`` may be called for each key; above, call it in a thread."""


def diff(old: str, new: str) -> Diff:
    """The changes between two texts: by path where both are JSON, else by words. Bounded work, whatever the texts.

    JSON may have words around it, or a fence, as models write them. While JSON is typed and does not parse, its
    hunks are still those of JSON; only ``paths`` waits.
    """
    part = _json_part(old)
    if part is None or not _is_json(old[part[0] : part[1]]):
        return prose_diff(old, new)
    other = _json_part(new)
    if other is None or new[other[0]] != old[part[0]]:
        return prose_diff(old, new)
    before, after = read(old[slice(*part)]), read(new[slice(*other)])
    if before.fault is not None:
        return prose_diff(old, new)
    hunks, paths = json_hunks(before, after)
    return _put_back(Diff(old, new, tuple(hunks), tuple(paths) if after.fault is None else None), part, other)


def _json_part(text: str) -> Span | None:
    """Where an object or array begins a line, up to the last bracket that could close it, or to the end."""
    match = _BEGINNING.search(text)
    if match is None:
        return None
    start = match.start(1)
    end = text.rfind(_CLOSING[match[1]], start) + 1
    if not text[:start].strip(_SPACE) and not text[end:].strip(_SPACE):
        # Nothing but JSON: the white space around it is layout, too.
        return start, len(text)
    return start, end or len(text)


def _is_json(text: str) -> bool:
    try:
        orjson.loads(text)
    except (orjson.JSONDecodeError, UnicodeEncodeError):
        return False
    return True


def _put_back(inner: Diff, part: Span, other: Span) -> Diff:
    """The difference of the whole texts: that of what is before the JSON, of the JSON, and of what is after it."""
    old, new = inner.old, inner.new
    before = hunks_between(old[: part[0]], new[: other[0]])
    after = hunks_between(old[part[1] :], new[other[1] :])
    hunks = [
        *before,
        *(moved(hunk, part[0], other[0]) for hunk in inner.hunks),
        *(moved(hunk, part[1], other[1]) for hunk in after),
    ]
    paths = inner.paths and tuple(_path_moved(each, part[0], other[0], len(before)) for each in inner.paths)
    return replace(inner, hunks=tuple(_laid_out(hunks, old, new)), paths=paths)


def _path_moved(change: PathChange, by: int, other: int, hunks: int) -> PathChange:
    old, new = change.old, change.new
    return replace(
        change,
        old=old and (old[0] + by, old[1] + by),
        new=new and (new[0] + other, new[1] + other),
        hunk=change.hunk + hunks,
    )


def _laid_out(hunks: list[Hunk], old: str, new: str) -> list[Hunk]:
    """White space before or after the JSON is layout as well."""
    return [
        replace(hunk, layout=True)
        if not old[slice(*hunk.old)].strip(_SPACE) and not new[slice(*hunk.new)].strip(_SPACE)
        else hunk
        for hunk in hunks
    ]
