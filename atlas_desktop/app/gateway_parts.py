"""What the gateway gives the window: releases, usage, refunds; made and connected."""

from dataclasses import dataclass

from atlas_desktop.app.refunds import RefundBook
from atlas_desktop.app.releases import ReleaseBook
from atlas_desktop.app.sync_thread import SyncThread
from atlas_desktop.app.usage import UsageBook
from atlas_desktop.sync.status import SyncStatus
from atlas_desktop.tasks import Tasks


@dataclass(frozen=True, slots=True)
class GatewayParts:
    """Of one workspace. All of it is asked of the server when somebody looks; nothing is queued."""

    releases: ReleaseBook
    usage: UsageBook
    refunds: RefundBook

    async def settled(self) -> None:
        """Wait until nothing is asked any more."""
        books = (self.releases, self.usage, self.refunds)
        while any([await book.settled() for book in books]):
            continue


def make_gateway_parts(sync: SyncThread, tasks: Tasks) -> GatewayParts:
    """All of them, following the sync."""

    def online() -> bool:
        return sync.status.link == "online"

    parts = GatewayParts(
        ReleaseBook(sync.ask, tasks, online),
        UsageBook(sync.ask, tasks, online),
        RefundBook(sync.ask, tasks, online),
    )
    links = [sync.status.link]

    def moved(status: SyncStatus) -> None:
        before, links[0] = links[0], status.link
        if status.link != before:
            parts.releases.online_changed()
            parts.usage.online_changed()
            parts.refunds.online_changed()

    sync.status_changed.connect(moved)
    sync.store_changed.connect(parts.refunds.store_changed)
    sync.store_changed.connect(parts.usage.store_changed)
    # A decided refund changes its call, which the next pull brings.
    parts.refunds.decided.connect(lambda _: sync.wake())
    return parts
