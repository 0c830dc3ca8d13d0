"""One run of the program: which workspace is open, and what opens and closes with it."""

import asyncio
import logging

from atlas_desktop.api.client import AsyncAtlas
from atlas_desktop.app import removal
from atlas_desktop.app.alerts import Alerts, wanted
from atlas_desktop.app.connections import Connections, MakeClient
from atlas_desktop.app.desktop_notices import DesktopNotices
from atlas_desktop.app.home import Home
from atlas_desktop.app.judge import JudgeSettings
from atlas_desktop.app.keyboard import Keyboard
from atlas_desktop.app.local_zone import local_zone
from atlas_desktop.app.loop_thread import LoopThread
from atlas_desktop.app.problems import KnownError, Problem, problem_from
from atlas_desktop.app.provider_keys import ProviderKeys
from atlas_desktop.app.removal import Removed
from atlas_desktop.app.secrets import KeyVault, news_of
from atlas_desktop.app.server_link import ServerLink
from atlas_desktop.app.settings import Connection, Settings, SettingsFile
from atlas_desktop.app.signals import Signal
from atlas_desktop.app.sync_thread import SyncThread
from atlas_desktop.app.workspace import Workspace, open_workspace, problem_of, unsaved_draft
from atlas_desktop.contract.secret import Secret
from atlas_desktop.domain.alerts import Reading
from atlas_desktop.sync.status import SyncStatus
from atlas_desktop.tasks import Tasks

__all__ = ["Session", "Workspace"]

_log = logging.getLogger(__name__)


