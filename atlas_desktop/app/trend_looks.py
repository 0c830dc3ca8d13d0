"""Which look each line of a chart has: its own, so that a customer is known again over other days and filters."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

LOOKS: Final = 8
"""How many there are: as many as there are colours that colour-blind people tell apart."""
MOST_KEPT: Final = 500
"""Names that are remembered: those drawn last."""
Looks = Mapping[str, int]
"""By `key_of` a name, which look it has; the one drawn last is the last."""


def key_of(group: str | None) -> str:
    """What a name is remembered by: names may be of any length."""
    return "" if group is None else hashlib.blake2b(group.encode(errors="replace"), digest_size=9).hexdigest()


def places(kept: Looks, drawn: Sequence[str | None]) -> dict[str | None, int]:
    """The look of each line drawn, of which no two share one: those that have one keep it, the earlier line first."""
    found: dict[str | None, int] = {}
    taken: set[int] = set()
    for group in drawn:
        place = kept.get(key_of(group))
        if place is not None and place not in taken:
            found[group] = place
            taken.add(place)
    uses = Counter(kept.values())
    for group in drawn:
        if group not in found:
            # The look fewest have: those that are drawn together later seldom share it.
            place = min(set(range(LOOKS)) - taken, key=lambda at: (uses[at], at))
            found[group] = place
            taken.add(place)
            uses[place] += 1
    return {group: found[group] for group in drawn}


def remembered(kept: Looks, found: Mapping[str | None, int]) -> dict[str, int]:
    """What is kept once these are drawn. A line that had to give way stays with its new look."""
    drawn = {key_of(group): place for group, place in found.items()}
    both = {**{key: place for key, place in kept.items() if key not in drawn}, **drawn}
    return dict(list(both.items())[-MOST_KEPT:])
