"""Where one was is where one is after a restart."""

import asyncio
from pathlib import Path

import pytest
from keyring.backends import fail

from atlas_desktop.app.home import Home
from atlas_desktop.app.secrets import KeyVault
from atlas_desktop.app.session import Session
from atlas_desktop.app.settings import Connection, Settings, save
from atlas_desktop.app.workspace import Workspace
from atlas_desktop.domain.filter import parse_query
from atlas_desktop.domain.query import Query
from atlas_desktop.store.store import Store
from tests.app.desk import desk, pull, some_calls

THERE = Connection(id="there", title="There", base_url="http://127.0.0.1:9/v1")


@pytest.fixture
async def home(tmp_path: Path) -> Home:
    made = Home(tmp_path)
    async with desk(made.store_file(THERE.id), 450):
        pass
    save(made.settings_file, Settings(connections=(THERE,), offline=True))
    return made


async def _started(home: Home) -> tuple[Session, Workspace]:
    session = Session(home, vault=KeyVault(fail.Keyring))
    workspace = await session.start()
    assert workspace is not None
    await workspace.review.settled()
    return session, workspace


async def _leave_at(home: Home, position: int) -> str:
    session, workspace = await _started(home)
    workspace.review.go(position)
    await workspace.review.settled()
    await session.close()
    here = workspace.review.current.call
    assert here is not None
    return here.row.id


async def test_the_next_start_opens_at_the_call_one_was_at(home: Home) -> None:
    left = await _leave_at(home, 417)
    await _add_calls(home, 5)
    session, workspace = await _started(home)
    try:
        here = workspace.review.current
        assert here.call is not None
        assert (here.call.row.id, here.position, here.total) == (left, 422, 455)
    finally:
        await session.close()


@pytest.mark.parametrize(
    ("line", "fold"),
    [
        ("customer:northwind sort:-latency", False),
        ("folded rating:none", True),
        ("folded", False),
        ("", True),
    ],
)
async def test_the_next_start_shows_the_list_one_had(home: Home, line: str, fold: bool) -> None:
    session, workspace = await _started(home)
    await workspace.browser.apply(parse_query(line), fold=fold)
    await workspace.review.settled()
    ids, query = workspace.browser.ids, workspace.browser.query
    await session.close()
    session, workspace = await _started(home)
    try:
        assert (workspace.browser.query, workspace.browser.fold) == (query, fold)
        assert workspace.browser.ids == ids
    finally:
        await session.close()


async def test_a_list_that_is_all_again_is_kept_as_well(home: Home) -> None:
    for line in ("rating:bad", ""):
        session, workspace = await _started(home)
        await workspace.browser.apply(parse_query(line))
        await session.close()
    session, workspace = await _started(home)
    try:
        assert (workspace.browser.query, len(workspace.browser)) == (Query(), 450)
    finally:
        await session.close()


async def test_a_call_that_is_gone_gives_the_top(home: Home) -> None:
    left = await _leave_at(home, 3)
    await _add_calls(home, 0, deleted=left)
    session, workspace = await _started(home)
    try:
        assert (workspace.review.current.position, len(workspace.browser)) == (0, 449)
    finally:
        await session.close()


async def test_a_kill_loses_a_moment_of_walking_at_most(home: Home) -> None:
    session, workspace = await _started(home)
    try:
        for position in range(9):
            workspace.review.go(position)
        await workspace.review.settled()
        here = workspace.review.current.call
        assert here is not None
        async with asyncio.timeout(10):
            while await workspace.store.identity.get("place") != here.row.id:  # noqa: ASYNC110 - a file has no event
                await asyncio.sleep(0.02)
    finally:
        await session.close()


async def _add_calls(home: Home, number: int, deleted: str | None = None) -> None:
    store = Store.open(home.store_file(THERE.id))
    try:
        after = await store.pull.cursor()
        await pull(store, some_calls(number, first=after + 1), deleted=[deleted] if deleted else [])
    finally:
        await store.close()
