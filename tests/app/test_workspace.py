"""What opening a connection does besides showing its calls."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from keyring.backends import fail

from atlas_desktop.app.home import Home
from atlas_desktop.app.secrets import KeyVault
from atlas_desktop.app.session import Session
from atlas_desktop.app.settings import Connection, Settings, save
from atlas_desktop.store.outbox import KEPT_IN_TRASH
from atlas_desktop.store.settled import Rejected
from tests.app.desk import desk


async def test_opening_empties_the_trash_of_what_is_too_old(tmp_path: Path) -> None:
    home = Home(tmp_path)
    there = Connection(title="There", base_url="http://127.0.0.1:9/v1")
    now = datetime.now(UTC)
    discarded: list[str] = []
    async with desk(home.store_file(there.id), 3) as it:
        for at in (now - KEPT_IN_TRASH - timedelta(minutes=1), now):
            await it.rate("up")
            (row,) = await it.store.outbox.eligible(1, 1_000_000)
            await it.store.outbox.settle([Rejected(row.seq, 404, "call_not_found", "gone")])
            await it.store.outbox.discard(row.seq, now=at)
            discarded.append(row.op_id)
    save(home.settings_file, Settings(connections=(there,), offline=True))
    session = Session(home, vault=KeyVault(fail.Keyring))
    try:
        workspace = await session.start()
        assert workspace is not None
        # Writes go one after the other: once this one is done, that which empties the trash is.
        trashed = await workspace.store.database.write(
            lambda writer: writer.execute("SELECT op_id FROM trash").fetchall()
        )
        assert trashed == [(discarded[1],)]
    finally:
        await session.close()
