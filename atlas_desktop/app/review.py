"""Reviewing: the call at hand, the selection, and what is decided about them."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Literal

from atlas_desktop.app import sentences
from atlas_desktop.app.call_browser import CallBrowser
from atlas_desktop.app.cursor import Cursor
from atlas_desktop.app.deciding import Deciding, Said
from atlas_desktop.app.problems import Problem
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
from atlas_desktop.domain.opinion import Edit, Verdict, as_edit
from atlas_desktop.domain.query import Query
from atlas_desktop.domain.selection import Selection
from atlas_desktop.store.changed import Changed
from atlas_desktop.store.conflicts import Conflict
from atlas_desktop.store.store import Store
from atlas_desktop.tasks import Tasks
from atlas_desktop.wording import tr

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
        self._asked: int | None = None
        self.browser = browser
        self.auto_advance = auto_advance
        """Whether a rating opens the next call."""
        self.announce: Signal[str] = Signal("announce")
        """A sentence for the screen reader and the status bar."""
        self.changed: Signal[Changed] = Signal("store changed by review")
        """I wrote to the store: whoever sends wants to know."""
        self._selecting = Selecting(store, browser)
        self._cursor = Cursor(store, browser, tasks, self.announce)
        self._deciding = Deciding(store, browser, self._cursor, now, self.announce, self.wrote)
        self.failed: Signal[Problem] = self._deciding.failed
        self.name_undo_key = self._deciding.name_undo_key
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
        self,
        said: Verdict | Edit,
        *,
        seq: int | None,
        stay: bool = False,
        confirmed: int | None = None,
    ) -> Outcome:
        """Say this about the selection, or else the call at hand, if that is ``seq`` (the call the screen shows).

        Returns after COMMIT, with the next call already at hand when it was in memory. More than 25 calls need
        ``confirmed`` to be their number. A row of equal exchanges stands for all of them.
        """
        edit = as_edit(said)
        if (ignored := await self._busy()) is not None:
            return ignored
        here = self.current
        if selected := self._selecting.seqs():
            seqs = list(selected)
        elif here.seq is None or (confirmed is not None and here.seq != self._asked):
            return Ignored("nothing")
        elif confirmed is None and (here.seq != seq or here.call is None):
            return Ignored("not_painted")
        else:
            seqs = list(self.browser.stands_for(here.seq))
        if len(seqs) > ASK_ABOVE and confirmed != len(seqs):
            self._asked = None if selected else here.seq
            return NeedsConfirm(edit, len(seqs), stay)
        self._asked = None
        outcome = await self._deciding.act(Said(seqs, edit), self._selecting.none if selected else _nothing)
        if not selected and not stay and self.auto_advance:
            self._go_on(outcome, seqs[0])
        return outcome

    async def correct(
        self, text: str | None, *, seq: int, base: str | None, started: str, stay: bool = False
    ) -> Outcome:
        """Make this my correction of the call ``seq`` (None: take mine back), and go on unless ``stay``.

        ``base`` and ``started`` are the draft's: what was on screen when it was begun. A call that I have not
        rated is rated bad with it.
        """
        if (ignored := await self._busy()) is not None:
            return ignored
        here = self.current
        if here.seq != seq or here.call is None:
            return Ignored("not_painted")
        unrated = here.call.opinion.rating is None
        edit = Edit(verdict="down" if unrated and text is not None else None, correction=text)
        said = Said([seq], edit, bases={seq: base}, started={seq: started})
        outcome = await self._deciding.act(said, _nothing)
        if not stay:
            self._go_on(outcome, seq)
        return outcome

    async def say_of(self, edit: Edit, seq: int) -> Outcome:
        """Say this about one call, wherever one is by now: a field was left that was about it.

        Waits for a decision that is being written: what was typed would be lost.
        """
        if self._deciding.closed:
            return Ignored("busy")
        return await self._deciding.act(Said(list(self.browser.stands_for(seq)), edit), _nothing)

    def at_hand(self) -> list[int]:
        """The calls an act is about: the selected ones, else those the row at hand stands for."""
        selected, here = self._selecting.seqs(), self.current.seq
        return list(selected or (self.browser.stands_for(here) if here is not None else ()))

    async def resolve(self, conflict: Conflict, text: str | None) -> Outcome:
        """End a conflict with this text of mine, on top of theirs; None: with theirs."""
        if (ignored := await self._busy()) is not None:
            return ignored
        said = Said([conflict.call], Edit(correction=text), conflict=conflict)
        return await self._deciding.act(said, _nothing)

    async def judge(
        self, right: Sequence[int], wrong: Sequence[int], *, confirmed: int | None = None
    ) -> Outcome:
        """Rate answers to the same prompt as one act: these good, those bad."""
        if (ignored := await self._busy()) is not None:
            return ignored
        each = {seq: Edit(verdict="down") for seq in wrong} | {seq: Edit(verdict="up") for seq in right}
        if not each:
            return Ignored("nothing")
        if len(each) > ASK_ABOVE and confirmed != len(each):
            return NeedsConfirm(Edit(), len(each), stay=True)
        return await self._deciding.act(Said(list(each), each=each), _nothing)

    async def repeat(self, *, seq: int | None) -> Outcome:
        """The last verdict again, with the tags that were given to the same call."""
        edit = await self._store.decisions.repeat_source()
        if edit is None:
            self.announce.emit(tr(sentences.NOTHING_TO_REPEAT))
            return Ignored("nothing")
        return await self.decide(edit, seq=seq, stay=edit.verdict is None)

    async def undo(self) -> bool:
        """Take the newest act back and go to its call. False when there is none."""
        return await self._deciding.undo()

    async def redo(self) -> bool:
        """Do again what was undone, and go to its call."""
        return await self._deciding.redo()

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

    async def visit(self, seq: int) -> None:
        """Open this call, in the list or beside it. Raises what the store raises."""
        await self._cursor.visit(seq)

    def move(self, steps: int) -> None:
        """So many rows on (or back). From beside the list, back into it."""
        self.browser.hold()
        self._cursor.move(steps)

    def skip(self) -> None:
        """The next call, without a decision."""
        self.move(1)

    def move_on(self) -> None:
        """The next call, without a word, when one goes on by itself."""
        if self.auto_advance:
            self._cursor.move(1, quiet=True)

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
        await self._deciding.close()

    def wrote(self, changed: Changed) -> None:
        """I wrote to the store in another way: show it, and let whoever sends know."""
        self.store_changed(changed)
        self.changed.emit(changed)

    # inside

    async def _busy(self) -> Ignored | None:
        if self._deciding.closed:
            return Ignored("busy")
        if self._deciding.acting.locked():
            async with self._deciding.acting:
                return Ignored("busy")  # not before what it waited for is said
        return None

    def _go_on(self, outcome: Outcome, seq: int) -> None:
        if isinstance(outcome, Decided) and self.current.seq == seq:
            self._cursor.move(1, quiet=True)

    def _said_selected(self) -> None:
        self.browser.hold()
        self.announce.emit(sentences.selected(self.selection, len(self.browser)))


def _nothing() -> None:
    pass
