"""What was changed between two texts: by words, or by path where both are JSON."""

from atlas_desktop.domain.diff.compare import ON_THE_SPOT, diff
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
    change_of,
    changes,
    hunk_at,
    next_hunk,
    path_text,
    previous_hunk,
    replacement,
    restore,
)
from atlas_desktop.domain.diff.prose import forget, prose_diff

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
    "change_of",
    "changes",
    "diff",
    "forget",
    "hunk_at",
    "merge3",
    "next_hunk",
    "path_text",
    "previous_hunk",
    "prose_diff",
    "replacement",
    "restore",
    "take",
    "take_all",
]