class Session:
    """Owns everything that is open. Used on the UI's loop only; close it before that ends.

    Making one reads the settings and starts no thread; `start` does.
    """

    def __init__(
        self,
        home: Home,
        *,
        vault: KeyVault | None = None,
        make_client: MakeClient = AsyncAtlas,
    ) -> None:
        self.home = home
        self.workspace: Workspace | None = None
        self.workspace_changed: Signal[Workspace | None] = Signal("workspace")
        self.status_changed: Signal[SyncStatus] = Signal("sync status")
        self.problem: Signal[Problem] = Signal("problem")
        """Something to show beside what its ``at`` names."""
        self.fell: Signal[tuple[Reading, ...]] = Signal("pass rates fell")
        self.alerts: Alerts | None = None
        self.tasks = Tasks(self._bug)
        self.vault = vault if vault is not None else KeyVault()
        self.settings = SettingsFile(home.settings_file)
        self._loaded = self.settings.load()
        self.keyboard = Keyboard(self.settings.current)
        self._network = LoopThread("network")
        self.notices = DesktopNotices(self._network)
        self._make_client = make_client
        self._switching = asyncio.Lock()
        self._started = False
        self._warned: Workspace | None = None
        self.judge = JudgeSettings(self.settings, self.vault)
        self.provider_keys = ProviderKeys(self.settings, self.vault)
        self.connections = Connections(self.settings, self.vault, self._network, make_client)
        self.settings.changed.connect(self._settings_changed)

    @property
    def offline(self) -> bool:
        """Offline by hand."""
        return self.settings.current.offline

    @property
    def status(self) -> SyncStatus:
        """How the open workspace stands with its server."""
        return self.workspace.sync.status if self.workspace is not None else SyncStatus()

    async def start(self) -> Workspace | None:
        """Open the last connection; None when there is none: then welcome the user. Raises KnownError."""
        self.begin()
        settings = self.settings.current
        known = settings.connection(settings.last_connection) or next(iter(settings.connections), None)
        return await self.open(known.id) if known is not None else None

    def begin(self) -> None:
        """Make the folders and start the network thread; `start` does it. Raises KnownError."""
        if self._started:
            return
        try:
            self.home.create()
        except OSError as error:
            raise KnownError(problem_from(error)) from error
        self._network.start()
        self._started = True
        if self._loaded.problem is not None:
            self.problem.emit(self._loaded.problem)

    async def start_local(self, *, with_sample: bool = True) -> Workspace:
        """Open the Atlas on this computer, made first if need be, with sample calls in it if it has none.

        Returns when it answers; the list is there before (``workspace_changed``). Raises KnownError.
        """
        self.begin()
        connection = await self.connections.local()
        async with self._switching:
            await self._keep_drafts()
            workspace = await self._open(connection)
        empty = await workspace.store.calls.total() == 0
        if workspace.store.report.read_only is None:
            await workspace.link.connect(sample=with_sample and empty)
        return workspace

    async def open(self, connection_id: str) -> Workspace:
        """Close what is open and open this one. The list is usable before the network is. Raises KnownError.

        It raises once where the disk does not take a correction that was written: who asks again goes without it.
        """
        self.begin()
        connection = self.connections.get(connection_id)
        async with self._switching:
            await self._keep_drafts()
            workspace = await self._open(connection)
        self._connect(workspace)
        return workspace

    async def reconnect(self) -> None:
        """Try the server again: the child anew, or the key as it is in the keyring now. Raises KnownError."""
        if self.workspace is not None:
            await self.workspace.link.connect()

    async def replace_key(self, key: Secret) -> None:
        """Another key for the open connection, tested and kept; then go on with it. Raises KnownError."""
        if self.workspace is not None:
            kept = await self.connections.replace_key(self.workspace.connection.id, key)
            await self.reconnect()
            if (news := news_of(kept)) is not None:
                self.problem.emit(news)

    async def judge_changed(self) -> None:
        """The local Atlas asks another judge from now on: it is started anew. Raises KnownError."""
        if self.workspace is not None and self.workspace.connection.kind == "local":
            await self.reconnect()

    async def unsent(self, connection_id: str) -> int | None:
        """How many ratings of a connection are only on this computer; None if unreadable. Raises KnownError."""
        async with self._switching:
            connection = self.connections.get(connection_id)
            if self.workspace is not None and self.workspace.connection.id == connection_id:
                return (await self.workspace.store.outbox.counts()).unsent
            return await removal.count_unsent(self.home, connection)

    async def remove(self, connection_id: str) -> Removed:
        """Forget a connection, its key and its local copy; the open one is closed first. Raises KnownError."""
        async with self._switching:
            connection = self.connections.get(connection_id)
            if self.workspace is not None and self.workspace.connection.id == connection_id:
                await self._close_workspace()
            return await removal.remove(self.home, self.connections, connection)

    def sync_now(self) -> None:
        """Push and pull without waiting, lifting what only waited; reach the server again if it was lost."""
        if self.workspace is None:
            return
        self.workspace.sync.try_again()
        if self.workspace.link.down or not self.workspace.sync.running:
            self._connect(self.workspace)

    async def set_offline(self, offline: bool) -> None:
        """Go offline by hand, or back; remembered."""
        await self.settings.change(offline=offline)

    async def close(self) -> None:
        """Stop the engine, close the store, end the child server, in that order."""
        await self.tasks.close()
        async with self._switching:
            try:
                await self._close_workspace()
            finally:
                await self._network.close()
                self.vault.drop()

    async def _keep_drafts(self) -> None:
        workspace = self.workspace
        if workspace is None or workspace is self._warned or await workspace.correction.drafts.save():
            return
        self._warned = workspace
        raise KnownError(unsaved_draft(workspace.connection))

    async def _open(self, connection: Connection) -> Workspace:
        await self._close_workspace()
        settings = self.settings.current
        workspace = await open_workspace(
            self.home,
            connection,
            self._network,
            self._link,
            self._bug,
            provider_keys=self.provider_keys,
            auto_advance=settings.auto_advance,
            offline=settings.offline,
        )
        workspace.sync.status_changed.connect(self.status_changed.emit)
        workspace.sync.failed.connect(lambda error: self.problem.emit(problem_from(error, "sync")))
        workspace.link.problem.connect(self.problem.emit)
        self.workspace = workspace
        self._watch(workspace)
        self.workspace_changed.emit(workspace)
        self.status_changed.emit(workspace.sync.status)
        if (problem := problem_of(workspace.store.report)) is not None:
            self.problem.emit(problem)
        await self.settings.change(last_connection=connection.id)
        return workspace

    def _watch(self, workspace: Workspace) -> None:
        self.alerts = Alerts(workspace.store, workspace.tasks, local_zone)
        self.alerts.fell.connect(self.fell.emit)
        workspace.sync.store_changed.connect(self.alerts.store_changed)
        workspace.review.changed.connect(self.alerts.store_changed)
        self.alerts.follow(wanted(self.settings.current))

    def _connect(self, workspace: Workspace) -> None:
        if (newer := workspace.store.report.read_only) is not None:
            # Nothing that comes could be written down.
            workspace.sync.show(SyncStatus(link="by_hand", problem=problem_from(newer).sentence))
        else:
            workspace.tasks.spawn("connect", workspace.link.connect())

    def _link(self, connection: Connection, sync: SyncThread, tasks: Tasks) -> ServerLink:
        return ServerLink(
            self.home,
            connection,
            sync,
            self._network,
            self.vault,
            tasks,
            judge=self.judge.chosen,
            provider_keys=self.provider_keys.all,
            make_client=self._make_client,
        )

    async def _close_workspace(self) -> None:
        workspace, self.workspace = self.workspace, None
        if self.alerts is not None:
            self.alerts.close()
        if workspace is not None:
            self.workspace_changed.emit(None)
            await workspace.close()

    def _settings_changed(self, settings: Settings) -> None:
        self.keyboard.follow(settings)
        workspace = self.workspace
        if workspace is not None:
            workspace.review.auto_advance = settings.auto_advance
            if settings.offline != workspace.sync.offline:
                workspace.sync.set_offline(settings.offline)
            if self.alerts is not None:
                self.alerts.follow(wanted(settings))

    def _bug(self, name: str, error: BaseException) -> None:
        problem = problem_from(error)
        if problem.bug:
            _log.error("%s failed", name, exc_info=error)
        self.problem.emit(problem)
