"""Reviewing: the call at hand, the selection, and what is decided about them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from atlas_desktop.app.signals import Signal
from atlas_desktop.domain.opinion import Verdict
from atlas_desktop.domain.selection import Selection

if TYPE_CHECKING:
    from atlas_desktop.app.call_browser import CallBrowser
    from atlas_desktop.app.problems import Problem
    from atlas_desktop.store.calls import OpenCall

ASK_ABOVE = 25
"""A decision about more calls than this is confirmed first, with the number shown."""


@dataclass(frozen=True, slots=True)
class Current:
    """The call at hand.

    ``position`` is its row, from 0; for a call opened ``beside`` the list, the row one comes back to. ``call`` is
    None while it loads, when the list is empty, and with a ``problem``. ``seq`` is the local id to decide about.
    """

    position: int = 0
    total: int = 0
    seq: int | None = None
    call: "OpenCall | None" = None
    beside: bool = False
    problem: "Problem | None" = None


@dataclass(frozen=True, slots=True)
class ReviewProgress:
    """``rated`` of ``total`` calls in the filter (whatever its rating clause), and acts since midnight."""

    rated: int = 0
    total: int = 0
    today: int = 0
    can_undo: bool = False
    can_redo: bool = False


@dataclass(frozen=True, slots=True)
class Decided:
    """It is in the store: committed."""

    verdict: Verdict
    count: int


@dataclass(frozen=True, slots=True)
class NeedsConfirm:
    """So many calls would be decided at once: ask, then call again with ``confirmed=count``."""

    verdict: Verdict
    count: int
    stay: bool


@dataclass(frozen=True, slots=True)
class Ignored:
    """Nothing was done: the decision was meant for a call that is not the one at hand, or there is none."""

    why: Literal["not_painted", "busy", "nothing", "count_changed"]


@dataclass(frozen=True, slots=True)
class NotDone:
    """The store could not take it; nothing was changed."""

    problem: "Problem"


Outcome = Decided | NeedsConfirm | Ignored | NotDone


class Review:
    """Everything the Review screen does, without the screen."""

    def __init__(self) -> None:
        self.current = Current()
        self.selection: Selection
        self.progress = ReviewProgress()
        self.auto_advance: bool = True
        self.browser: CallBrowser
        self.current_changed: Signal[Current] = Signal("current call")
        """Another call, or the same one with another row, opinion or content."""
        self.selection_changed: Signal[Selection] = Signal("selection")
        self.progress_changed: Signal[ReviewProgress] = Signal("progress")
        self.announce: Signal[str] = Signal("announce")
        """A sentence for the screen reader and the status bar."""
        self.failed: Signal[Problem] = Signal("review problem")

    # decide
    async def decide(self, verdict: Verdict, *, seq: int | None, stay: bool = False, confirmed: int | None = None) -> Outcome:
        """Rate the selection, or else the call at hand, if that is ``seq`` (the call the screen shows)."""
        raise NotImplementedError

    async def repeat(self, *, seq: int | None) -> Outcome:
        """The last verdict again."""
        raise NotImplementedError

    async def undo(self) -> bool:
        """Take the newest act back and go to its call. False when there is none."""
        raise NotImplementedError

    async def redo(self) -> bool:
        """Do again what was undone, and go to its call."""
        raise NotImplementedError

    # move
    def go(self, position: int) -> None:
        """Open the call at this row; the nearest one if there are fewer."""
        raise NotImplementedError

    def move(self, steps: int) -> None:
        """So many rows on (or back)."""
        raise NotImplementedError

    def skip(self) -> None:
        """The next call, without a decision."""
        raise NotImplementedError

    def first(self) -> None:
        """The top of the list."""
        raise NotImplementedError

    def last(self) -> None:
        """The end of the list."""
        raise NotImplementedError

    async def next_unrated(self, direction: Literal[1, -1] = 1) -> bool:
        """The next call without a rating. False (and said) when there is none that way."""
        raise NotImplementedError

    # select
    @property
    def selected_count(self) -> int:
        """How many calls are selected."""
        raise NotImplementedError

    def is_selected(self, seq: int) -> bool:
        """Whether the call of this row is selected."""
        raise NotImplementedError

    def toggle_select(self, position: int | None = None) -> None:
        """Select or deselect the call at hand (or at this row)."""
        raise NotImplementedError

    def extend(self, steps: Literal[1, -1]) -> None:
        """Select the call at hand and the next one, and go there; back over selected ones it deselects."""
        raise NotImplementedError

    def select_all_matching(self) -> None:
        """Every call of the list as it is shown."""
        raise NotImplementedError

    def select_none(self) -> None:
        """No call."""
        raise NotImplementedError

    async def select_unrated(self) -> None:
        """Every call of the list that has no rating."""
        raise NotImplementedError

    def invert_selection(self) -> None:
        """What was not selected, of the list as it is shown."""
        raise NotImplementedError
