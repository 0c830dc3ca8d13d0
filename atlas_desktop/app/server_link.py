"""What connects a workspace to its server: the child process or the key, then the client, then the engine."""

import logging
import time
from dataclasses import replace
from typing import Final

from atlas_desktop.api.client import AsyncAtlas
from atlas_desktop.api.errors import AtlasError
from atlas_desktop.app.connections import MakeClient
from atlas_desktop.app.home import Home
from atlas_desktop.app.local_server import KeysToHand, LocalServer, Reachable, WhoJudges, no_keys
from atlas_desktop.app.loop_thread import LoopThread
from atlas_desktop.app.problems import SAFE, KnownError, Problem, problem_from
from atlas_desktop.app.sample import import_sample
from atlas_desktop.app.secrets import KeyVault
from atlas_desktop.app.settings import Connection
from atlas_desktop.app.signals import Signal
from atlas_desktop.app.sync_thread import SyncThread
from atlas_desktop.contract.capabilities import Health
from atlas_desktop.contract.secret import Secret
from atlas_desktop.sync.status import Link
from atlas_desktop.tasks import Tasks
from atlas_desktop.wording import tr

# A child that ends again so soon would only end once more.
_RESTART_AFTER_SECONDS: Final = 60.0
_NO_KEY: Final = Secret("none")
_log = logging.getLogger(__name__)


class ServerLink:
    """Connects once, and again when the child ended or the key is new. Used on the UI's loop only."""

    def __init__(
        self,
        home: Home,
        connection: Connection,
        sync: SyncThread,
        network: LoopThread,
        vault: KeyVault,
        tasks: Tasks,
        *,
        judge: WhoJudges,
        provider_keys: KeysToHand = no_keys,
        make_client: MakeClient = AsyncAtlas,
    ) -> None:
        self._connection = connection
        self._sync = sync
        self._network = network
        self._vault = vault
        self._tasks = tasks
        self._make_client = make_client
        self._started_at = float("-inf")
        self._restarted = False
        self.reached: Reachable | None = None
        """Where the server was reached last, and with which key."""
        self._server: LocalServer | None = None
        self.down = True
        """Nothing is there to speak to, until `connect` is called again."""
        self.problem: Signal[Problem] = Signal("server link problem")
        self.connected: Signal[Reachable] = Signal("server reached")
        if connection.kind == "local":
            self._server = LocalServer(
                home.server_db,
                home.log_dir / "local-server.log",
                self._ask_health,
                reviewer=connection.reviewer,
                judge=judge,
                provider_keys=provider_keys,
            )

    @property
    def local(self) -> bool:
        """Whether it is the Atlas of this computer."""
        return self._server is not None

    @property
    def child_pid(self) -> int | None:
        """The process id of the local server, while there is one."""
        return self._server.pid if self._server is not None else None

    async def connect(self, *, sample: bool = False) -> None:
        """Reach the server and start the engine, or give it the new client. Raises KnownError, and says so."""
        try:
            reached = self.reached = await self._reach()
            if sample:
                await self._network.run(_import_sample(self._make_client, reached))
        except (KnownError, AtlasError) as error:
            problem = problem_from(error, "local" if self._server is not None else "connection")
            self._say(problem)
            raise KnownError(problem) from error
        # Over there, because a TLS context reads the system's certificates: 15 ms and more.
        client = await self._network.run(_make(self._make_client, reached))
        if self._sync.stopped:
            # The workspace was closed while its server was being reached.
            await self._network.run(client.close())
            return
        self._sync.begin(client)
        self.down = False
        self.connected.emit(reached)

    async def close(self) -> None:
        """End the child, if there is one. The engine must have stopped."""
        if self._server is not None:
            await self._server.stop()

    async def _reach(self) -> Reachable:
        if self._server is not None:
            # A child that still runs is ended by this.
            self._sync.withdraw()
            self._started_at = time.monotonic()
            return await self._server.start(self._child_ended)
        key = await self._vault.get(self._connection.id)
        if key is None:
            raise KnownError(_key_missing(self._vault.why))
        return Reachable(self._connection.base_url, key)

    def _child_ended(self, problem: Problem) -> None:
        # Before anything else: its port is anybody's now (sync.md, threat 14).
        self._sync.withdraw()
        _log.error("%s: %s", problem.title, problem.detail)
        self.down = True
        self.problem.emit(problem)
        lived = time.monotonic() - self._started_at
        if lived >= _RESTART_AFTER_SECONDS or not self._restarted:
            self._restarted = True
            self._tasks.spawn("local server restarts", self.connect())
        else:
            self._say(problem)

    def _say(self, problem: Problem) -> None:
        """Beside what the engine said last: how much is not sent yet stays true."""
        link: Link = "auth" if problem.code == "key_missing" else "offline"
        words = f"{problem.title}. {problem.safe}"
        self._sync.show(replace(self._sync.status, link=link, problem=words, to_pull=None))

    async def _ask_health(self, base_url: str, nonce: str) -> Health:
        return await self._network.run(_health(self._make_client, base_url, nonce))


async def _make(make_client: MakeClient, reached: Reachable) -> AsyncAtlas:
    return make_client(reached.base_url, reached.key)


async def _health(make_client: MakeClient, base_url: str, nonce: str) -> Health:
    # Health is asked without a key; that this client holds none makes sure of it.
    async with make_client(base_url, _NO_KEY) as client:
        return await client.health(nonce)


async def _import_sample(make_client: MakeClient, reached: Reachable) -> None:
    async with make_client(reached.base_url, reached.key) as client:
        await import_sample(client)


def _key_missing(why: str | None) -> Problem:
    return Problem(
        code="key_missing",
        title=tr("This connection has no key here"),
        detail=why or tr("None is in the keyring."),
        safe=f"{tr('You can go on reviewing what is on this computer.')} {tr(SAFE)}",
        action=tr("Enter the key again on the Sync screen."),
        at="connection",
    )
