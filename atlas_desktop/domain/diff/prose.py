"""Two texts compared by words."""

import re
from difflib import SequenceMatcher

from atlas_desktop.domain.diff.model import Diff, Hunk


def prose_diff(old: str, new: str) -> Diff:
    """The changes between two texts, whatever they hold."""
    first, second = re.findall(r"\s+|\w+|.", old), re.findall(r"\s+|\w+|.", new)
    starts, others = _starts(first), _starts(second)
    hunks = []
    for tag, a, b, c, d in SequenceMatcher(None, first, second, autojunk=False).get_opcodes():
        if tag != "equal":
            spans = (starts[a], starts[b]), (others[c], others[d])
            hunks.append(Hunk(*spans, words=(spans,)))
    return Diff(old, new, tuple(hunks))


def _starts(tokens: list[str]) -> list[int]:
    starts = [0]
    for token in tokens:
        starts.append(starts[-1] + len(token))
    return starts
