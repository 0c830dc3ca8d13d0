"""Which parts of two sequences are the same, with a bound on the work."""

from bisect import bisect_right
from typing import Final

from rapidfuzz.distance import Indel

Run = tuple[int, int, int]
"""From where in the first, from where in the second, how many are equal."""

MOST_CELLS: Final = 48_000_000
"""Of the table that is compared in full: 4 ms and 6 MB. 20,000 by 20,000 would take 64 ms."""

_BLOCK: Final = 8


def align(first: str, second: str, most: int = MOST_CELLS) -> list[Run]:
    """The longest common subsequence, as runs in order; of sequences too long for that, a good one.

    The sequences are strings with one character for each item. Too long ones are cut first at stretches that
    both have; a stretch that is still too long counts as replaced.
    """
    if len(first) * len(second) <= most:
        return _exact(first, second, 0, 0)
    runs: list[Run] = []
    left, at, other = most, 0, 0
    for a, b, length in _cuts(first, second):
        cells = (a - at) * (b - other)
        if 0 < cells <= left:
            left -= cells
            runs += _exact(first[at:a], second[other:b], at, other)
        if length:
            runs.append((a, b, length))
        at, other = a + length, b + length
    return _joined(runs)


def common_start(first: str, second: str, at: int = 0, other: int = 0) -> int:
    """How many characters two strings have in common from these places on."""
    most = min(len(first) - at, len(second) - other)
    low, step = 0, 64
    while low < most and first[at + low : at + low + step] == second[other + low : other + low + step]:
        low, step = low + step, 2 * step
    high = min(low + step, most)
    while low < high:
        middle = (low + high + 1) // 2
        if first[at + low : at + middle] == second[other + low : other + middle]:
            low = middle
        else:
            high = middle - 1
    return min(low, most)


def common_end(first: str, second: str, end: int, other: int, most: int) -> int:
    """How many characters two strings have in common before these places, at most this many."""
    most = min(end, other, most)
    low, step = 0, 64
    while low < most and _same_before(first, second, end - low, other - low, min(step, most - low)):
        low, step = low + step, 2 * step
    high = min(low + step, most)
    while low < high:
        middle = (low + high + 1) // 2
        if _same_before(first, second, end - low, other - low, middle - low):
            low = middle
        else:
            high = middle - 1
    return min(low, most)


def _same_before(first: str, second: str, end: int, other: int, length: int) -> bool:
    return first[end - length : end] == second[other - length : other]


def _exact(first: str, second: str, at: int, other: int) -> list[Run]:
    blocks = Indel.opcodes(first, second).as_matching_blocks()
    return [(block.a + at, block.b + other, block.size) for block in blocks if block.size]


def _cuts(first: str, second: str) -> list[Run]:
    """What both begin and end with, and stretches between; last an empty one where both end."""
    start = common_start(first, second)
    end = common_end(first, second, len(first), len(second), min(len(first), len(second)) - start)
    stops = len(first) - end, len(second) - end
    inner = _anchors(first[start : stops[0]], second[start : stops[1]])
    cuts = [(0, 0, start), *((a + start, b + start, length) for a, b, length in inner), (*stops, end)]
    return [*cuts, (len(first), len(second), 0)]


def _joined(runs: list[Run]) -> list[Run]:
    joined: list[Run] = []
    for run in runs:
        if joined and (last := joined[-1])[0] + last[2] == run[0] and last[1] + last[2] == run[1]:
            joined[-1] = (last[0], last[1], last[2] + run[2])
        else:
            joined.append(run)
    return joined


def _anchors(first: str, second: str) -> list[Run]:
    """Stretches of eight and more that both have, in one order. Linear but for the number of stretches."""
    places: dict[str, int] = {}
    seen: dict[str, int] = {}
    for at in range(0, len(first) - _BLOCK + 1, _BLOCK):
        block = first[at : at + _BLOCK]
        places[block] = at
        seen[block] = seen.get(block, 0) + 1
    found: list[Run] = []
    at = floor = 0
    while at <= len(second) - _BLOCK:
        block = second[at : at + _BLOCK]
        if seen.get(block) == 1:
            run = _grown(first, second, places[block], at, floor)
            found.append(run)
            at = floor = run[1] + run[2]
        else:
            at += 1
    return _heaviest(found)


def _grown(first: str, second: str, at: int, other: int, floor: int) -> Run:
    before = common_end(first, second, at, other, other - floor)
    after = common_start(first, second, at, other)
    return at - before, other - before, before + after


def _heaviest(runs: list[Run]) -> list[Run]:
    """Of runs in the order of the second sequence, those in the order of the first too that weigh most together."""
    ends: list[int] = []
    best: list[tuple[int, int]] = []
    before: list[int] = []
    # ``ends`` holds where chains end in the first sequence, ascending, ``best`` their weight, ascending too.
    for index, (a, _, length) in enumerate(runs):
        place = bisect_right(ends, a)
        weight, last = best[place - 1] if place else (0, -1)
        before.append(last)
        weight += length
        end = a + length
        place = bisect_right(ends, end)
        if place and best[place - 1][0] >= weight:
            continue
        stop = place
        while stop < len(ends) and best[stop][0] <= weight:
            stop += 1
        ends[place:stop], best[place:stop] = [end], [(weight, index)]
    chain = []
    index = best[-1][1] if best else -1
    while index >= 0:
        chain.append(runs[index])
        index = before[index]
    return chain[::-1]
