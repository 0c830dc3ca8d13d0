"""Which members of an object, and which items of an array, stand for one another."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from rapidfuzz import fuzz

from atlas_desktop.domain.diff.align import align
from atlas_desktop.domain.json_text.model import Node

_PARTS: Final = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"?|[^ \t\r\n"]+', re.DOTALL)
_ALIKE: Final = 60.0
"""Percent from which two items are one that was changed."""
_COMPARED: Final = 400
"""Characters of an item that are compared, and pairs of items: 400 comparisons take 2 ms."""


Nodes = Sequence[Node]


@dataclass(frozen=True, slots=True)
class Pairing:
    """Indexes of children that stand for one another, in order.

    ``moved`` has, by id, the new child and the old one of each pair that is elsewhere now.
    """

    pairs: list[tuple[int, int]]
    moved: dict[int, Node] = field(default_factory=dict)


def compact(text: str, node: Node) -> str:
    """A value as it is written, but for the white space."""
    raw = text[node.start : node.end]
    return raw if node.kind not in ("object", "array") else "".join(_PARTS.findall(raw))


def pair_members(a: Node, b: Node) -> Pairing:
    """By name; of one name several times, the first with the first."""
    places = {name: index for index, name in enumerate(_names(b))}
    both = [(index, places[name]) for index, name in enumerate(_names(a)) if name in places]
    pairs = _rising(both)
    moved: dict[int, Node] = {}
    if len(pairs) < len(both):
        for first, second in set(both) - set(pairs):
            _remember(moved, a.children[first], b.children[second])
    return Pairing(pairs, moved)


def pair_items(old: str, new: str, a: Node, b: Node) -> Pairing:
    """Those that say the same in one order, then those that moved, then those that are alike where they are."""
    start, end = _same_around(old, new, a.children, b.children)
    first, second = a.children[start : len(a.children) - end], b.children[start : len(b.children) - end]
    inner, moved = _inner(old, new, first, second)
    pairs = [(index, index) for index in range(start)]
    pairs += [(at + start, other + start) for at, other in inner]
    pairs += [(len(a.children) - index, len(b.children) - index) for index in range(end, 0, -1)]
    return Pairing(pairs, moved)


def _same_around(old: str, new: str, first: Nodes, second: Nodes) -> tuple[int, int]:
    """How many items at the beginning, and then at the end, are written the same."""
    most = min(len(first), len(second))
    start = 0
    while start < most and _written(old, first[start]) == _written(new, second[start]):
        start += 1
    end = 0
    while end < most - start and _written(old, first[-1 - end]) == _written(new, second[-1 - end]):
        end += 1
    return start, end


def _written(text: str, node: Node) -> str:
    return text[node.start : node.end]


def _inner(old: str, new: str, first: Nodes, second: Nodes) -> tuple[list[tuple[int, int]], dict[int, Node]]:
    """The pairs in order, and what moved, of items that may all be others."""
    texts, new_texts = [compact(old, node) for node in first], [compact(new, node) for node in second]
    ids, others = _ids(texts, new_texts)
    same = [(at + k, other + k) for at, other, length in align(ids, others) for k in range(length)]
    left = set(range(len(first))) - {at for at, _ in same}
    come = set(range(len(second))) - {other for _, other in same}
    moved: dict[int, Node] = {}
    for at, other in _elsewhere(ids, others, left, come):
        _remember(moved, first[at], second[other])
        left.discard(at)
        come.discard(other)
    pairs: list[tuple[int, int]] = []
    at = other = -1
    for stop, end in [*same, (len(first), len(second))]:
        gone = [index for index in range(at + 1, stop) if index in left]
        new_ones = [index for index in range(other + 1, end) if index in come]
        pairs += _paired(texts, new_texts, gone, new_ones)
        pairs.append((stop, end))
        at, other = stop, end
    return pairs[:-1], moved


def _names(node: Node) -> list[tuple[str | int, int]]:
    """Each name, with how often it was there before."""
    names: list[tuple[str | int, int]] = [(child.name, 0) for child in node.children]
    if len(set(names)) == len(names):
        return names
    seen: Counter[str | int] = Counter()
    for index, (name, _) in enumerate(names):
        names[index] = (name, seen[name])
        seen[name] += 1
    return names


def _rising(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The most pairs whose second indexes rise as the first do."""
    if all(left[1] < right[1] for left, right in pairwise(pairs)):
        return pairs
    ends: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for index, (_, second) in enumerate(pairs):
        place = bisect_left(ends, second)
        before.append(last[place - 1] if place else -1)
        ends[place : place + 1], last[place : place + 1] = [second], [index]
    chain = []
    index = last[-1]
    while index >= 0:
        chain.append(pairs[index])
        index = before[index]
    return chain[::-1]


def _remember(moved: dict[int, Node], before: Node, after: Node) -> None:
    moved[id(after)] = before
    moved[id(before)] = after


def _ids(first: list[str], second: list[str]) -> tuple[str, str]:
    numbers: dict[str, int] = {}
    made = [
        "".join([chr(numbers.setdefault(each, len(numbers))) for each in side]) for side in (first, second)
    ]
    return made[0], made[1]


def _elsewhere(ids: str, others: str, left: set[int], come: set[int]) -> list[tuple[int, int]]:
    """What is gone from one place and there in another, where there is no doubt which."""
    if not left or not come:
        return []
    gone, new = Counter(ids[index] for index in left), Counter(others[index] for index in come)
    places = {others[index]: index for index in come if new[others[index]] == 1}
    return [(index, places[ids[index]]) for index in left if gone[ids[index]] == 1 and ids[index] in places]


def _paired(texts: list[str], others: list[str], gone: list[int], come: list[int]) -> list[tuple[int, int]]:
    """What is gone with what came in its place: in order when they are as many, else by likeness."""
    if len(gone) == len(come):
        return list(zip(gone, come, strict=True))
    if not 0 < len(gone) * len(come) <= _COMPARED:
        return []
    first = [texts[index][:_COMPARED] for index in gone]
    second = [others[index][:_COMPARED] for index in come]
    return [(gone[i], come[j]) for i, j in _alike(first, second)]


def _alike(first: list[str], second: list[str]) -> list[tuple[int, int]]:
    """Pairs in order that are alike, those together that are most alike."""
    like = [[fuzz.ratio(one, other, score_cutoff=_ALIKE) for other in second] for one in first]
    # best[i][j]: how much can be paired of what is from i and j on.
    best = [[0.0] * (len(second) + 1) for _ in range(len(first) + 1)]
    for i in range(len(first) - 1, -1, -1):
        for j in range(len(second) - 1, -1, -1):
            paired = like[i][j] + best[i + 1][j + 1] if like[i][j] else 0.0
            best[i][j] = max(best[i + 1][j], best[i][j + 1], paired)
    pairs, i, j = [], 0, 0
    while i < len(first) and j < len(second):
        if like[i][j] and best[i][j] == like[i][j] + best[i + 1][j + 1]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return pairs
