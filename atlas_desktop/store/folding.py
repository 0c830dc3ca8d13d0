"""Equal exchanges shown as one: which calls each row of a list stands for."""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import apsw

_RATINGS: Final = """
SELECT min(shown), max(shown) FROM carray(?) AS asked CROSS JOIN call ON call.seq = asked.value AND gone = 0
"""


@dataclass(frozen=True, slots=True, eq=False)
class Listed:
    """Local ids of calls in a query's order. Folded, each stands for its ``groups`` entry: itself, then its equals.

    ``newest`` is the largest local id of all calls the list is about.
    """

    ids: "array[int]" = field(default_factory=lambda: array("q"))
    groups: Mapping[int, "array[int]"] = field(default_factory=dict)
    leaders: Mapping[int, int] = field(default_factory=dict)
    newest: int = 0

    def copies(self, seq: int) -> int:
        """How many equal exchanges this row stands for."""
        group = self.groups.get(seq)
        return 1 if group is None else len(group)

    def stands_for(self, seq: int) -> Sequence[int]:
        """The calls this row stands for, itself first."""
        return self.groups.get(seq, (seq,))

    def leader(self, seq: int) -> int:
        """The call whose row stands for this one."""
        return self.leaders.get(seq, seq)

    @property
    def calls(self) -> int:
        """How many calls the rows stand for."""
        return len(self.ids) + len(self.leaders)


def rated_differently(reader: apsw.Connection, groups: Mapping[int, "array[int]"]) -> frozenset[int]:
    """Which of these rows stand for calls that do not all show the same rating."""
    found = set()
    for leader, calls in groups.items():
        lowest, highest = reader.execute(_RATINGS, (apsw.carray(calls),)).get
        if lowest != highest:
            found.add(leader)
    return frozenset(found)


def fold(ids: "array[int]", exchanges: "array[int]") -> Listed:
    """Keep the first of each exchange. 0 is no exchange: such a call is equal to none."""
    first: dict[int, int] = {}
    kept: array[int] = array("q")
    groups: dict[int, array[int]] = {}
    leaders: dict[int, int] = {}
    for seq, exchange in zip(ids, exchanges, strict=True):
        leader = first.setdefault(exchange, seq) if exchange else seq
        if leader == seq:
            kept.append(seq)
        else:
            groups.setdefault(leader, array("q", (leader,))).append(seq)
            leaders[seq] = leader
    return Listed(kept, groups, leaders, max(ids, default=0))
