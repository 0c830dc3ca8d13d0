"""Removing a connection: what was never sent is said first, and never deleted."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from filelock import FileLock

from atlas_desktop.app.home import Home
from atlas_desktop.app.problems import KnownError
from atlas_desktop.app.secrets import KeyVault
from atlas_desktop.app.session import Session
from atlas_desktop.app.settings import Connection, Settings, save
from atlas_desktop.contract.secret import Secret
from atlas_desktop.store.outbox import STATES
from atlas_desktop.store.store import Store
from tests.app.desk import desk
from tests.app.test_secrets import Ring

HERE = Connection(id="here", title="Here", base_url="http://127.0.0.1:9/v1")
THERE = Connection(id="there", title="There", base_url="http://127.0.0.1:9/v1")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    home.create()
    save(home.settings_file, Settings(connections=(HERE, THERE), last_connection="here", offline=True))
    return home


@pytest.fixture
def ring() -> Ring:
    return Ring()


@pytest.fixture
async def session(home: Home, ring: Ring) -> AsyncIterator[Session]:
    session = Session(home, vault=KeyVault(lambda: ring))
    for connection in (HERE, THERE):
        await session.vault.set(connection.id, Secret(f"nm_live_{connection.id}_0123456789"))
    yield session
    await session.close()


async def rated(home: Home, connection: Connection, ratings: int) -> None:
    """A workspace with five calls, of which some were rated and never sent."""
    async with desk(home.store_file(connection.id), 5) as it:
        for _ in range(ratings):
            await it.rate("up")


@pytest.mark.parametrize("open_now", [True, False])
async def test_a_connection_with_nothing_unsent_is_deleted_with_its_key(
    session: Session, home: Home, ring: Ring, open_now: bool
) -> None:
    await rated(home, HERE, 0)
    if open_now:
        await session.start()
    assert await session.unsent("here") == 0
    removed = await session.remove("here")
    assert (removed.unsent, removed.kept, removed.key_deleted) == (0, None, True)
    assert not home.workspace_dir("here").exists()
    assert list(home.trash_dir.iterdir()) == []
    assert [user for _, user in ring.kept] == ["there"]
    assert [each.id for each in session.connections.all] == ["there"]
    assert session.workspace is None
    assert session.settings.current.last_connection is None


@pytest.mark.parametrize("open_now", [True, False])
async def test_unsent_ratings_are_counted_and_put_aside_whole(
    session: Session, home: Home, open_now: bool
) -> None:
    await rated(home, HERE, 3)
    async with desk(home.store_file("here")) as it:
        first, second, _ = await it.store.outbox.eligible(3, 1_000_000)
        await it.store.database.write(
            lambda writer: writer.executemany(
                "UPDATE outbox SET state = ? WHERE seq = ?",
                [(STATES.index("conflict"), first.seq), (STATES.index("unknown"), second.seq)],
            ).fetchall()
        )
    if open_now:
        await session.start()
    assert await session.unsent("here") == 3
    removed = await session.remove("here")
    assert removed.unsent == 3
    assert removed.kept is not None
    assert removed.kept.parent == home.trash_dir
    assert not home.workspace_dir("here").exists()
    store = Store.open(removed.kept / "atlas.db")
    assert (await store.outbox.counts()).unsent == 3
    await store.close()


async def test_what_cannot_be_read_is_put_aside_too(session: Session, home: Home) -> None:
    home.workspace_dir("there").mkdir()
    home.store_file("there").write_bytes(b"no database " * 1000)
    assert await session.unsent("there") is None
    removed = await session.remove("there")
    assert removed.unsent is None
    assert removed.kept is not None
    assert (removed.kept / "atlas.db").exists()


async def test_a_connection_that_was_never_opened_leaves_nothing(session: Session, home: Home) -> None:
    assert await session.unsent("there") == 0
    assert (await session.remove("there")).kept is None
    assert not home.workspace_dir("there").exists()


async def test_a_connection_that_is_open_elsewhere_is_not_removed(
    session: Session, home: Home, ring: Ring
) -> None:
    await rated(home, THERE, 1)
    with FileLock(home.lock_file("there")):
        for act in (session.unsent, session.remove):
            with pytest.raises(KnownError) as raised:
                await act("there")
            assert raised.value.problem.code == "open_elsewhere"
    assert [each.id for each in session.connections.all] == ["here", "there"]
    assert len(ring.kept) == 2
    assert home.store_file("there").exists()


async def test_a_key_that_cannot_be_deleted_is_said(session: Session, ring: Ring) -> None:
    def refuse(service: str, username: str) -> None:
        raise RuntimeError(username)

    ring.delete_password = refuse  # type: ignore[method-assign]
    removed = await session.remove("there")
    assert not removed.key_deleted
    assert [each.id for each in session.connections.all] == ["here"]


async def test_removing_twice_at_once_removes_once(session: Session, home: Home) -> None:
    await rated(home, THERE, 1)
    first, second = await asyncio.gather(
        session.remove("there"), session.remove("there"), return_exceptions=True
    )
    assert not isinstance(first, BaseException)
    assert isinstance(second, KnownError)
    assert len(list(home.trash_dir.iterdir())) == 1
