"""The difference between any two texts."""

from typing import Final

from atlas_desktop.domain.diff.model import Diff
from atlas_desktop.domain.diff.prose import prose_diff
from atlas_desktop.domain.diff.structure import json_hunks
from atlas_desktop.domain.json_text.tree import read

_SPACE: Final = " \t\r\n"
_OPENING: Final = ("{", "[")

ON_THE_SPOT: Final = 20_000
"""Characters of the longer text up to which ``diff`` may be called for each key; above, call it in a thread."""


def diff(old: str, new: str) -> Diff:
    """The changes between two texts: by path when both are JSON, else by words. Bounded work, whatever the texts.

    While JSON is typed and does not parse, its hunks are still those of JSON; only ``paths`` waits.
    """
    opening = old.lstrip(_SPACE)[:1]
    if opening in _OPENING and new.lstrip(_SPACE)[:1] == opening:
        before = read(old)
        if before.fault is None:
            after = read(new)
            hunks, paths = json_hunks(before, after)
            return Diff(old, new, tuple(hunks), tuple(paths) if after.fault is None else None)
    return prose_diff(old, new)
