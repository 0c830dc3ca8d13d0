"""Calls with their payload in memory: the one at hand and its neighbours, so that the next is already there."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import Final

from atlas_desktop.domain.opinion import Opinion
from atlas_desktop.store.rows import CallRow, OpenCall
from atlas_desktop.store.store import Store
from atlas_desktop.tasks import Tasks

_KEPT: Final = 64
_KEPT_BYTES: Final = 12 * 1024 * 1024


class OpenedCalls:
    """Least recently used calls go out first, by number and by size; the one at hand never does."""

    def __init__(
        self,
        store: Store,
        tasks: Tasks,
        arrived: Callable[[int, OpenCall | None], None],
        failed: Callable[[int, Exception], None],
    ) -> None:
        self._store = store
        self._tasks = tasks
        self._arrived = arrived
        self._failed = failed
        self._calls: OrderedDict[int, OpenCall] = OrderedDict()
        self._wanted: tuple[int, ...] = ()
        self._loads: dict[int, asyncio.Task[None]] = {}
        self._stale: set[int] = set()
        self._reads = 0
        self._moment = 0
        self._changed_at: dict[int, int] = {}
        self._all_changed_at = 0

    async def through(self) -> bool:
        """Wait until nothing is being read. False if that was so already."""
        waited = bool(self._loads)
        while self._loads:
            await asyncio.wait(self._loads.values())
        return waited

    def get(self, seq: int) -> OpenCall | None:
        """The call if it is in memory."""
        return self._calls.get(seq)

    def want(self, seqs: Sequence[int]) -> None:
        """These, the first one first. Reads of anything else that still run are given up."""
        self._wanted = tuple(seqs)
        for seq in [each for each in self._loads if each not in self._wanted]:
            self._loads.pop(seq).cancel()
        for seq in self._wanted:
            if (seq not in self._calls or seq in self._stale) and seq not in self._loads:
                self._loads[seq] = self._tasks.spawn("call opens", self._load(seq))

    async def fresh(self, seq: int) -> OpenCall | None:
        """Read this call now, whatever is in memory. None when it is gone. Raises what the store raises."""
        call = await self._read(seq)
        self._keep(seq, call)
        return call

    def patch(
        self, seqs: Collection[int], opinion: Callable[[Opinion], Opinion], row: Callable[[CallRow], CallRow]
    ) -> None:
        """Show a committed decision at once, before the calls are read again."""
        for seq in self._known(seqs):
            call = self._calls[seq]
            self._calls[seq] = replace(call, row=row(call.row), opinion=opinion(call.opinion))

    def outdated(self, seqs: Collection[int] | None) -> None:
        """These (None: all) read differently in the store now: those that are wanted are read again."""
        self._moment += 1
        self._stale.update(self._known(seqs))
        if seqs is None:
            self._all_changed_at = self._moment
        elif self._reads:
            self._changed_at.update(dict.fromkeys(seqs, self._moment))
        self.want(self._wanted)

    async def _load(self, seq: int) -> None:
        me = asyncio.current_task()
        try:
            call = await self._read(seq)
        except Exception as error:  # noqa: BLE001 - it is put into words in the call's place
            self._failed(seq, error)
            return
        finally:
            if self._loads.get(seq) is me:
                del self._loads[seq]
        self._keep(seq, call)
        self._arrived(seq, call)

    async def _read(self, seq: int) -> OpenCall | None:
        self._reads += 1
        try:
            while True:
                began = self._moment
                call = await self._store.calls.open_call(seq)
                # A reading that began before a change may be older than it, so it is done again.
                if max(self._changed_at.get(seq, 0), self._all_changed_at) <= began:
                    return call
        finally:
            self._reads -= 1
            if not self._reads:
                self._changed_at.clear()

    def _keep(self, seq: int, call: OpenCall | None) -> None:
        self._stale.discard(seq)
        self._calls.pop(seq, None)
        if call is None:
            return
        self._calls[seq] = call
        size = sum(each.weight for each in self._calls.values())
        for dropped in self._by_use():
            if len(self._calls) <= _KEPT and size <= _KEPT_BYTES:
                return
            size -= self._calls.pop(dropped).weight
            self._stale.discard(dropped)

    def _by_use(self) -> list[int]:
        others = [seq for seq in self._calls if seq not in self._wanted]
        return others + [seq for seq in reversed(self._wanted[1:]) if seq in self._calls]

    def _known(self, seqs: Collection[int] | None) -> list[int]:
        return [seq for seq in self._calls if seqs is None or seq in seqs]
