"""Changes as a person would group them: no confetti, and none that begins in the middle of a thing."""

from typing import Final

from atlas_desktop.domain.diff.align import Run
from atlas_desktop.domain.diff.model import Span

Change = tuple[int, int, int, int]
"""From and to in the words of the old text, from and to in those of the new one."""

_FAR: Final = 40
"""Words that a change is moved at most to a better place."""
_MOST_KEPT: Final = 5
"""More words than these in common are never swallowed by the changes around them."""
_SENTENCE: Final = frozenset(".!?…。！？؟।")
_CLAUSE: Final = frozenset(",;:、，；：،")


def slide(runs: list[Run], first: str, second: str, old: "Words", new: "Words") -> list[Run]:
    """The runs with what is only added, or only left out, moved to where sentences, lines or words begin.

    Of "a man and a dog" made of "a man", both " and a dog" and "and a dog " can be what is new.
    """
    moved = list(runs)
    for index in range(len(moved) - 1):
        (a, b, length), (other_a, other_b, other_length) = moved[index : index + 2]
        if a + length == other_a:
            by = _best_shift(second, b + length, other_b, length - 1, other_length - 1, new)
        elif b + length == other_b:
            by = _best_shift(first, a + length, other_a, length - 1, other_length - 1, old)
        else:
            continue
        moved[index] = (a, b, length + by)
        moved[index + 1] = (other_a + by, other_b + by, other_length - by)
    return moved


class Words:
    """The words of a part of a text, and the white space between them."""

    __slots__ = ("spans", "start", "stop", "text")

    def __init__(self, text: str, spans: list[Span], start: int, stop: int) -> None:
        self.text = text
        self.spans = spans
        self.start = start
        self.stop = stop

    def begin(self, index: int) -> int:
        """Where a word begins; the end of the part when there is no such word."""
        return self.spans[index][0] if index < len(self.spans) else self.stop

    def end(self, index: int) -> int:
        """Where a word ends; the start of the part for the one before the first."""
        return self.spans[index][1] if index >= 0 else self.start

    def gap(self, index: int) -> str:
        """The white space before a word."""
        return self.text[self.end(index - 1) : self.begin(index)]

    def length(self, start: int, stop: int) -> int:
        """Characters from one word to before another, without the white space around."""
        return self.spans[stop - 1][1] - self.spans[start][0] if stop > start else 0


def group(changes: list[Change], old: Words, new: Words) -> list[list[Change]]:
    """The changes, those together that are one to a person: what is between them is smaller than they are."""
    groups: list[list[Change]] = []
    sizes: list[int] = []
    for change in changes:
        groups.append([change])
        sizes.append(_size(change[0], change[1], change[2], change[3], old, new))
        while len(groups) > 1 and _belong(groups[-2][-1], groups[-1][0], min(sizes[-2:]), old):
            groups[-2:] = [groups[-2] + groups[-1]]
            sizes[-2:] = [_size(groups[-1][0][0], change[1], groups[-1][0][2], change[3], old, new)]
    return groups


def _belong(left: Change, right: Change, smaller: int, old: Words) -> bool:
    start, stop = left[1], right[0]
    if stop - start > 2 * _MOST_KEPT or old.length(start, stop) > smaller:
        return False
    # Lines that were changed each on its own stay apart.
    spacing = left[0] == left[1] and right[0] == right[1]
    return spacing or "\n" not in old.text[old.end(start - 1) : old.begin(stop)]


def _size(start: int, stop: int, other: int, end: int, old: Words, new: Words) -> int:
    """Characters changed, on the side where they are more; white space is one."""
    return max(old.length(start, stop), new.length(other, end), 1)


def _best_shift(ids: str, start: int, stop: int, left: int, right: int, words: Words) -> int:
    """By how many words ids[start:stop] is best moved, so that it still says the same."""
    least = most = 0
    while least > -min(left, _FAR) and ids[start + least - 1] == ids[stop + least - 1]:
        least -= 1
    while most < min(right, _FAR) and ids[start + most] == ids[stop + most]:
        most += 1
    if least == most:
        return 0
    return max(
        range(least, most + 1), key=lambda by: (_edge(words, start + by) + _edge(words, stop + by), by)
    )


def _edge(words: Words, index: int) -> int:
    """How good a place is to begin or end a change, before this word."""
    if index in (0, len(words.spans)):
        return 6
    gap = words.gap(index)
    if "\n" in gap:
        return 5 if gap.count("\n") > 1 else 4
    last = words.text[words.end(index - 1) - 1]
    if (gap and last in _SENTENCE) or last in "。！？":
        return 3
    if last in _CLAUSE:
        return 2
    return 1 if gap else 0
