"""The exact text behind an editor: where its characters stand on the screen, and how to take a change back. Pure.

The display holds one position for each UTF-16 unit of what is shown, one for each hidden character (its chip), and
one for each fold, which the text knows nothing of. Nothing is read back from the display but what somebody typed.
"""

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from atlas_desktop.ui.hostile_text import CHIP, Kind, pieces, suspects

_WIDE: Final = re.compile("[\U00010000-\U0010ffff]")
_LINE_SIGNS: Final = ("\u2028", "\u2029")
_HISTORY: Final = 10_000


@dataclass(frozen=True, slots=True)
class Change:
    """``removed`` stood at ``start`` and ``inserted`` stands there now. Offsets count characters."""

    start: int
    removed: str
    inserted: str

    @property
    def back(self) -> "Change":
        """The change that takes this one back."""
        return Change(self.start, self.inserted, self.removed)

    @property
    def end(self) -> int:
        """Where what was inserted ends."""
        return self.start + len(self.inserted)


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of the display: text as it is, a chip, the mark of CR before LF, or a fold (no character at all)."""

    kind: Kind
    shown: str
    original: str


def smallest(old: str, new: str) -> Change | None:
    """The one replacement that makes ``new`` of ``old``; None when they are equal."""
    if old == new:
        return None
    most = min(len(old), len(new))
    start = _common(old, new, most)
    end = _common(old[::-1], new[::-1], most - start)
    return Change(start, old[start : len(old) - end], new[start : len(new) - end])


def _common(one: str, other: str, most: int) -> int:
    """How many characters the two begin with alike: halving, since comparing slices is quick."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if one[low:middle] == other[low:middle] else (low, middle - 1)
    return low


