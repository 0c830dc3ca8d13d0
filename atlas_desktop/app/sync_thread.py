"""The sync engine, run off the UI thread; what it says arrives on the UI's loop."""

import asyncio
import contextlib
import logging
import random
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from dataclasses import replace
from typing import Any, Final, TypeVar

from atlas_desktop.api.client import AsyncAtlas
from atlas_desktop.app.loop_thread import LoopThread
from atlas_desktop.app.signals import Signal
from atlas_desktop.store.changed import Changed
from atlas_desktop.store.store import Store
from atlas_desktop.sync.clock import SystemClock
from atlas_desktop.sync.engine import Engine
from atlas_desktop.sync.status import StatusChanged, SyncEvent, SyncStatus
from atlas_desktop.tasks import Tasks

T = TypeVar("T")

_STOPPED: Final = (
    "Sending and fetching stopped through a mistake of the app. What you rated is safe on this computer."
)
_log = logging.getLogger(__name__)


class NotOnline(Exception):  # noqa: N818 - a state, not an error
    """There is no server to ask now."""


class SyncThread:
    """Called on the UI's loop only. ``status`` is the newest that arrived here.

    Before `begin` it is a state like any other: the store may be open while the server still starts.
    """

    def __init__(self, store: Store, network: LoopThread, *, offline: bool = False) -> None:
        self._store = store
        self._network = network
        self.offline = offline
        """Offline by hand."""
        self._run: _Run | None = None
        self._stopped = False
        self._reachable = False
        self.status = SyncStatus(link="by_hand" if offline else "connecting")
        self.status_changed: Signal[SyncStatus] = Signal("sync status")
        self.store_changed: Signal[Changed] = Signal("store changed by sync")
        self.failed: Signal[BaseException] = Signal("sync failed")

    @property
    def running(self) -> bool:
        """Whether the engine was started: it was known which server to speak to, with which key."""
        return self._run is not None

    @property
    def stopped(self) -> bool:
        """Whether `stop` was called: it begins no more."""
        return self._stopped

    def begin(self, client: AsyncAtlas) -> None:
        """Start the engine with this client, which is closed with it; a running engine is given the new client."""
        if self._stopped:
            raise RuntimeError("this sync was stopped")
        self._reachable = True
        if self._run is not None:
            self._network.call(self._run.take, client)
            return
        ui = asyncio.get_running_loop()
        run = self._run = _Run(
            self._store,
            client,
            hear=lambda event: _hop(ui, self._hear, event),
            failed=lambda error: _hop(ui, self._failed, run, error),
        )
        self._network.call(run.engine.set_offline, self.offline)
        run.future = self._network.begin(run.work())

    def withdraw(self) -> None:
        """The server ended: send nothing more to its address until `begin` brings another client."""
        self._reachable = False
        if self._run is not None:
            self._network.call(self._run.withdraw)

    def wake(self) -> None:
        """A decision was committed: push soon."""
        if self._run is not None:
            self._network.call(self._run.engine.wake)

    async def ask(self, make: Callable[[AsyncAtlas], Coroutine[Any, Any, T]]) -> T:
        """One request beside the engine's, made over there. Raises NotOnline when it could not go, and AtlasError."""
        if self._run is None or not self._reachable or self.status.link != "online":
            raise NotOnline
        return await self._network.run(make(self._run.client))

    def try_again(self) -> None:
        """The person wants it now: forget back-off and every gate but the key's."""
        if self._run is not None:
            self._network.call(self._run.engine.try_again)

    def set_offline(self, offline: bool) -> None:
        """Go offline by hand, or back."""
        self.offline = offline
        if self._run is not None:
            self._network.call(self._run.engine.set_offline, offline)
        else:
            self.show(SyncStatus(link="by_hand" if offline else "connecting"))

    def show(self, status: SyncStatus) -> None:
        """Say this status: the engine's, or that of whoever could not start it, who knows no time of a pull."""
        if not self._stopped:
            status = replace(status, synced_at_ms=status.synced_at_ms or self.status.synced_at_ms)
            self.status = status
            self.status_changed.emit(status)

    async def stop(self) -> None:
        """End the engine and close its client. Waits until neither touches the store any more."""
        self._stopped = True
        run, self._run = self._run, None
        if run is not None and run.future is not None:
            self._network.call(run.stop)
            await asyncio.wrap_future(run.future)

    def _hear(self, event: SyncEvent) -> None:
        if isinstance(event, StatusChanged):
            self.show(event.status)
        elif not self._stopped:
            self.store_changed.emit(event.changed)

    def _failed(self, run: "_Run", error: BaseException) -> None:
        if self._stopped or run is not self._run:
            return
        self._run = None
        self.show(SyncStatus(link="offline", pending=self.status.pending, problem=_STOPPED))
        self.failed.emit(error)


class _Run:
    """One engine with its client: made on the UI's loop, then touched only on the network's."""

    def __init__(
        self,
        store: Store,
        client: AsyncAtlas,
        hear: Callable[[SyncEvent], None],
        failed: Callable[[BaseException], None],
    ) -> None:
        self.client = client
        self._failed = failed
        self._ended = asyncio.Event()
        self._tasks = Tasks(self._bug)
        self.future: Future[None] | None = None
        self.engine = Engine(
            store=store,
            client=client,
            clock=SystemClock(),
            rng=random.Random(),  # noqa: S311 - jitter, no secret
            listen=hear,
        )

    async def work(self) -> None:
        # A future of run_coroutine_threadsafe is done the moment it is cancelled, while its task still runs:
        # only an end that the task itself reaches says that the store is not touched any more.
        engine = self._tasks.spawn("sync engine", self.engine.run())
        stop = self._tasks.spawn("sync stops", self._ended.wait())
        try:
            await asyncio.wait([engine, stop], return_when=asyncio.FIRST_COMPLETED)
        finally:
            await self._tasks.close()
            await self.client.close()

    def take(self, client: AsyncAtlas) -> None:
        old, self.client = self.client, client
        self.engine.key_changed(client)
        self._tasks.spawn("old client closes", old.close())

    def withdraw(self) -> None:
        self.engine.withdraw()
        self._tasks.spawn("old client closes", self.client.close())

    def stop(self) -> None:
        self._ended.set()

    def _bug(self, name: str, error: BaseException) -> None:
        _log.error("%s failed", name, exc_info=error)
        self._failed(error)


def _hop(ui: asyncio.AbstractEventLoop, work: Callable[..., object], *args: object) -> None:
    # The UI's loop may be gone when the last event comes.
    with contextlib.suppress(RuntimeError):
        ui.call_soon_threadsafe(work, *args)
