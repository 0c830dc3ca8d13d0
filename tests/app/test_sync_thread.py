import asyncio
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from atlas_desktop.api.client import AsyncAtlas
from atlas_desktop.app import sync_thread as module
from atlas_desktop.app.home import Home
from atlas_desktop.app.loop_thread import LoopThread
from atlas_desktop.app.problems import KnownError
from atlas_desktop.app.secrets import KeyVault
from atlas_desktop.app.server_link import ServerLink
from atlas_desktop.app.settings import Connection
from atlas_desktop.app.sync_thread import SyncThread
from atlas_desktop.contract.secret import Secret
from atlas_desktop.store.store import Store
from atlas_desktop.sync.engine import Engine
from atlas_desktop.sync.status import SyncStatus
from atlas_desktop.tasks import Tasks


def client() -> AsyncAtlas:
    return AsyncAtlas("http://127.0.0.1:9/v1", Secret("nm_live_abcdef_0123456789"))


@pytest.fixture
async def network() -> AsyncIterator[LoopThread]:
    thread = LoopThread("network")
    thread.start()
    yield thread
    await thread.close()


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    made = Store.open(tmp_path / "atlas.db")
    yield made
    await made.close()


async def heard(sync: SyncThread, link: str) -> SyncStatus:
    changed = asyncio.Event()
    stop = sync.status_changed.connect(lambda _: changed.set())
    async with asyncio.timeout(20):
        while sync.status.link != link:
            changed.clear()
            await changed.wait()
    stop()
    return sync.status


async def test_what_the_engine_says_arrives_on_this_loop(store: Store, network: LoopThread) -> None:
    sync = SyncThread(store, network)
    loops = []
    sync.status_changed.connect(lambda _: loops.append(asyncio.get_running_loop()))
    assert (sync.status.link, sync.running) == ("connecting", False)
    sync.begin(client())
    status = await heard(sync, "offline")
    assert status.problem
    assert set(loops) == {asyncio.get_running_loop()}
    sync.set_offline(True)
    await heard(sync, "by_hand")
    await sync.stop()
    sync.status_changed.connect(lambda _: pytest.fail("nothing more is said"))
    sync.set_offline(False)
    with pytest.raises(RuntimeError):
        sync.begin(client())


async def test_offline_from_the_start_sends_nothing(store: Store, network: LoopThread) -> None:
    sync = SyncThread(store, network, offline=True)
    assert sync.status.link == "by_hand"
    links: list[str] = []
    sync.status_changed.connect(lambda now: links.append(now.link))
    sync.begin(client())
    sync.try_again()
    sync.wake()
    await network.run(asyncio.sleep(0.05))
    await sync.stop()
    assert set(links) <= {"by_hand"}


async def test_an_engine_that_fails_is_said_and_can_be_started_again(
    store: Store, network: LoopThread, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Failing(Engine):
        async def run(self) -> None:
            raise ZeroDivisionError("ours")

    sync = SyncThread(store, network)
    failures: list[BaseException] = []
    sync.failed.connect(failures.append)
    with monkeypatch.context() as patch:
        patch.setattr(module, "Engine", Failing)
        sync.begin(client())
        status = await heard(sync, "offline")
    assert "safe on this computer" in (status.problem or "")
    assert [type(each) for each in failures] == [ZeroDivisionError]
    assert sync.running is False
    sync.begin(client())
    sync.set_offline(True)
    await heard(sync, "by_hand")
    await sync.stop()


async def test_stopping_what_never_began_does_nothing(store: Store, network: LoopThread) -> None:
    sync = SyncThread(store, network)
    sync.wake()
    sync.try_again()
    await sync.stop()


async def test_who_knows_no_time_of_a_pull_does_not_take_it_away(store: Store, network: LoopThread) -> None:
    sync = SyncThread(store, network)
    sync.show(SyncStatus(synced_at_ms=5))
    sync.show(SyncStatus(link="auth", problem="no key"))
    sync.set_offline(True)
    assert (sync.status.link, sync.status.synced_at_ms) == ("by_hand", 5)
    await sync.stop()


async def test_a_server_that_cannot_be_reached_does_not_hide_what_is_not_sent(
    store: Store, network: LoopThread, tmp_path: Path
) -> None:
    sync = SyncThread(store, network)
    sync.show(SyncStatus(link="online", synced_at_ms=5, pending=2, needs_you=1))
    tasks = Tasks(lambda name, error: pytest.fail(f"{name}: {error!r}"))
    there = Connection(id="nobody", title="There", base_url="http://127.0.0.1:9/v1")
    link = ServerLink(Home(tmp_path), there, sync, network, KeyVault(), tasks, judge=_no_judge)
    with pytest.raises(KnownError):
        await link.connect()
    status = sync.status
    assert (status.link, status.pending, status.needs_you, status.synced_at_ms) == ("auth", 2, 1, 5)
    assert status.problem
    await sync.stop()
    await tasks.close()


async def test_closing_while_the_server_is_being_reached_is_quiet(
    store: Store, network: LoopThread, tmp_path: Path
) -> None:
    making, go_on = threading.Event(), threading.Event()
    closed: list[str] = []

    class Slow(AsyncAtlas):
        def __init__(self, base_url: str, key: Secret) -> None:
            making.set()
            go_on.wait(10)
            super().__init__(base_url, key)

        async def close(self) -> None:
            closed.append(self.base_url)
            await super().close()

    sync = SyncThread(store, network)
    tasks = Tasks(lambda name, error: pytest.fail(f"{name}: {error!r}"))
    vault = KeyVault()
    there = Connection(id="there", title="There", base_url="http://127.0.0.1:9/v1")
    await vault.set(there.id, Secret("nm_live_abcdef_0123456789abcdef0123"))
    link = ServerLink(Home(tmp_path), there, sync, network, vault, tasks, judge=_no_judge, make_client=Slow)
    connecting = tasks.spawn("connect", link.connect())
    while not making.is_set():  # noqa: ASYNC110 - set on the network's thread
        await asyncio.sleep(0)
    await sync.stop()
    go_on.set()
    await connecting
    assert not sync.running
    assert closed == [there.base_url]
    await tasks.close()


async def _no_judge() -> None:
    """None is set up."""
