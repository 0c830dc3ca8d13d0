"""Rows of the list in memory: blocks of 200, least recently looked at first out."""

from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from atlas_desktop.app.errand import AFTER_THE_FRAME, Errand
from atlas_desktop.store.folding import Listed
from atlas_desktop.store.rows import CallRow
from atlas_desktop.store.store import Store
from atlas_desktop.tasks import Tasks

BLOCK: Final = 200
_KEPT_BLOCKS: Final = 32
# Of a fast scroll only the last places matter; what is painted again asks again.
_WANTED_BLOCKS: Final = 6


@dataclass(frozen=True, slots=True)
class Span:
    """Rows ``first`` to ``last``, both included."""

    first: int
    last: int


class RowCache:
    """Answers from memory only. What is missing or stale is fetched in the background, the newest wish first."""

    def __init__(
        self,
        store: Store,
        tasks: Tasks,
        loaded: Callable[[Span], None],
        changed: Callable[[frozenset[int]], None],
        failed: Callable[[Exception], None],
    ) -> None:
        self._store = store
        self._loaded = loaded
        self._changed = changed
        self._loader = Errand(tasks, "rows load", self._load, failed)
        self._refresher = Errand(tasks, "rows refresh", self._refresh, failed, wait=AFTER_THE_FRAME)
        self._list = Listed()
        self._blocks: OrderedDict[int, list[CallRow | None]] = OrderedDict()
        self._places: dict[int, int] = {}
        self._wanted: OrderedDict[int, None] = OrderedDict()
        self._stale: set[int] = set()
        self._generation = 0

    async def through(self) -> bool:
        """Wait until nothing is being fetched. False if that was so already."""
        return await self._loader.through() | await self._refresher.through()

    def reset(self, listed: Listed, blocks: dict[int, list[CallRow]]) -> None:
        """Another list, with these blocks of it already read."""
        self._generation += 1
        self._list = listed
        self._blocks.clear()
        self._places.clear()
        self._wanted.clear()
        self._stale.clear()
        for number, rows in blocks.items():
            self._put(number, rows)

    def row(self, position: int) -> CallRow | None:
        """The row at this position; None on a miss (then it is fetched) and for a call that is gone."""
        number = position // BLOCK
        block = self._blocks.get(number)
        if block is None:
            self._want(number)
            return None
        self._blocks.move_to_end(number)
        return block[position % BLOCK]

    def place_of(self, seq: int) -> int | None:
        """The position of a call whose row is in memory."""
        return self._places.get(seq)

    def holds(self, position: int) -> bool:
        """Whether this position is in memory, be it a row or a gone call."""
        return position // BLOCK in self._blocks

    def patch(self, seqs: Iterable[int], change: Callable[[CallRow], CallRow]) -> None:
        """Change rows in memory at once; a read that began before will not overwrite them."""
        touched = set()
        for seq in seqs:
            row = self._at(seq)
            if row is not None:
                self._set(seq, change(row))
                touched.add(seq)
        if touched:
            self._stale |= touched
            self._changed(frozenset(touched))

    def refresh(self, seqs: Collection[int] | None) -> None:
        """Read these rows again (None: all), as far as they are in memory; folded ones with any of their calls."""
        if seqs is not None and self._list.leaders:
            seqs = {self._list.leader(seq) for seq in seqs}
        if seqs is None:
            self._stale |= self._places.keys()
        elif len(seqs) <= len(self._places):
            self._stale.update(seq for seq in seqs if seq in self._places)
        else:
            self._stale.update(seq for seq in self._places if seq in seqs)
        if self._stale:
            self._refresher.ask()

    async def read(self, number: int, listed: Listed) -> list[CallRow]:
        """The rows of one block of a list, straight from the store."""
        return await self._rows(listed, listed.ids[number * BLOCK : (number + 1) * BLOCK])

    async def ensure(self, position: int) -> None:
        """Have this position in memory when this returns."""
        number = position // BLOCK
        if number in self._blocks:
            return
        generation = self._generation
        rows = await self.read(number, self._list)
        if generation == self._generation and number not in self._blocks:
            self._arrived(number, rows)

    def _want(self, number: int) -> None:
        self._wanted[number] = None
        self._wanted.move_to_end(number)
        while len(self._wanted) > _WANTED_BLOCKS:
            self._wanted.popitem(last=False)
        self._loader.ask()

    async def _load(self) -> None:
        while self._wanted:
            number, _ = self._wanted.popitem(last=True)
            await self.ensure(number * BLOCK)

    async def _refresh(self) -> None:
        while self._stale:
            asked, self._stale = self._stale, set()
            await self._refresh_these(asked)

    async def _refresh_these(self, asked: set[int]) -> None:
        generation = self._generation
        places = sorted((self._places[seq], seq) for seq in asked if seq in self._places)
        found: dict[int, CallRow] = {}
        for start in range(0, len(places), BLOCK):
            part = [seq for _, seq in places[start : start + BLOCK]]
            found |= {row.seq: row for row in await self._rows(self._list, part)}
        if generation != self._generation:
            return
        # What went stale again while we read is read once more: this reading may be older than that change.
        fresh = [seq for _, seq in places if seq not in self._stale and seq in self._places]
        different = [seq for seq in fresh if self._at(seq) != found.get(seq)]
        for seq in different:
            self._set(seq, found.get(seq))
        if different:
            self._changed(frozenset(different))

    async def _rows(self, listed: Listed, seqs: Sequence[int]) -> list[CallRow]:
        rows = await self._store.calls.rows(seqs)
        groups = {row.seq: listed.groups[row.seq] for row in rows if row.seq in listed.groups}
        if not groups:
            return rows
        mixed = await self._store.calls.rated_differently(groups)
        return [replace(row, copies=listed.copies(row.seq), mixed=row.seq in mixed) for row in rows]

    def _arrived(self, number: int, rows: list[CallRow]) -> None:
        self._put(number, rows)
        first = number * BLOCK
        self._loaded(Span(first, min(first + BLOCK, len(self._list.ids)) - 1))

    def _put(self, number: int, rows: list[CallRow]) -> None:
        by_seq = {row.seq: row for row in rows}
        seqs = self._list.ids[number * BLOCK : (number + 1) * BLOCK]
        self._blocks[number] = [by_seq.get(seq) for seq in seqs]
        self._places.update(zip(seqs, range(number * BLOCK, number * BLOCK + len(seqs)), strict=True))
        while len(self._blocks) > _KEPT_BLOCKS:
            dropped, _ = self._blocks.popitem(last=False)
            for seq in self._list.ids[dropped * BLOCK : (dropped + 1) * BLOCK]:
                self._places.pop(seq, None)

    def _at(self, seq: int) -> CallRow | None:
        place = self._places.get(seq)
        return None if place is None else self._blocks[place // BLOCK][place % BLOCK]

    def _set(self, seq: int, row: CallRow | None) -> None:
        place = self._places[seq]
        self._blocks[place // BLOCK][place % BLOCK] = row