class ExactText:
    """The text, where it stands on the display, and its history."""

    def __init__(self, text: str = "") -> None:
        self._text = ""
        self._folds = array("q")
        self._steps = array("q")
        self._places = array("q")
        self._done: list[list[Change]] = []
        self._undone: list[list[Change]] = []
        self._open = False
        self.extend(text, last=True)

    @property
    def text(self) -> str:
        """Every character, exactly."""
        return self._text

    @property
    def can_undo(self) -> bool:
        """Whether a change can be taken back."""
        return bool(self._done)

    @property
    def can_redo(self) -> bool:
        """Whether a change that was taken back can be done again."""
        return bool(self._undone)

    @property
    def width(self) -> int:
        """How many positions the display has."""
        return len(self._text) + len(self._steps)

    def extend(self, more: str, *, last: bool) -> None:
        """More of the text at its end, which is no change of it; ``last``: there is no more. Costs what it brings."""
        first, end = len(self._text), len(self._text) + len(more)
        line = self._folds[-1] if self._folds else 0
        column = first - max(self._text.rfind("\n", line) + 1, line)
        self._text += more
        # At the very end a fold has nothing to keep apart.
        folds = [first + fold for fold in _folds_of(more, column) if first + fold < end or not last]
        self._folds.extend(folds)
        self._count(sorted([*folds, *(first + end for end in _wide_ends(more))]))

    def to_display(self, index: int) -> int:
        """The position on the display before the character at ``index``."""
        return index + bisect_right(self._steps, index) if self._steps else index

    def to_exact(self, position: int) -> int:
        """The character that stands after this position of the display."""
        return position - bisect_right(self._places, position) if self._places else position

    def runs(self, start: int = 0, end: int | None = None) -> Iterator[Run]:
        """What to show for these characters, in order, with the folds inside them and at their end."""
        stop = len(self._text) if end is None else end
        at = start
        folds = iter(self._folds[bisect_right(self._folds, start) :])
        fold = next(folds, None)
        for index, kind in [*suspects(self._text, start, stop), (stop, Kind.TEXT)]:
            while fold is not None and fold <= index:
                if fold > at:
                    yield Run(Kind.TEXT, self._text[at:fold], self._text[at:fold])
                yield Run(Kind.FOLD, "\n", "")
                at, fold = fold, next(folds, None)
            if index > at:
                yield Run(Kind.TEXT, self._text[at:index], self._text[at:index])
            if index < stop:
                yield Run(kind, CHIP, self._text[index])
            at = index + 1

    def replace(self, start: int, end: int, new: str, *, joins: bool = False) -> Change | None:
        """Put ``new`` in the place of these characters. One step of undo, unless it ``joins`` the last one."""
        change = Change(start, self._text[start:end], new)
        if change.removed == new:
            return None
        self.apply(change)
        self._remember(change, joins)
        return change

    def typed(self, position: int, removed: int, shown: str) -> Change | None:
        """The display changed by itself: ``removed`` positions from ``position`` on became ``shown``.

        Nothing but a fold may have gone: then the text is as it was, and None is returned.
        """
        start, end = self.to_exact(position), self.to_exact(position + removed)
        change = Change(start, self._text[start:end], shown)
        unchanged = change.removed == shown
        joins = not unchanged and self._continues(change)
        if not unchanged or not shown:
            self._splice(change, position, removed, ())
        if unchanged:
            return None
        self._remember(change, joins)
        return change

    def pause(self) -> None:
        """What is typed next is a step of its own: the caret was moved, or the editor left."""
        self._open = False

    def undo(self) -> list[Change]:
        """Take the last step back; the changes to show, in order. Empty when there is none."""
        return self._step(self._done, self._undone, back=True)

    def redo(self) -> list[Change]:
        """Do again what was taken back last."""
        return self._step(self._undone, self._done, back=False)

    def _step(self, source: list[list[Change]], target: list[list[Change]], *, back: bool) -> list[Change]:
        self._open = False
        if not source:
            return []
        step = source.pop()
        target.append(step)
        changes = [change.back for change in reversed(step)] if back else step
        return list(changes)

    def apply(self, change: Change) -> None:
        """Do one change of an undo or redo; not a step by itself."""
        position = self.to_display(change.start)
        removed = self.to_display(change.start + len(change.removed)) - position
        inside = [fold for fold in _folds_of(change.inserted) if fold < len(change.inserted)]
        self._splice(change, position, removed, [change.start + fold for fold in inside])

    def _splice(self, change: Change, position: int, removed: int, folds: Iterable[int]) -> None:
        end = change.start + len(change.removed)
        delta = len(change.inserted) - len(change.removed)
        self._text = self._text[: change.start] + change.inserted + self._text[end:]
        kept = list(folds)
        for fold in self._folds:
            place = self.to_display(fold) - 1
            if place < position:
                kept.append(fold)
            elif place >= position + removed:
                kept.append(fold + delta)
        left = kept if not change.removed else [fold for fold in kept if self._belongs(fold, change)]
        self._folds = array("q", sorted(left))
        self._measure()

    def _belongs(self, fold: int, change: Change) -> bool:
        """Whether this break still has a reason: not where a line begins anyway, nor after a sign that is gone."""
        if fold == 0 or self._text[fold - 1] == "\n":
            return False
        after_sign = fold == change.end and change.removed[-1:] in _LINE_SIGNS
        return not after_sign or self._text[fold - 1] in _LINE_SIGNS

    def _remember(self, change: Change, joins: bool) -> None:
        if joins and self._done:
            self._done[-1].append(change)
        else:
            self._done.append([change])
            del self._done[:-_HISTORY]
        self._undone.clear()
        self._open = True

    def _continues(self, change: Change) -> bool:
        """Whether this key goes on with what the last one did: letters of a word, or one deletion after another."""
        if not self._open or not self._done:
            return False
        last = self._done[-1][-1]
        if change.inserted and last.inserted:
            new_word = change.inserted.isspace() and not last.inserted[-1].isspace()
            return (
                len(change.inserted) == 1 and not change.removed and change.start == last.end and not new_word
            )
        deleting = not change.inserted and not last.inserted and len(change.removed) == 1
        return deleting and change.start in (last.start, last.start - 1)

    def _measure(self) -> None:
        """A character beyond the BMP takes two positions, unless it is a chip; a fold takes one."""
        self._steps, self._places = array("q"), array("q")
        self._count(sorted([*self._folds, *_wide_ends(self._text)]))

    def _count(self, steps: list[int]) -> None:
        self._places.extend(step + count for count, step in enumerate(steps, len(self._steps) + 1))
        self._steps.extend(steps)


def _wide_ends(text: str) -> Iterator[int]:
    """Where characters end that take two positions of the display."""
    wide = [] if text.isascii() else [match.end() for match in _WIDE.finditer(text)]
    chips = {index + 1 for index, _ in suspects(text)} if wide else ()
    return (end for end in wide if end not in chips)


def _folds_of(text: str, column: int = 0) -> "array[int]":
    """Where lines that are too long, and characters with endless marks, are broken for the display only."""
    folds = array("q")
    at = 0
    for piece in pieces(text, column=column):
        at += len(piece.original)
        if piece.kind is Kind.FOLD and at:
            folds.append(at)
    return folds
