"""Damaged files: set aside, replaced, and what could be read is there again."""

import os
import random
from pathlib import Path

import apsw
import pytest

from atlas_desktop.database.database import Threads
from atlas_desktop.database.errors import FileDamaged, FileTooNew
from atlas_desktop.database.migrations import back_up
from atlas_desktop.database.salvage import damage_mark
from atlas_desktop.domain.query import Query
from atlas_desktop.store import audit
from atlas_desktop.store.opening import MIGRATIONS
from atlas_desktop.store.settled import Unknown
from tests.store.acting import answer, send
from tests.store.making import INLINE, NOW, a_call, a_page, open_store, with_calls


async def _reviewed(path: Path) -> None:
    """40 calls; 10 decided and sent, 3 in doubt, 7 waiting, 1 undone."""
    store = await with_calls(path, 40)
    await store.decisions.decide(list(range(1, 11)), "up", now=NOW)
    rows = await send(store)
    await store.outbox.settle([answer(row, 100 + number) for number, row in enumerate(rows)])
    await store.decisions.decide([11, 12, 13], "down", now=NOW)
    await store.outbox.settle([Unknown(row.seq) for row in await send(store)])
    await store.decisions.decide(list(range(14, 21)), "unsure", now=NOW)
    await store.decisions.decide([21], "up", now=NOW)
    await store.decisions.undo(NOW)
    await store.close()


async def test_a_file_that_is_no_database_is_set_aside(tmp_path: Path) -> None:
    path = tmp_path / "w" / "atlas.db"
    path.parent.mkdir()
    path.write_bytes(b"this is a letter to my mother " * 500)
    store = open_store(path)
    repair = store.report.repair
    assert repair is not None
    assert repair.set_aside.read_bytes().startswith(b"this is a letter")
    assert "damaged" in repair.sentence
    assert path.stat().st_mode & 0o777 == 0o600
    await store.pull.apply(a_page(a_call(1, 1), after=1), 0)
    assert (await store.decisions.decide([1], "up", now=NOW)).decision_id
    await store.close()
    assert open_store(path).report.repair is None


async def test_everything_readable_is_carried_over(tmp_path: Path) -> None:
    path = tmp_path / "w" / "atlas.db"
    await _reviewed(path)
    store = open_store(path)
    await store.identity.put("organization", "org_one")
    await store.close()
    # The page of one index only: every table can still be read.
    connection = apsw.Connection(str(path))
    root = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'call_browse'").get
    size = connection.pragma("page_size")
    connection.close()
    with path.open("r+b") as file:
        file.seek((root - 1) * size)
        file.write(b"\xa5" * size)
    store = open_store(path)
    with pytest.raises(FileDamaged):
        await store.calls.ids(Query())
    await store.close()
    assert damage_mark(path).exists()
    store = open_store(path)
    repair = store.report.repair
    assert repair is not None
    assert (repair.lost, repair.acts_lost) == ((), 0)
    assert not damage_mark(path).exists()
    assert await store.database.read(audit.violations) == []
    assert len(await store.calls.ids(Query())) == 40
    assert len(await store.calls.ids(Query(rating="thumbs_up"))) == 10
    assert len(await store.calls.ids(Query(rating="unsure"))) == 7
    counts = await store.outbox.counts()
    assert (counts.unknown, counts.ready) == (10, 0), "all in doubt: the same bytes go out again"
    assert await store.pull.cursor() == 0
    assert await store.identity.get("organization") == "org_one", "a key of another one is still refused"
    undone = await store.decisions.undo(NOW)
    assert undone is not None
    assert undone.verdict == "unsure"
    again = await store.pull.apply(a_page(*(a_call(n, n) for n in range(1, 41)), after=40), 0)
    assert again.changed.added == 0
    await store.close()


@pytest.mark.parametrize("seed", range(600 if os.environ.get("ATLAS_LONG") else 12))
async def test_random_damage_never_loses_silently_and_never_breaks_the_new_file(
    tmp_path: Path, seed: int
) -> None:
    rng = random.Random(seed)
    path = tmp_path / "w" / "atlas.db"
    await _reviewed(path)
    if seed % 3 == 0:
        connection = apsw.Connection(str(path))
        back_up(connection, path, "v1")
        connection.close()
    content = bytearray(path.read_bytes())
    for _ in range(rng.randrange(1, 8)):
        start = rng.randrange(100 if seed % 4 else 0, len(content))
        for offset in range(start, min(len(content), start + rng.choice((1, 64, 4096)))):
            content[offset] = rng.randrange(256)
    path.write_bytes(content)
    damage_mark(path).touch()
    store = open_store(path)
    repair = store.report.repair
    acts = await store.database.read(audit.whereabouts)
    problems = await store.database.read(audit.violations)
    assert problems == []
    assert repair is not None
    assert repair.set_aside.read_bytes() == bytes(content), "the damaged file is kept as it is"
    damaged = sum(act.where == "damaged" for act in acts)
    assert damaged == repair.acts_lost
    assert len(acts) == 21 or {"op", "outbox", "receipt"} & set(repair.lost), "loss is said"
    assert f"{damaged} ratings" in repair.sentence or not damaged
    await store.pull.apply(a_page(*(a_call(n, n) for n in range(1, 41)), after=40), await store.pull.cursor())
    decided = await store.decisions.decide(list(await store.calls.ids(Query()))[:3], "down", now=NOW)
    assert decided.decision_id is not None
    assert await store.database.read(audit.violations) == []
    await store.close()


async def test_an_interrupted_repair_is_completed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "w" / "atlas.db"
    await _reviewed(path)
    with path.open("r+b") as file:
        file.seek(0)
        file.write(b"\0" * 100)
    from atlas_desktop.store import opening

    class Crash(BaseException):
        pass

    def crash(_: Path) -> None:
        raise Crash

    with monkeypatch.context() as patch:
        patch.setattr(opening, "_finish_repair", crash)
        with pytest.raises(Crash):
            opening._replace(path, "a test")
    store = open_store(path)
    assert store.report.repair is not None
    assert store.report.repair.reason == "a test"
    assert await store.database.read(audit.violations) == []
    await store.close()


async def test_a_newer_file_is_read_not_written(tmp_path: Path) -> None:
    path = tmp_path / "w" / "atlas.db"
    await (await with_calls(path, 2)).close()
    connection = apsw.Connection(str(path))
    connection.pragma("user_version", MIGRATIONS[-1].number + 1)
    connection.close()
    for mode in (INLINE, Threads(1)):
        store = open_store(path, mode)
        assert store.report.read_only is not None
        assert "newer version" in str(store.report.read_only)
        assert len(await store.calls.ids(Query())) == 2
        with pytest.raises(FileTooNew):
            await store.decisions.decide([1], "up", now=NOW)
        await store.close()
