"""The engine: a pull loop and a push loop over one store and one client, started and stopped together."""

import random
from collections.abc import Callable
from typing import TYPE_CHECKING

from atlas_desktop.sync.clock import Clock
from atlas_desktop.sync.status import SyncEvent, SyncStatus

if TYPE_CHECKING:
    from atlas_desktop.api.client import AsyncAtlas
    from atlas_desktop.store.store import Store


class Engine:
    """Keeps one store and one server in step.

    Every method is called on the loop that runs `run`. ``listen`` is called on it too, and must be quick.
    """

    status: SyncStatus

    def __init__(
        self,
        *,
        store: "Store",
        client: "AsyncAtlas",
        clock: Clock,
        rng: random.Random,
        listen: Callable[[SyncEvent], None],
    ) -> None:
        self.status = SyncStatus()

    async def run(self) -> None:
        """Work until cancelled. Never raises for the network's sake."""
        raise NotImplementedError

    def wake(self) -> None:
        """A decision was committed, or the person wants it now: push and pull without waiting."""

    def set_offline(self, offline: bool) -> None:
        """Go offline, or back, by hand. A request in flight is awaited, none is started."""

    def key_changed(self, client: "AsyncAtlas | None" = None) -> None:
        """There is a new key (in this new client, if given): lift the auth gate."""

    def try_again(self) -> None:
        """The person acted: lift every gate but the one for the key, and forget back-off."""
