"""What waits to be sent, and what needs a person: the Sync screen without the screen."""

from typing import TYPE_CHECKING

from atlas_desktop.app.signals import Signal

if TYPE_CHECKING:
    from atlas_desktop.store.outbox import OutboxCounts, OutboxItem


class OutboxView:
    """Counts and items, fresh after every change."""

    def __init__(self) -> None:
        self.counts: OutboxCounts | None = None
        self.items: tuple[OutboxItem, ...] = ()
        self.changed: Signal[None] = Signal("outbox view")

    async def refresh(self) -> None:
        """Read again."""
        raise NotImplementedError

    async def retry(self, seq: int) -> None:
        """Send this one again."""
        raise NotImplementedError

    async def discard(self, seq: int) -> None:
        """Put this one into the trash: it is not sent."""
        raise NotImplementedError
