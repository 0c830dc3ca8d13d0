"""My acts on their way to the server: lanes per call, first in first out, payloads frozen."""

from collections.abc import Collection, Sequence

from atlas_desktop.database.database import Database
from atlas_desktop.store.changed import Changed
from atlas_desktop.store.rows import OutboxCounts, OutboxItem, OutboxRow, OutboxState
from atlas_desktop.store.settled import Settled


class Outbox:
    """The sender's side, and what the Sync screen does by hand."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def eligible(
        self,
        limit: int,
        max_bytes: int,
        *,
        states: Collection[OutboxState] = ("ready", "unknown"),
        skip_lanes: Collection[int] = (),
    ) -> list[OutboxRow]:
        """Rows that may go now, oldest first: the head of each lane, so one per call.

        ``max_bytes`` bounds the sum of payloads (a single larger row still goes, alone).
        """
        raise NotImplementedError

    async def mark_inflight(self, seqs: Sequence[int]) -> Changed:
        """About to be sent: frozen from here on, and one attempt counted."""
        raise NotImplementedError

    async def settle(self, settled: Sequence[Settled]) -> Changed:
        """Record what became of rows, all in one transaction. Harmless when it comes twice or late."""
        raise NotImplementedError

    async def recover(self) -> Changed:
        """After a start: what was in flight has no answer now."""
        raise NotImplementedError

    async def counts(self) -> OutboxCounts:
        """How many acts are in each state."""
        raise NotImplementedError

    async def items(self, states: Collection[OutboxState], limit: int = 500) -> list[OutboxItem]:
        """Acts for the Sync screen, oldest first."""
        raise NotImplementedError

    async def retry(self, seq: int) -> Changed:
        """Send a conflicting, rejected or parked act again as it is."""
        raise NotImplementedError

    async def discard(self, seq: int) -> Changed:
        """Give up a conflicting, rejected or parked act. It is kept in the trash for 30 days."""
        raise NotImplementedError
