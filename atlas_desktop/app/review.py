"""Reviewing: the call at hand, the selection, and what is decided about them."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final, Literal

from atlas_desktop.app import sentences
from atlas_desktop.app.call_browser import CallBrowser
from atlas_desktop.app.cursor import Cursor
from atlas_desktop.app.problems import Problem, problem_from
from atlas_desktop.app.review_state import (
    ASK_ABOVE,
    Current,
    Decided,
    Ignored,
    NeedsConfirm,
    NotDone,
    Outcome,
    ReviewProgress,
)
from atlas_desktop.app.selecting import Selecting
from atlas_desktop.app.signals import Signal
from atlas_desktop.app.tally import Tally
from atlas_desktop.contract.base import Thumb
from atlas_desktop.domain.opinion import Verdict, with_verdict
from atlas_desktop.domain.query import Query
from atlas_desktop.domain.selection import Selection
from atlas_desktop.store import rows
from atlas_desktop.store.changed import Changed
from atlas_desktop.store.rows import CallRow, Undone
from atlas_desktop.store.store import Store
from atlas_desktop.tasks import Tasks

__all__ = [
    "ASK_ABOVE",
    "Current",
    "Decided",
    "Ignored",
    "NeedsConfirm",
    "NotDone",
    "Outcome",
    "Review",
    "ReviewProgress",
]

_THUMB: Final[dict[Verdict, Thumb]] = {"up": "thumbs_up", "down": "thumbs_down"}


class Review:
    """Everything the Review screen does, without the screen. Used on the UI's loop only."""

    def __init__(
        self,
        store: Store,
        browser: CallBrowser,
        tasks: Tasks,
        *,
        auto_advance: bool = True,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._store = store
        self._now = now
        self._acting = asyncio.Lock()
        self._closed = False
        self.browser = browser
        self.auto_advance = auto_advance
        """Whether a rating opens the next call."""
        self.announce: Signal[str] = Signal("announce")
        """A sentence for the screen reader and the status bar."""
        self.changed: Signal[Changed] = Signal("store changed by review")
        """I wrote to the store: whoever sends wants to know."""
        self.failed: Signal[Problem] = Signal("review problem")
        self._selecting = Selecting(store, browser)
        self._cursor = Cursor(store, browser, tasks, self.announce)
        self._tally = Tally(store, browser, tasks, now)
        self.current_changed: Signal[Current] = self._cursor.changed
        """Another call, or the same one with another row, opinion or content."""
        self.selection_changed: Signal[Selection] = self._selecting.changed
        self.progress_changed: Signal[ReviewProgress] = self._tally.changed

    @property
    def current(self) -> Current:
        """The call at hand."""
        return self._cursor.current

    @property
    def selection(self) -> Selection:
        """What is selected."""
        return self._selecting.value

    @property
    def selected_count(self) -> int:
        """How many calls are selected."""
        return self._selecting.count

    @property
    def progress(self) -> ReviewProgress:
        """How far one is, as last counted."""
        return self._tally.value

    def is_selected(self, seq: int) -> bool:
        """Whether this call of the list is selected."""
        return self._selecting.contains(seq)

    # decide

    async def decide(
        self, verdict: Verdict, *, seq: int | None, stay: bool = False, confirmed: int | None = None
    ) -> Outcome:
        """Rate the selection, or else the call at hand, if that is ``seq`` (the call the screen shows).

        Returns after COMMIT, with the next call already at hand when it was in memory. More than 25 calls need
        ``confirmed`` to be their number.
        """
        if self._closed:
            return Ignored("busy")
        if self._acting.locked():
            async with self._acting:
                return Ignored("busy")  # not before what it waited for is said
        if seqs := self._selecting.seqs():
            if len(seqs) > ASK_ABOVE and confirmed != len(seqs):
                return NeedsConfirm(verdict, len(seqs), stay)
            return await self._decide(verdict, seqs, bulk=True)
        here = self.current
        if here.seq is None or confirmed is not None:
            return Ignored("nothing")
        if here.seq != seq or here.call is None:
            return Ignored("not_painted")
        outcome = await self._decide(verdict, [here.seq], bulk=False)
        if isinstance(outcome, Decided) and self.auto_advance and not stay and self.current.seq == seq:
            self._cursor.move(1, quiet=True)
        return outcome

    async def repeat(self, *, seq: int | None) -> Outcome:
        """The last verdict again."""
        verdict = await self._store.decisions.repeat_source()
        if verdict is None:
            self.announce.emit(sentences.NOTHING_TO_REPEAT)
            return Ignored("nothing")
        return await self.decide(verdict, seq=seq)

    async def undo(self) -> bool:
        """Take the newest act back and go to its call. False when there is none."""
        return await self._take_back(self._store.decisions.undo, again=False)

    async def redo(self) -> bool:
        """Do again what was undone, and go to its call."""
        return await self._take_back(self._store.decisions.redo, again=True)

    # move

    def go(self, position: int) -> None:
        """Open the call at this row; the nearest one if there are fewer."""
        self.browser.hold()
        self._cursor.go(position)

    def resume(self, seq: int) -> None:
        """Open this call, if it is in the list, without a word: one was there the last time."""
        position = self.browser.position_of(seq)
        if position is not None:
            self._cursor.go(position, quiet=True)

    def move(self, steps: int) -> None:
        """So many rows on (or back). From beside the list, back into it."""
        self.browser.hold()
        self._cursor.move(steps)

    def skip(self) -> None:
        """The next call, without a decision."""
        self.move(1)

    def first(self) -> None:
        """The top of the list."""
        self.go(0)

    def last(self) -> None:
        """The end of the list."""
        self.go(len(self.browser) - 1)

    async def next_unrated(self, direction: Literal[1, -1] = 1) -> bool:
        """The next call that way without a rating. False (and said) when there is none."""
        self.browser.hold()
        return await self._cursor.next_unrated(direction)

    # select

    def toggle_select(self, position: int | None = None) -> None:
        """Select or deselect the call at hand (or at this row)."""
        place = self.current.position if position is None else position
        if 0 <= place < len(self.browser):
            self._selecting.toggle(self.browser.ids[place])
            self._said_selected()

    def extend(self, steps: Literal[1, -1]) -> None:
        """Select the call at hand and the next one, and go there; back over selected ones it deselects."""
        ids, here = self.browser.ids, self.current.position
        if not 0 <= here < len(ids):
            return
        there = min(max(here + steps, 0), len(ids) - 1)
        if there != here and self.is_selected(ids[here]) and self.is_selected(ids[there]):
            self._selecting.toggle(ids[here])
        else:
            self._selecting.add(ids[here], ids[there])
        self._cursor.go(there, quiet=True)
        self._said_selected()

    def select_all_matching(self) -> None:
        """Every call of the list as it is shown."""
        self._selecting.all()
        self._said_selected()

    def select_none(self) -> None:
        """No call."""
        self._selecting.none()
        self._said_selected()

    async def select_unrated(self) -> None:
        """Every call of the list that has no rating."""
        await self._selecting.unrated()
        self._said_selected()

    def invert_selection(self) -> None:
        """What was not selected, of the list as it is shown."""
        self._selecting.invert()
        self._said_selected()

    # the list

    async def filter(self, query: Query) -> bool:
        """Make the list anew; the call at hand stays at hand if it is in it."""
        return await self.browser.apply(query, keep=self.current.seq)

    async def show_new(self) -> bool:
        """Show the calls that came since the list was made."""
        return await self.browser.show_new(keep=self.current.seq)

    def store_changed(self, changed: Changed) -> None:
        """Somebody wrote to the store."""
        self.browser.store_changed(changed)
        every = changed.all_calls or changed.removed > 0
        if every or changed.calls:
            self._cursor.outdated(None if every else changed.calls)
        if changed:
            self._tally.refresh()

    async def settled(self) -> None:
        """Wait until nothing is being read or counted."""
        parts = (self.browser, self._cursor.opened, self._tally)
        while any([await part.through() for part in parts]):
            pass

    async def close(self) -> None:
        """Take no more decisions, and wait for the one that is being written."""
        self._closed = True
        async with self._acting:
            pass

    # inside

    async def _decide(self, verdict: Verdict, seqs: Sequence[int], *, bulk: bool) -> Outcome:
        self.browser.hold()
        async with self._acting:
            try:
                decided = await self._store.decisions.decide(seqs, verdict, now=self._now())
            except Exception as error:  # noqa: BLE001 - it is put into words beside the call
                return NotDone(self._not_done(error))
            self._show_decided(verdict, seqs, decided.changed)
            if bulk:
                self._selecting.none()
            self.announce.emit(self._decided_words(decided))
        return Decided(verdict, decided.count) if decided.count else Ignored("nothing")

    def _decided_words(self, decided: rows.Decided) -> str:
        if not decided.count:
            return sentences.GONE
        if decided.decision_id is None:
            return sentences.unchanged(decided.verdict, decided.count)
        here = self.current
        where = None if here.beside else here.position
        return sentences.decided(decided.verdict, where, here.total, decided.count)

    def _show_decided(self, verdict: Verdict, seqs: Sequence[int], changed: Changed) -> None:
        touched = frozenset(seqs) if changed.all_calls else changed.calls.intersection(seqs)
        self._cursor.opened.patch(
            touched, lambda opinion: with_verdict(opinion, verdict), lambda row: _rated(row, verdict)
        )
        self.browser.patch(touched, lambda row: _rated(row, verdict))
        self._cursor.say()
        self._wrote(changed)

    async def _take_back(self, act: Callable[[datetime], Awaitable[Undone | None]], *, again: bool) -> bool:
        self.browser.hold()
        async with self._acting:
            if self._closed:
                return False
            try:
                undone = await act(self._now())
                if undone is None:
                    self.announce.emit(sentences.NOTHING_TO_REDO if again else sentences.NOTHING_TO_UNDO)
                    return False
                self._wrote(undone.changed)
                call = await self._cursor.visit(await self._where(undone))
            except Exception as error:  # noqa: BLE001 - it is put into words beside the call
                self._not_done(error)
                return False
        row = call.row if call is not None else None
        beside = self.current.beside
        self.announce.emit(
            sentences.taken_back(undone.verdict, undone.count, row, again=again, beside=beside)
        )
        return True

    async def _where(self, undone: Undone) -> int:
        """Where to go after this: to the call of the act; of many to the one at hand if it is one of them."""
        here = self.current.seq
        if undone.count == 1 or here is None:
            return undone.first_seq
        part_of_it = await self._store.decisions.includes(undone.decision_id, here)
        return here if part_of_it else undone.first_seq

    def _wrote(self, changed: Changed) -> None:
        self.store_changed(changed)
        self.changed.emit(changed)

    def _said_selected(self) -> None:
        self.browser.hold()
        self.announce.emit(sentences.selected(self.selection, len(self.browser)))

    def _not_done(self, error: Exception) -> Problem:
        problem = problem_from(error, "decision")
        self.failed.emit(problem)
        return problem


def _rated(row: CallRow, verdict: Verdict) -> CallRow:
    """The row right after the decision; the store's own reading of it follows."""
    return replace(row, rating=_THUMB.get(verdict), unsure=verdict == "unsure", pending=True)
