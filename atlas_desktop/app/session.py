"""One run of the program: which workspace is open, and what opens and closes with it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from atlas_desktop.app.call_browser import CallBrowser
from atlas_desktop.app.connections import Connections
from atlas_desktop.app.home import Home
from atlas_desktop.app.outbox import OutboxView
from atlas_desktop.app.problems import Problem
from atlas_desktop.app.review import Review
from atlas_desktop.app.secrets import KeyVault
from atlas_desktop.app.settings import Connection, SettingsFile
from atlas_desktop.app.signals import Signal
from atlas_desktop.app.sync_thread import SyncThread
from atlas_desktop.sync.status import SyncStatus
from atlas_desktop.tasks import Tasks

if TYPE_CHECKING:
    from atlas_desktop.store.store import Store


@dataclass(frozen=True, slots=True)
class Workspace:
    """An open connection: its store, the list over it, the review, the sync."""

    connection: Connection
    store: "Store"
    browser: CallBrowser
    review: Review
    outbox: OutboxView
    sync: SyncThread


class Session:
    """Owns everything that is open. Close it before the loop ends."""

    home: Home
    settings: SettingsFile
    vault: KeyVault
    tasks: Tasks
    connections: Connections

    def __init__(
        self, home: Home, *, settings: SettingsFile | None = None, vault: KeyVault | None = None
    ) -> None:
        self.workspace: Workspace | None = None
        self.workspace_changed: Signal[Workspace | None] = Signal("workspace")
        self.status_changed: Signal[SyncStatus] = Signal("sync status")
        self.problem: Signal[Problem] = Signal("problem")
        """Something to show beside what its ``at`` names."""

    @property
    def offline(self) -> bool:
        """Offline by hand."""
        raise NotImplementedError

    async def start(self) -> Workspace | None:
        """Open the last connection; None when there is none: then welcome the user."""
        raise NotImplementedError

    async def start_local(self, *, with_sample: bool = True) -> Workspace:
        """Open the Atlas on this computer, made first if need be, with sample calls in it if asked. Raises KnownError."""
        raise NotImplementedError

    async def open(self, connection_id: str) -> Workspace:
        """Close what is open and open this one. The list is usable before the network is. Raises KnownError."""
        raise NotImplementedError

    async def set_offline(self, offline: bool) -> None:
        """Go offline by hand, or back; remembered."""
        raise NotImplementedError

    async def close(self) -> None:
        """Stop the engine, close the store, end the child server, in that order."""
        raise NotImplementedError
