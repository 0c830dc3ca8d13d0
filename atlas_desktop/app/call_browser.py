"""The list of calls: a frozen row of local ids, and the rows near what is looked at in memory.

The list never moves by itself. Sync brings new calls: they are counted and shown when asked for. A call that no
longer fits the filter after a decision stays where it is, showing its new rating.
"""

from array import array
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from atlas_desktop.app.errand import Errand
from atlas_desktop.app.problems import Problem, problem_from
from atlas_desktop.app.row_cache import BLOCK, RowCache, Span
from atlas_desktop.app.signals import Signal
from atlas_desktop.domain.query import Column, Query, Sort
from atlas_desktop.store.changed import Changed
from atlas_desktop.store.folding import Listed
from atlas_desktop.store.rows import CallRow
from atlas_desktop.store.store import Store
from atlas_desktop.tasks import Tasks

__all__ = ["BLOCK", "CallBrowser", "Span"]

# A first sync brings a page of 200 calls every few ms; the count need not follow each.
_COUNT_PAUSE_SECONDS: Final = 0.2


class CallBrowser:
    """What the call list shows. Used on the UI's loop only."""

    def __init__(self, store: Store, tasks: Tasks) -> None:
        self._store = store
        self._asked = 0
        self._counter = Errand(
            tasks, "count new calls", self._count, self._failed, pause=_COUNT_PAUSE_SECONDS
        )
        self._follows = False
        self.query = Query()
        self.listed = Listed()
        self.fold: bool = False
        """Whether equal exchanges are one row, which stands for all of them (within the filter)."""
        self.newest: int = 0
        """The call (seq) that came last before the list was made: later ones are new."""
        self.total: int = 0
        """All calls of the workspace: "1,204 of 8,916"."""
        self.new_count: int = 0
        """Calls that fit the filter and came after the list was made."""
        self.loading: bool = False
        """A query runs and the list still shows the former one."""
        self.problem: Problem | None = None
        self.reset: Signal[None] = Signal("list reset")
        self.rows_loaded: Signal[Span] = Signal("rows loaded")
        self.rows_changed: Signal[frozenset[int]] = Signal("rows changed")
        """The local ids (seq) of the rows in memory that look different now."""
        self.state_changed: Signal[None] = Signal("list state")
        """``total``, ``new_count``, ``loading`` or ``problem`` changed."""
        self.cache = RowCache(store, tasks, self.rows_loaded.emit, self.rows_changed.emit, self._failed)

    def __len__(self) -> int:
        return len(self.listed.ids)

    @property
    def ids(self) -> "array[int]":
        """The call (seq) of each row."""
        return self.listed.ids

    @property
    def calls(self) -> int:
        """How many calls the rows stand for: more than there are rows in a folded list."""
        return self.listed.calls

    def stands_for(self, seq: int) -> Sequence[int]:
        """The calls the row of this one stands for, itself first. More than one only in a folded list."""
        return self.listed.stands_for(seq)

    def row(self, position: int) -> CallRow | None:
        """The row at this position if it is in memory. On a miss its block is fetched and ``rows_loaded`` tells.

        None as well for a call that is gone from the store since the list was made.
        """
        return self.cache.row(position) if 0 <= position < len(self.ids) else None

    def gone(self, position: int) -> bool:
        """Whether the call at this position was deleted since the list was made."""
        return 0 <= position < len(self.ids) and self.cache.holds(position) and self.row(position) is None

    def position_of(self, seq: int) -> int | None:
        """Where this call is in the list (or the row that stands for it), or None."""
        seq = self.listed.leader(seq)
        if (place := self.cache.place_of(seq)) is not None:
            return place
        try:
            return self.ids.index(seq)  # 8 ms in a million, and only when it is far from what is shown
        except ValueError:
            return None

    async def apply(self, query: Query, *, keep: int | None = None, fold: bool | None = None) -> bool:
        """Make the list anew; ``reset`` is emitted with the first rows in memory. False if a newer query overtook it.

        ``keep`` is a call (seq) that will be looked at next: its rows are read as well. ``fold`` None: as it is.
        """
        if fold is not None:
            self.fold = fold
        self._asked += 1
        asked = self._asked
        self.loading = True
        self.state_changed.emit(None)
        try:
            newest = await self._store.calls.newest()
            listed = await self._store.calls.listed(query, fold=self.fold)
            numbers = {0, *_block_of(listed, keep)} if listed.ids else set()
            blocks = {number: await self.cache.read(number, listed) for number in sorted(numbers)}
        except Exception as error:  # noqa: BLE001 - it is put into words beside the list
            if asked == self._asked:
                self.loading = False
                self._failed(error)
            return False
        if asked != self._asked:
            return False
        # What came between the two readings is in the list already.
        self.newest = max(newest, listed.newest)
        self._show(query, listed, blocks)
        return True

    async def sort(self, column: Column, descending: bool, *, keep: int | None = None) -> bool:
        """The same calls in another order."""
        return await self.apply(self.query.sorted(Sort(column, descending)), keep=keep)

    async def set_fold(self, fold: bool, *, keep: int | None = None) -> bool:
        """Show equal exchanges as one row, or each call by itself."""
        return await self.apply(self.query, keep=keep, fold=fold)

    async def show_new(self, *, keep: int | None = None) -> bool:
        """Make the list anew with the calls that came meanwhile."""
        return await self.apply(self.query, keep=keep)

    @property
    def follows(self) -> bool:
        """Whether new calls are shown as they come."""
        return self._follows

    def follow(self) -> None:
        """Show new calls as they come, until `hold`: the first sync of an empty store fills the list."""
        self._follows = True

    def hold(self) -> None:
        """The reviewer acts in this list: from now on it does not move by itself."""
        self._follows = False

    def store_changed(self, changed: Changed) -> None:
        """Somebody wrote to the store: refresh the rows in memory, count what is new."""
        if changed.all_calls or changed.removed:  # which ones are gone is not told
            self.cache.refresh(None)
        elif changed.calls:
            self.cache.refresh(changed.calls)
        if changed.added or changed.removed:
            self._counter.ask()

    def patch(self, seqs: Iterable[int], change: Callable[[CallRow], CallRow]) -> None:
        """Show a committed decision at once, before the rows are read again."""
        self.cache.patch(seqs, change)

    async def through(self) -> bool:
        """Wait until nothing is being loaded, refreshed or counted. False if that was so already."""
        return await self.cache.through() | await self._counter.through()

    def _show(self, query: Query, listed: Listed, blocks: dict[int, list[CallRow]]) -> None:
        self.query = query
        self.listed = listed
        self.new_count = 0
        self.loading = False
        self.problem = None
        self.cache.reset(listed, blocks)
        self.reset.emit(None)
        self.state_changed.emit(None)
        self._counter.ask()

    async def _count(self) -> None:
        asked = self._asked
        total = await self._store.calls.total()
        new = await self._store.calls.count(self.query, came_after=self.newest)
        if asked != self._asked:
            return  # a newer list counts by itself
        if (total, new) == (self.total, self.new_count):
            return
        self.total, self.new_count = total, new
        self.state_changed.emit(None)
        if new and (self._follows or not self.ids):
            await self.apply(self.query)

    def _failed(self, error: Exception) -> None:
        self.problem = problem_from(error, "list")
        self.state_changed.emit(None)


def _block_of(listed: Listed, seq: int | None) -> tuple[int, ...]:
    if seq is None:
        return ()
    try:
        return (listed.ids.index(listed.leader(seq)) // BLOCK,)
    except ValueError:
        return ()
