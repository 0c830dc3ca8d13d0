"""A result between two texts it was made of: what is not mine in it, and what is not theirs."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import Literal

from atlas_desktop.domain.diff import Diff, diff, hunk_at, merge3, replacement
from atlas_desktop.store.conflicts import Conflict, Side


@dataclass(frozen=True, slots=True)
class Comparison:
    """Both differences lead to the same text: the result."""

    mine: Diff
    theirs: Diff

    @property
    def text(self) -> str:
        """The result they were made for."""
        return self.mine.new

    def side(self, side: Side) -> Diff:
        """What leads from that side's text to the result."""
        return self.mine if side == "mine" else self.theirs

    def taking(self, side: Side, caret: int) -> tuple[str, int] | None:
        """The result with the change at the caret as that side has it, and the caret after; None when there is none."""
        differences = self.side(side)
        index = hunk_at(differences, caret)
        if index is None:
            return None
        (start, end), text = replacement(differences, index)
        return self.text[:start] + text + self.text[end:], start + len(text)

    def next_place(self, caret: int, direction: Literal[1, -1]) -> int | None:
        """Where the next change that way begins, whoever's it is."""
        places = sorted({hunk.new[0] for each in (self.mine, self.theirs) for hunk in each.hunks})
        if direction > 0:
            at = bisect_right(places, caret)
            return places[at] if at < len(places) else None
        at = bisect_left(places, caret) - 1
        return places[at] if at >= 0 else None


def compare(conflict: Conflict, text: str) -> Comparison:
    """The result against both sides. Bounded work, but for large texts not on the UI thread."""
    return Comparison(diff(conflict.mine, text), diff(conflict.theirs, text))


def merged(conflict: Conflict) -> str:
    """A first result: what only one of us changed is as changed; where both did, it is mine until decided."""
    return merge3(conflict.base, conflict.mine, conflict.theirs).text
