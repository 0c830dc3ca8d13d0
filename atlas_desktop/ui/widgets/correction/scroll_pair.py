"""Two texts side by side that scroll as one: what belongs together stands at the same height."""

from bisect import bisect_right
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from atlas_desktop.ui.widgets.correction.marked_edit import MarkedEdit

if TYPE_CHECKING:
    from atlas_desktop.domain.diff import Diff


def other_place(diff: "Diff", place: int, *, to_new: bool) -> int:
    """Where a character of the one text is in the other; of a changed one, where the change begins."""
    side, there = (0, 1) if to_new else (1, 0)
    spans = [(hunk.old, hunk.new) for hunk in diff.hunks]
    index = bisect_right(spans, place, key=lambda pair: pair[side][0]) - 1
    if index < 0:
        return place
    from_, to = spans[index][side], spans[index][there]
    if place < from_[1]:
        return to[0]
    return to[1] + place - from_[1]


class ScrollPair(QObject):
    """Scrolls ``old`` when ``new`` is scrolled, and the other way round."""

    def __init__(self, old: MarkedEdit, new: MarkedEdit) -> None:
        super().__init__(new)
        self._old, self._new = old, new
        self._diff: Diff | None = None
        self._following = False
        old.verticalScrollBar().valueChanged.connect(lambda _: self._follow(old, new, to_new=True))
        new.verticalScrollBar().valueChanged.connect(lambda _: self._follow(new, old, to_new=False))

    def show_diff(self, diff: "Diff | None") -> None:
        """What belongs together."""
        self._diff = diff

    def align(self) -> None:
        """Bring the old text to where the new one is."""
        self._follow(self._new, self._old, to_new=False)

    def _follow(self, leader: MarkedEdit, follower: MarkedEdit, *, to_new: bool) -> None:
        if self._following or self._diff is None or not follower.isVisible():
            return
        self._following = True
        try:
            middle = leader.viewport().height() / 2
            place = leader.place_at_height(middle)
            there = min(other_place(self._diff, place, to_new=to_new), len(follower.text))
            follower.bring_to_height(there, leader.height_of(place))
        finally:
            self._following = False
