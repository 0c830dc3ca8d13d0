"""What waits to be sent, and what needs a person: the Sync screen without the screen."""

from collections.abc import Awaitable, Callable
from typing import Final

from atlas_desktop.app.errand import AFTER_THE_FRAME, Errand
from atlas_desktop.app.problems import Problem, problem_from
from atlas_desktop.app.signals import Signal
from atlas_desktop.store.changed import Changed
from atlas_desktop.store.rows import OutboxCounts, OutboxItem, OutboxState
from atlas_desktop.store.store import Store
from atlas_desktop.tasks import Tasks

_NEED_YOU: Final[tuple[OutboxState, ...]] = ("conflict", "rejected", "parked")
_SHOWN: Final = 500
_PAUSE_SECONDS: Final = 0.2


class OutboxView:
    """All counts, and as ``items`` the first 500 acts that need a person; read again after every change."""

    def __init__(self, store: Store, tasks: Tasks) -> None:
        self._store = store
        self._reader = Errand(
            tasks, "outbox view", self._read, self._failed, pause=_PAUSE_SECONDS, wait=AFTER_THE_FRAME
        )
        self.counts = OutboxCounts()
        self.items: tuple[OutboxItem, ...] = ()
        self.problem: Problem | None = None
        self.changed: Signal[None] = Signal("outbox view")
        self.wrote: Signal[Changed] = Signal("store changed by outbox view")
        """Something was put back or discarded: whoever sends or shows calls wants to know."""

    def refresh(self) -> None:
        """Read again, soon."""
        self._reader.ask()

    def store_changed(self, changed: Changed) -> None:
        """Somebody wrote to the store."""
        if changed.outbox:
            self.refresh()

    async def retry(self, seq: int) -> None:
        """Send this one again as it is. Raises DatabaseError."""
        await self._write(lambda: self._store.outbox.retry(seq))

    async def discard(self, seq: int) -> None:
        """Put this one into the trash, where it is kept for 30 days: it is not sent. Raises DatabaseError."""
        await self._write(lambda: self._store.outbox.discard(seq))

    async def through(self) -> bool:
        """Wait until nothing is being read. False if that was so already."""
        return await self._reader.through()

    async def _write(self, act: Callable[[], Awaitable[Changed]]) -> None:
        changed = await act()
        self.refresh()
        self.wrote.emit(changed)

    async def _read(self) -> None:
        counts = await self._store.outbox.counts()
        now = (counts, tuple(await self._store.outbox.items(_NEED_YOU, _SHOWN)), None)
        if now != (self.counts, self.items, self.problem):
            self.counts, self.items, self.problem = now
            self.changed.emit(None)

    def _failed(self, error: Exception) -> None:
        self.problem = problem_from(error, "sync")
        self.changed.emit(None)
