"""Which parts of two texts have to be compared word by word: those around what differs."""

import re
from itertools import accumulate
from typing import Final

from atlas_desktop.domain.diff.align import align, common_end, common_start
from atlas_desktop.domain.diff.tokens import boundary_after, boundary_before

Window = tuple[int, int, int, int]
"""From and to in the old text, from and to in the new one."""

_AROUND: Final = 240
"""Characters that are looked at before and after what was changed, so that a change can be moved to a better place."""
_SHORT: Final = 2_000
_PIECE: Final = re.compile(r"[^\n.!?。！？]*[\n.!?。！？]+[ \t\r]*|[^\n.!?。！？]+")
"""Lines and sentences: long enough that what is equal belongs together."""


def windows(old: str, new: str) -> list[Window]:
    """The windows, in order. Outside them the texts are the same; they begin and end where words do."""
    frame = _frame(old, new)
    a, b, c, d = frame
    if min(b - a, d - c) < _SHORT:
        return [frame]
    found: list[Window] = []
    for start, other, length in _long_runs(old[a:b], new[c:d]):
        stop = boundary_after(old, a + start + _AROUND)
        begin = boundary_before(old, a + start + length - _AROUND)
        if begin > stop:
            shift = c + other - a - start
            found.append((frame[0], stop, frame[2], stop + shift))
            frame = (begin, b, begin + shift, d)
    return [*found, frame]


def _frame(old: str, new: str) -> Window:
    """All but what both begin and end with, up to where words begin."""
    same = common_start(old, new)
    start = boundary_before(old, same - _AROUND) if same > _AROUND else 0
    tail = common_end(old, new, len(old), len(new), min(len(old), len(new)) - same)
    tail = len(old) - boundary_after(old, len(old) - tail + _AROUND) if tail > _AROUND else 0
    return start, len(old) - tail, start, len(new) - tail


def _long_runs(old: str, new: str) -> list[tuple[int, int, int]]:
    """Where in both they are, and how long: lines and sentences that are the same."""
    pieces, others = _PIECE.findall(old), _PIECE.findall(new)
    numbers: dict[str, str] = {}
    first, second = (
        "".join([numbers.setdefault(piece, chr(len(numbers))) for piece in side]) for side in (pieces, others)
    )
    places, new_places = ([0, *accumulate(map(len, side))] for side in (pieces, others))
    return [
        (places[at], new_places[other], places[at + number] - places[at])
        for at, other, number in align(first, second)
        if places[at + number] - places[at] > 3 * _AROUND
    ]
