"""What a difference is, and what can be done with one."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import Literal

Span = tuple[int, int]
"""From and to, in characters of a Python string (Qt counts UTF-16 units: convert at the widget)."""
Pair = tuple[Span, Span]
"""A span of the old text and what stands for it in the new one."""
Step = str | int
Path = tuple[Step, ...]
PathKind = Literal["added", "removed", "changed", "moved"]


@dataclass(frozen=True, slots=True)
class Hunk:
    """One change as a person would name it; one of the two spans may be empty.

    ``words`` are the finer spans to colour inside it. ``layout``: only white space between parts of JSON, which
    changes nothing it says.
    """

    old: Span
    new: Span
    words: tuple[Pair, ...]
    layout: bool = False


@dataclass(frozen=True, slots=True)
class PathChange:
    """One change of a JSON value, named by its path in the new text; of what was removed, in the old one.

    ``old`` and ``new`` are the spans of the value (with its key, where it was added, removed or moved), None on the
    side that lacks it. ``hunk``: the first of ``Diff.hunks`` that shows it; restoring that leaves JSON that parses.
    """

    path: Path
    kind: PathKind
    old: Span | None
    new: Span | None
    hunk: int


@dataclass(frozen=True, slots=True)
class Diff:
    """What turns ``old`` into ``new``: hunks in the order of the text. Only those of JSON can touch one another.

    ``paths`` is None unless both texts are JSON; empty when they say the same in another layout.
    """

    old: str
    new: str
    hunks: tuple[Hunk, ...]
    paths: tuple[PathChange, ...] | None = None

    @property
    def json(self) -> bool:
        """Whether the two were compared as JSON."""
        return self.paths is not None


def apply(diff: Diff) -> str:
    """The new text, made of the old one and the hunks."""
    parts, at = [], 0
    for hunk in diff.hunks:
        parts += [diff.old[at : hunk.old[0]], diff.new[hunk.new[0] : hunk.new[1]]]
        at = hunk.old[1]
    parts.append(diff.old[at:])
    return "".join(parts)


def restore(diff: Diff, index: int) -> str:
    """The new text with this one hunk as it was in the old. Raises IndexError."""
    span, text = replacement(diff, index)
    return diff.new[: span[0]] + text + diff.new[span[1] :]


def replacement(diff: Diff, index: int) -> tuple[Span, str]:
    """What to put where in the new text, to restore a hunk: for an editor that keeps its undo. Raises IndexError."""
    hunk = diff.hunks[index]
    return hunk.new, diff.old[hunk.old[0] : hunk.old[1]]


def hunk_at(diff: Diff, caret: int) -> int | None:
    """The hunk of the new text the caret is in or touches; of two, the one that is not mere layout."""
    stop = bisect_right(diff.hunks, caret, key=lambda hunk: hunk.new[0])
    touched = [index for index in range(max(0, stop - 3), stop) if caret <= diff.hunks[index].new[1]]
    return max(touched, key=lambda index: (not diff.hunks[index].layout, index), default=None)


def next_hunk(diff: Diff, caret: int) -> int | None:
    """The first hunk that begins after the caret. Skips JSON layout unless nothing else was changed."""
    start = bisect_right(diff.hunks, caret, key=lambda hunk: hunk.new[0])
    return next((index for index in changes(diff) if index >= start), None)


def previous_hunk(diff: Diff, caret: int) -> int | None:
    """The last hunk that begins before the caret. Skips JSON layout unless nothing else was changed."""
    stop = bisect_left(diff.hunks, caret, key=lambda hunk: hunk.new[0])
    return next((index for index in reversed(changes(diff)) if index < stop), None)


def changes(diff: Diff) -> tuple[int, ...]:
    """The hunks a person counts: all but JSON layout, unless nothing else was changed."""
    counted = tuple(index for index, hunk in enumerate(diff.hunks) if not hunk.layout)
    return counted or tuple(range(len(diff.hunks)))


def change_of(diff: Diff, index: int) -> PathChange | None:
    """Of JSON, the change that a hunk shows; None for layout, and in prose."""
    hunk = diff.hunks[index]
    if hunk.layout:
        return None
    for change in diff.paths or ():
        if change.hunk == index:
            return change
        # A long string has several hunks, and what moved has one where it was and one where it is.
        if change.new is not None and change.new[0] <= hunk.new[0] <= hunk.new[1] <= change.new[1]:
            return change
        if change.old is not None and hunk.old[0] <= change.old[0] < change.old[1] <= hunk.old[1]:
            return change
    return None


def path_text(path: Path) -> str:
    """A path as people write it: answers[0].currency."""
    steps = [f"[{step}]" if isinstance(step, int) else f".{step}" for step in path]
    return "".join(steps).removeprefix(".")
