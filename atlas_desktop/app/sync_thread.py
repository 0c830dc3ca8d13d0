"""The sync engine, run off the UI thread; what it says arrives on the UI's loop."""

from typing import TYPE_CHECKING

from atlas_desktop.app.signals import Signal
from atlas_desktop.sync.status import SyncStatus

if TYPE_CHECKING:
    from atlas_desktop.api.client import AsyncAtlas
    from atlas_desktop.store.changed import Changed


class SyncThread:
    """Called on the UI's loop only. ``status`` is the newest that arrived here."""

    def __init__(self) -> None:
        self.status = SyncStatus()
        self.status_changed: Signal[SyncStatus] = Signal("sync status")
        self.store_changed: Signal[Changed] = Signal("store changed by sync")

    def wake(self) -> None:
        """A decision was committed: push soon."""
        raise NotImplementedError

    def try_again(self) -> None:
        """The person wants it now: forget back-off and every gate but the key's."""
        raise NotImplementedError

    def set_offline(self, offline: bool) -> None:
        """Go offline by hand, or back."""
        raise NotImplementedError

    def use(self, client: "AsyncAtlas") -> None:
        """There is a new client: another key, or a child server on another port."""
        raise NotImplementedError
