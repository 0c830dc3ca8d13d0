"""The whole program without its screen: real child server, real store, real sync."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import apsw
import psutil
import pytest
from filelock import FileLock
from keyring.backends import fail

from atlas_desktop.api.client import AsyncAtlas
from atlas_desktop.app.connections import LOCAL_TITLE
from atlas_desktop.app.home import Home
from atlas_desktop.app.problems import KnownError, Problem
from atlas_desktop.app.review import NotDone
from atlas_desktop.app.secrets import KeyVault
from atlas_desktop.app.session import Session, Workspace
from atlas_desktop.contract.secret import Secret
from tests.app.desk import sample


@asynccontextmanager
async def a_session(home: Path) -> AsyncIterator[Session]:
    session = Session(Home(home), vault=KeyVault(fail.Keyring))
    try:
        yield session
    finally:
        await session.close()


async def until(session: Session, holds: Callable[[Workspace], bool]) -> Workspace:
    """Wait, told by the signals, until this holds of the open workspace."""
    changed = asyncio.Event()
    workspace = session.workspace
    assert workspace is not None
    stops = [
        session.problem.connect(lambda _: changed.set()),
        workspace.link.connected.connect(lambda _: changed.set()),
    ]
    stops += [
        signal.connect(lambda _: changed.set())
        for signal in (
            workspace.sync.status_changed,
            workspace.browser.state_changed,
            workspace.outbox.changed,
        )
    ]
    async with asyncio.timeout(30):
        while not holds(workspace):
            changed.clear()
            await changed.wait()
    for stop in stops:
        stop()
    return workspace


def in_step(workspace: Workspace) -> bool:
    status = workspace.sync.status
    return status.link == "online" and status.caught_up and status.pending == 0


async def test_first_start_has_no_connection_and_starts_nothing_else(tmp_path: Path) -> None:
    async with a_session(tmp_path / "home") as session:
        assert await session.start() is None
        assert session.workspace is None
        assert session.connections.all == ()


async def test_the_local_atlas_comes_with_real_calls_and_takes_ratings(tmp_path: Path) -> None:
    async with a_session(tmp_path) as session:
        problems: list[Problem] = []
        session.problem.connect(problems.append)
        await session.start_local()
        workspace = await until(session, lambda now: in_step(now) and len(now.browser) == len(sample()))
        review = workspace.review
        await review.settled()
        assert review.current.call is not None
        for verdict in ("up", "down", "unsure"):
            await review.decide(verdict, seq=review.current.seq)
        await review.settled()
        await until(session, lambda now: in_step(now) and now.outbox.counts.pending == 0)
        await review.settled()
        rows = [workspace.browser.row(place) for place in range(3)]
        assert [row.pending if row else None for row in rows] == [False, False, False]
        assert problems == []
    async with a_session(tmp_path) as session:
        again = await session.start()
        assert again is not None
        assert again.connection.title == LOCAL_TITLE
        assert len(again.browser) == len(sample())
        assert again.sync.status.synced_at_ms is not None, "it is known from the time before"
        again = await until(session, in_step)
        assert again.review.progress.today == 3
        assert [row.rating if (row := again.browser.row(place)) else "?" for place in range(2)] == [
            "thumbs_up",
            "thumbs_down",
        ]


async def test_the_sample_is_not_imported_again_into_a_store_that_has_calls(tmp_path: Path) -> None:
    async with a_session(tmp_path) as session:
        await session.start_local()
        await until(session, in_step)
        workspace = await session.start_local()
        assert await workspace.store.calls.total() == len(sample())
        assert len(session.connections.all) == 1


async def test_without_a_sample_it_is_empty_and_online(tmp_path: Path) -> None:
    async with a_session(tmp_path) as session:
        await session.start_local(with_sample=False)
        workspace = await until(session, in_step)
        assert len(workspace.browser) == 0


async def test_offline_by_hand_keeps_ratings_here_and_sends_them_later(tmp_path: Path) -> None:
    async with a_session(tmp_path) as session:
        await session.start_local()
        await until(session, lambda now: in_step(now) and len(now.browser) > 5)
        await session.set_offline(True)
        workspace = await until(session, lambda now: now.sync.status.link == "by_hand")
        await workspace.review.settled()
        await workspace.review.decide("up", seq=workspace.review.current.seq)
        await until(session, lambda now: now.outbox.counts.pending == 1)
        assert session.offline
    async with a_session(tmp_path) as session:
        await session.start()
        workspace = await until(session, lambda now: now.sync.status.link == "by_hand" and now.sync.running)
        assert (await workspace.store.outbox.counts()).pending == 1
        await session.set_offline(False)
        await until(session, in_step)
        assert (await workspace.store.outbox.counts()).pending == 0


async def test_the_child_is_started_again_when_it_dies(tmp_path: Path) -> None:
    async with a_session(tmp_path) as session:
        problems: list[Problem] = []
        session.problem.connect(problems.append)
        await session.start_local()
        workspace = await until(session, in_step)
        first, before = workspace.link.child_pid, workspace.link.reached
        assert first is not None
        psutil.Process(first).kill()
        await until(
            session, lambda now: now.link.child_pid not in (first, None) and now.link.reached != before
        )
        await workspace.review.settled()
        await workspace.review.decide("down", seq=workspace.review.current.seq)
        await until(session, lambda now: in_step(now) and now.outbox.counts.pending == 0)
        assert [problem.code for problem in problems] == ["local_ended"]


async def test_a_child_that_dies_twice_is_not_started_for_ever_but_when_asked(tmp_path: Path) -> None:
    async with a_session(tmp_path) as session:
        problems: list[Problem] = []
        session.problem.connect(problems.append)
        await session.start_local()
        workspace = await until(session, in_step)
        for times in (1, 2):
            here, pid = workspace.link.reached, workspace.link.child_pid
            psutil.Process(pid).kill()
            await until(session, lambda _, times=times: len(problems) == times)  # type: ignore[misc]
            if times == 1:
                await until(session, lambda now, here=here: now.link.reached != here and not now.link.down)  # type: ignore[misc]
        assert workspace.link.down
        assert session.status.problem is not None
        session.sync_now()
        await until(session, lambda now: not now.link.down)
        await workspace.review.settled()
        await workspace.review.decide("down", seq=workspace.review.current.seq)
        await until(session, lambda now: in_step(now) and now.outbox.counts.pending == 0)


async def test_a_file_of_a_newer_version_can_be_read_and_nothing_is_sent_or_lost(tmp_path: Path) -> None:
    async with a_session(tmp_path) as session:
        workspace = await session.start_local()
        await until(session, lambda now: in_step(now) and len(now.browser) == len(sample()))
        path = session.home.store_file(workspace.connection.id)
    connection = apsw.Connection(str(path))
    connection.pragma("user_version", 9_999)
    connection.close()
    async with a_session(tmp_path) as session:
        problems: list[Problem] = []
        session.problem.connect(problems.append)
        opened = await session.start()
        assert opened is not None
        await opened.review.settled()
        assert len(opened.browser) == len(sample())
        assert [problem.code for problem in problems] == ["db_FileTooNew"]
        assert "newer version" in (session.status.problem or "")
        assert not opened.sync.running
        outcome = await opened.review.decide("up", seq=opened.review.current.seq)
        assert isinstance(outcome, NotDone)
        assert outcome.problem.action


async def test_a_damaged_file_is_replaced_and_that_is_said(tmp_path: Path) -> None:
    async with a_session(tmp_path) as session:
        workspace = await session.start_local()
        await until(session, lambda now: in_step(now) and len(now.browser) == len(sample()))
        path = session.home.store_file(workspace.connection.id)
    path.write_bytes(b"not a database at all" * 1000)
    async with a_session(tmp_path) as session:
        problems: list[Problem] = []
        session.problem.connect(problems.append)
        await session.start()
        await until(session, lambda now: in_step(now) and len(now.browser) == len(sample()))
        assert [problem.code for problem in problems] == ["store_repaired"]
        assert "kept as" in problems[0].safe


async def test_one_process_a_workspace(tmp_path: Path) -> None:
    async with a_session(tmp_path) as session:
        workspace = await session.start_local(with_sample=False)
        async with a_session(tmp_path) as other:
            with pytest.raises(KnownError) as raised:
                await other.start()
            assert raised.value.problem.code == "open_elsewhere"
            assert other.workspace is None
        lock = Home(tmp_path).lock_file(workspace.connection.id)
    with FileLock(lock, timeout=0):
        pass


async def test_closing_leaves_no_child_and_no_thread(tmp_path: Path) -> None:
    before = set(threading.enumerate())
    async with a_session(tmp_path) as session:
        workspace = await session.start_local(with_sample=False)
        pid = workspace.link.child_pid
    assert pid is not None
    assert not psutil.pid_exists(pid)
    for thread in set(threading.enumerate()) - before:
        thread.join(5)
    assert set(threading.enumerate()) == before


async def test_a_remote_connection_is_tested_kept_and_opened(tmp_path: Path) -> None:
    """The child of one session is the remote server of another."""
    async with a_session(tmp_path / "server") as server:
        await server.start_local()
        workspace = await until(server, in_step)
        reached = workspace.link.reached
        assert reached is not None
        async with a_session(tmp_path / "app") as session:
            session.begin()
            wrong = Secret("nm_live_abcdef_" + "0" * 40)
            with pytest.raises(KnownError) as raised:
                await session.connections.add("Theirs", reached.base_url, wrong)
            assert raised.value.problem.code == "key_refused"
            assert session.connections.all == ()
            added = await session.connections.add("Theirs", reached.base_url, reached.key)
            assert added.kept.where == "memory"
            await session.open(added.connection.id)
            await until(session, lambda now: in_step(now) and len(now.browser) == len(sample()))
            with pytest.raises(KnownError) as raised:
                await session.replace_key(wrong)
            assert raised.value.problem.code == "key_refused"
            await session.replace_key(reached.key)
            await until(session, in_step)
            await session.remove(added.connection.id)
            assert session.workspace is None
            assert session.connections.all == ()
        for path in (tmp_path / "app").rglob("*"):
            if path.is_file():
                assert reached.key.reveal().encode() not in path.read_bytes(), path


async def test_a_connection_without_its_key_opens_for_reviewing_and_asks_for_it(tmp_path: Path) -> None:
    async with a_session(tmp_path / "server") as server:
        await server.start_local()
        workspace = await until(server, in_step)
        reached = workspace.link.reached
        assert reached is not None
        async with a_session(tmp_path / "app") as session:
            session.begin()
            added = await session.connections.add("Theirs", reached.base_url, reached.key)
        async with a_session(tmp_path / "app") as session:
            problems: list[Problem] = []
            session.problem.connect(problems.append)
            await session.start()
            here = await until(session, lambda now: now.sync.status.link == "auth" and bool(problems))
            assert here.connection == added.connection
            assert problems[-1].code == "key_missing"
            assert problems[-1].at == "connection"
            await session.replace_key(reached.key)
            await until(session, in_step)


async def test_a_client_is_never_made_with_another_connections_key(tmp_path: Path) -> None:
    made: list[tuple[str, str]] = []

    def make(base_url: str, key: Secret) -> AsyncAtlas:
        made.append((base_url, key.reveal()))
        return AsyncAtlas(base_url, key)

    session = Session(Home(tmp_path), vault=KeyVault(fail.Keyring), make_client=make)
    try:
        session.begin()
        for name in ("one", "two"):
            await session.vault.set(name, Secret(f"nm_live_{name}_0123456789"))
        await session.settings.change(
            connections=[
                {"id": name, "title": name, "base_url": f"https://{name}.invalid/v1"}
                for name in ("one", "two")
            ]
        )
        for name in ("one", "two", "one"):
            await session.open(name)
            await until(session, lambda now: now.sync.running)
    finally:
        await session.close()
    assert made == [
        (f"https://{name}.invalid/v1", f"nm_live_{name}_0123456789") for name in ("one", "two", "one")
    ]


async def test_a_broken_settings_file_is_said_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "settings.json").write_bytes(b"{")
    async with a_session(tmp_path) as session:
        problems: list[Problem] = []
        session.problem.connect(problems.append)
        assert await session.start() is None
        assert [problem.code for problem in problems] == ["settings_broken"]
