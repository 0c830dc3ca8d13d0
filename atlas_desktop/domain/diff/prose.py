"""Two texts compared by words."""

from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import Final

from atlas_desktop.domain.diff.align import Run, align, common_end, common_start
from atlas_desktop.domain.diff.model import Diff, Hunk, Pair, Span
from atlas_desktop.domain.diff.tidy import Change, Words, group, slide
from atlas_desktop.domain.diff.tokens import string_words, words
from atlas_desktop.domain.diff.windows import Window, windows

Split = Callable[[str, int, int], list[Span]]
_SHORT: Final = 2_000
_LONG: Final = 200_000
"""Characters of a text whose words are not kept: they take thirty times its room."""
_REFLOWED: Final = 24
"""More changes of nothing but white space than these, among words that are the same, are one change."""
_MOST_FINER: Final = 24
_TELLING: Final = 4
"""A hunk of several changes shows what stayed only where that is at least a fourth of it."""


def prose_diff(old: str, new: str) -> Diff:
    """The changes between two texts, whatever they hold."""
    return Diff(old, new, tuple(hunks_between(old, new)))


def hunks_between(old: str, new: str, *, inside_string: bool = False) -> list[Hunk]:
    """The hunks; inside a JSON string no escape is parted."""
    if old == new:
        return []
    split: Split = string_words if inside_string else words
    return [hunk for window in windows(old, new) for hunk in _hunks(old, new, window, split)]


def _hunks(old: str, new: str, window: Window, split: Split) -> list[Hunk]:
    start, stop, other, end = window
    known, first = _part(old, start, stop, split)
    second = Words(new, split(new, other, end), other, end)
    others = _ids(second, _Numbers(known.numbers))
    runs = slide(align(known.ids, others), known.ids, others, first, second)
    groups = group(list(_changes(runs, first, second)), first, second)
    return [_hunk(each, first, second) for each in groups]


class _Numbers(dict[str, str]):
    """A character for each word, the same for the same word."""

    def __missing__(self, word: str) -> str:
        found = self[word] = chr(len(self))
        return found


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of a text: its words, each of them as one character, and which character is which word."""

    spans: list[Span]
    ids: str
    numbers: _Numbers


def _ids(words: Words, numbers: _Numbers) -> str:
    text = words.text
    return "".join(map(numbers.__getitem__, [text[start:stop] for start, stop in words.spans]))


def _part(old: str, start: int, stop: int, split: Split) -> tuple[_Known, Words]:
    """The words of the old text, which is the same for each key."""
    if stop - start < _SHORT or len(old) > _LONG:
        part = Words(old, split(old, start, stop), start, stop)
        numbers = _Numbers()
        return _Known(part.spans, _ids(part, numbers), numbers), part
    whole = _kept(old, split)
    first, last = (bisect_left(whole.spans, place, key=itemgetter(0)) for place in (start, stop))
    known = _Known(whole.spans[first:last], whole.ids[first:last], whole.numbers)
    return known, Words(old, known.spans, start, stop)


@lru_cache(maxsize=4)
def _kept(text: str, split: Split) -> _Known:
    spans, numbers = split(text, 0, len(text)), _Numbers()
    return _Known(spans, _ids(Words(text, spans, 0, len(text)), numbers), numbers)


def forget() -> None:
    """Let go of the words that are kept: 24 MB of a text of one."""
    _kept.cache_clear()


def _changes(runs: list[Run], old: Words, new: Words) -> Iterator[Change]:
    """What is between the runs, and inside them white space that is another."""
    at = other = 0
    text, new_text, spans, new_spans = old.text, new.text, old.spans, new.spans
    for a, b, length in [*runs, (len(spans), len(new_spans), 0)]:
        if text[old.end(at - 1) : old.begin(a)] != new_text[new.end(other - 1) : new.begin(b)]:
            yield at, a, other, b
        at, other = a + length, b + length
        if (
            length > 1
            and text[spans[a][0] : spans[at - 1][1]] != new_text[new_spans[b][0] : new_spans[other - 1][1]]
        ):
            yield from _spacing(a, b, length, old, new)


def _spacing(a: int, b: int, length: int, old: Words, new: Words) -> Iterator[Change]:
    """The places among equal words where the white space is another; of many, the stretch they are in."""
    places = [index for index in range(1, length) if old.gap(a + index) != new.gap(b + index)]
    if len(places) > _REFLOWED:
        first, last = places[0], places[-1]
        yield a + first, a + last, b + first, b + last
    else:
        yield from ((a + index, a + index, b + index, b + index) for index in places)


def _hunk(changes: list[Change], old: Words, new: Words) -> Hunk:
    whole = _spans((changes[0][0], changes[-1][1], changes[0][2], changes[-1][3]), old, new)
    if len(changes) == 1 or len(changes) > _MOST_FINER:
        return Hunk(*whole, words=(whole,))
    finer = tuple(_within(_spans(change, old, new), whole) for change in changes)
    for side in (0, 1):
        changed = sum(pair[side][1] - pair[side][0] for pair in finer)
        size = whole[side][1] - whole[side][0]
        if (size - changed) * _TELLING < size:
            return Hunk(*whole, words=(whole,))
    return Hunk(*whole, words=finer)


def _within(pair: Pair, whole: Pair) -> Pair:
    """White space around may have been shared out differently for a change alone and for all together."""
    (a, b), (c, d) = (
        (min(max(start, first), last), max(min(stop, last), first))
        for (start, stop), (first, last) in zip(pair, whole, strict=True)
    )
    return (a, b), (c, d)


def _spans(change: Change, old: Words, new: Words) -> Pair:
    """The change in characters, without the white space that both have around it."""
    start, stop, other, end = change
    a, b = old.end(start - 1), old.begin(stop)
    c, d = new.end(other - 1), new.begin(end)
    lead, new_lead = old.text[a : min(old.begin(start), b)], new.text[c : min(new.begin(other), d)]
    if lead == new_lead:
        a, c = a + len(lead), c + len(lead)
    else:
        same = common_start(lead, new_lead)
        same -= _parts_line_end(old.text, a + same, b) or _parts_line_end(new.text, c + same, d)
        a, c = a + same, c + same
    trail, new_trail = old.text[max(a, old.end(stop - 1)) : b], new.text[max(c, new.end(end - 1)) : d]
    if trail == new_trail:
        return (a, b - len(trail)), (c, d - len(trail))
    same = common_end(trail, new_trail, len(trail), len(new_trail), len(trail))
    same -= _parts_line_end(old.text, b - same, b) or _parts_line_end(new.text, d - same, d)
    return (a, b - same), (c, d - same)


def _parts_line_end(text: str, at: int, stop: int) -> bool:
    return 0 < at < stop and text[at] == "\n" and text[at - 1] == "\r"
