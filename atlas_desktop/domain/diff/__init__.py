"""What was changed between two texts: by words, or by path where both are JSON."""

from atlas_desktop.domain.diff.merge import Merge, Origin, Part, Side, merge3, take, take_all
from atlas_desktop.domain.diff.model import (
    Diff,
    Hunk,
    Pair,
    Path,
    PathChange,
    PathKind,
    Span,
    apply,
    changes,
    hunk_at,
    next_hunk,
    previous_hunk,
    replacement,
    restore,
)
from atlas_desktop.domain.diff.prose import prose_diff

ON_THE_SPOT = 20_000
"""Characters of the longer text up to which ``diff`` may be called for each key; above, call it in a thread."""


def diff(old: str, new: str) -> Diff:
    """The changes between two texts: by path when both are JSON, else by words. Bounded work, whatever the texts."""
    return prose_diff(old, new)


__all__ = [
    "ON_THE_SPOT",
    "Diff",
    "Hunk",
    "Merge",
    "Origin",
    "Pair",
    "Part",
    "Path",
    "PathChange",
    "PathKind",
    "Side",
    "Span",
    "apply",
    "changes",
    "diff",
    "hunk_at",
    "merge3",
    "next_hunk",
    "previous_hunk",
    "prose_diff",
    "replacement",
    "restore",
    "take",
    "take_all",
]
