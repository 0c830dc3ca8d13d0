"""Going to another connection while the disk does not take what was written."""

from pathlib import Path

import pytest
from keyring.backends import fail

from atlas_desktop.app.home import Home
from atlas_desktop.app.problems import KnownError
from atlas_desktop.app.secrets import KeyVault
from atlas_desktop.app.session import Session
from atlas_desktop.app.settings import Connection, Settings, save
from tests.app.desk import desk

HERE, THERE = (
    Connection(id=name, title=name.title(), base_url="http://127.0.0.1:9/v1") for name in ("here", "there")
)
TEXT = "A correction that needs room. " * 10_000


@pytest.fixture
async def session(tmp_path: Path) -> Session:
    home = Home(tmp_path)
    async with desk(home.store_file(HERE.id), 5):
        pass
    save(home.settings_file, Settings(connections=(HERE, THERE), last_connection=HERE.id, offline=True))
    return Session(home, vault=KeyVault(fail.Keyring))


async def _written(session: Session) -> None:
    workspace = await session.start()
    assert workspace is not None
    await workspace.review.settled()
    await workspace.correction.begin()
    workspace.correction.typed(TEXT, 0)


async def _let_the_disk_be_full(session: Session, *, full: bool) -> None:
    """As SQLite tells it: no page more than there are."""
    assert session.workspace is not None
    most = 1 if full else 1_000_000
    await session.workspace.store.identity._database.write(
        lambda writer: writer.pragma("max_page_count", most)
    )


async def test_it_warns_once_and_loses_nothing_before(session: Session) -> None:
    try:
        await _written(session)
        await _let_the_disk_be_full(session, full=True)
        with pytest.raises(KnownError) as refused:
            await session.open(THERE.id)
        assert refused.value.problem.code == "draft_not_saved"
        assert session.workspace is not None
        assert session.workspace.connection == HERE
        assert session.workspace.correction.state.text == TEXT
        assert (await session.open(THERE.id)).connection == THERE
    finally:
        await session.close()


async def test_with_room_again_it_goes_and_comes_back_to_the_text(session: Session) -> None:
    try:
        await _written(session)
        await _let_the_disk_be_full(session, full=True)
        with pytest.raises(KnownError):
            await session.open(THERE.id)
        await _let_the_disk_be_full(session, full=False)
        await session.open(THERE.id)
        workspace = await session.open(HERE.id)
        await workspace.review.settled()
        assert workspace.correction.state.text == TEXT
    finally:
        await session.close()
