"""One file, one writer, some readers: what they promise, on real files and threads."""

import asyncio
import os
import threading
from pathlib import Path

import apsw
import pytest

from atlas_desktop.database.connection import FIRST_SAFE_LIBRARY, check_library, open_reader, open_writer
from atlas_desktop.database.database import Database, Hooks, Inline, Mode, Threads
from atlas_desktop.database.errors import (
    DatabaseClosed,
    FileDamaged,
    FileTooNew,
    FileUnavailable,
    LibraryTooOld,
)
from atlas_desktop.database.migrations import Migration
from atlas_desktop.database.salvage import damage_mark

STEPS = (Migration(1, "start", "CREATE TABLE thing(id INTEGER PRIMARY KEY, name TEXT) STRICT;"),)
BOTH = pytest.mark.parametrize("mode", [Threads(2), Inline()], ids=["threads", "inline"])


def add(name: str):  # type: ignore[no-untyped-def]
    return lambda c: c.execute("INSERT INTO thing(name) VALUES (?) RETURNING id", (name,)).get


def names(connection: apsw.Connection) -> list[str]:
    return [row[0] for row in connection.execute("SELECT name FROM thing ORDER BY id")]


@BOTH
async def test_what_is_written_is_read(tmp_path: Path, mode: Mode) -> None:
    database = Database.open(tmp_path / "a" / "t.db", STEPS, mode=mode)
    assert await database.write(add("one")) == 1
    assert await database.write(add("two"), soon=True) == 2
    assert await database.read(names) == ["one", "two"]
    await database.close()
    await database.close()
    with pytest.raises(DatabaseClosed):
        await database.read(names)
    with pytest.raises(DatabaseClosed):
        await database.write(add("three"))


@BOTH
async def test_an_error_rolls_back_and_comes_to_who_asked(tmp_path: Path, mode: Mode) -> None:
    database = Database.open(tmp_path / "t.db", STEPS, mode=mode)

    def broken(connection: apsw.Connection) -> None:
        add("half")(connection)
        raise LookupError("ours")

    with pytest.raises(LookupError):
        await database.write(broken)
    assert await database.read(names) == []
    await database.close()


async def test_a_reader_cannot_write(tmp_path: Path) -> None:
    database = Database.open(tmp_path / "t.db", STEPS, mode=Threads(1))
    with pytest.raises(FileUnavailable) as refused:
        await database.read(add("sneaky"))
    assert isinstance(refused.value.__cause__, apsw.ReadOnlyError)
    assert await database.read(names) == []
    await database.close()


class Signal:
    """Set in a worker thread, awaited on the loop of the test."""

    def __init__(self) -> None:
        self._loop, self._event = asyncio.get_running_loop(), asyncio.Event()

    def set(self) -> None:
        self._loop.call_soon_threadsafe(self._event.set)

    async def wait(self) -> None:
        await self._event.wait()


class Crash(BaseException):
    """The process dies here."""


@BOTH
@pytest.mark.parametrize("moment", ["before", "after"])
async def test_hooks_stand_around_the_commit(tmp_path: Path, mode: Mode, moment: str) -> None:
    calls = 0

    def crash() -> None:
        nonlocal calls
        calls += 1
        if calls > armed_from:
            raise Crash

    armed_from = 10**9
    hooks = Hooks(before_commit=crash) if moment == "before" else Hooks(after_commit=crash)
    database = Database.open(tmp_path / "t.db", STEPS, mode=mode, hooks=hooks)
    armed_from = calls
    with pytest.raises(Crash):
        await database.write(add("one"))
    assert await database.read(names) == ([] if moment == "before" else ["one"])
    await database.close()


async def test_files_are_private_and_folded_on_close(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "er" / "t.db"
    old = os.umask(0)
    try:
        database = Database.open(path, STEPS, mode=Threads(1))
        await database.write(add("one"))
        modes = {part.name: part.stat().st_mode & 0o777 for part in path.parent.iterdir()}
        assert modes == {"t.db": 0o600, "t.db-wal": 0o600, "t.db-shm": 0o600}
        assert path.parent.stat().st_mode & 0o777 == 0o700
        await database.close()
    finally:
        os.umask(old)
    assert [part.name for part in path.parent.iterdir()] == ["t.db"]


def test_connections_keep_the_rules_of_the_design(tmp_path: Path) -> None:
    path = tmp_path / "t.db"
    path.touch()
    writer = open_writer(path)
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "trusted_schema": 0, "secure_delete": 1,
              "busy_timeout": 5000}  # fmt: skip
    assert {name: writer.pragma(name) for name in wanted} == wanted
    assert writer.config(apsw.SQLITE_DBCONFIG_DEFENSIVE, -1) == 1
    writer.execute("CREATE TABLE t(x)")
    reader = open_reader(path)
    with pytest.raises(apsw.ReadOnlyError):
        reader.execute("INSERT INTO t VALUES (1)")
    reader.close()
    writer.close()


def test_an_old_library_is_refused() -> None:
    check_library(".".join(map(str, FIRST_SAFE_LIBRARY)))
    for version in ("3.40.1", "3.51.2"):
        with pytest.raises(LibraryTooOld, match=version):
            check_library(version)


async def test_readers_do_not_wait_for_the_writer_and_urgent_writes_go_first(tmp_path: Path) -> None:
    database = Database.open(tmp_path / "t.db", STEPS, mode=Threads(2))
    entered, leave = Signal(), threading.Event()

    def slow(connection: apsw.Connection) -> None:
        add("slow")(connection)
        entered.set()
        leave.wait()

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(database.write(slow))
        await entered.wait()
        assert await database.read(names) == [], "a reader sees what was committed"
        tasks.create_task(database.write(add("later")))
        await asyncio.sleep(0)
        tasks.create_task(database.write(add("urgent"), soon=True))
        await asyncio.sleep(0)
        leave.set()
    assert await database.read(names) == ["slow", "urgent", "later"]
    await database.close()


async def test_cancelling_a_read_interrupts_its_query(tmp_path: Path) -> None:
    database = Database.open(tmp_path / "t.db", STEPS, mode=Threads(1))
    begun = Signal()

    def endless(connection: apsw.Connection) -> object:
        begun.set()
        return connection.execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
        ).get

    reading = asyncio.ensure_future(database.read(endless))
    await begun.wait()
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert await database.read(names) == [], "the only reader is free again"
    await database.close()


async def test_an_interrupt_between_two_statements_is_not_lost(tmp_path: Path) -> None:
    database = Database.open(tmp_path / "t.db", STEPS, mode=Threads(1))
    begun, go_on = Signal(), threading.Event()

    def late(connection: apsw.Connection) -> object:
        begun.set()
        go_on.wait()
        return connection.execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
        ).get

    reading = asyncio.ensure_future(database.read(late))
    await begun.wait()
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    go_on.set()
    assert await database.read(names) == [], "the only reader is free again"
    await database.close()


async def test_a_cancelled_write_that_waits_is_never_begun(tmp_path: Path) -> None:
    database = Database.open(tmp_path / "t.db", STEPS, mode=Threads(1))
    entered, leave = Signal(), threading.Event()

    def slow(_: apsw.Connection) -> None:
        entered.set()
        leave.wait()

    first = asyncio.ensure_future(database.write(slow))
    await entered.wait()
    second = asyncio.ensure_future(database.write(add("never")))
    await asyncio.sleep(0)
    second.cancel()
    await asyncio.gather(second, return_exceptions=True)
    leave.set()
    await first
    assert await database.read(names) == []
    await database.close()


def test_two_loops_in_two_threads_use_one_database(tmp_path: Path) -> None:
    database = Database.open(tmp_path / "t.db", STEPS, mode=Threads(2))

    async def write_many(prefix: str) -> None:
        for number in range(50):
            await database.write(add(f"{prefix}{number}"))
            assert f"{prefix}{number}" in await database.read(names)

    threads = [threading.Thread(target=lambda p=prefix: asyncio.run(write_many(p))) for prefix in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(asyncio.run(database.read(names))) == 100
    asyncio.run(database.close())


def test_a_loop_that_is_gone_does_not_hurt_the_writer(tmp_path: Path) -> None:
    database = Database.open(tmp_path / "t.db", STEPS, mode=Threads(1))
    leave = threading.Event()

    asked: list[asyncio.Future[object]] = []

    async def ask_and_leave() -> None:
        asked.append(asyncio.ensure_future(database.write(lambda c: (leave.wait(), add("kept")(c))[1])))
        await asyncio.sleep(0)

    loop = asyncio.new_event_loop()
    loop.run_until_complete(ask_and_leave())
    left_over = asyncio.all_tasks(loop)
    for task in left_over:
        task.cancel()
    loop.run_until_complete(asyncio.gather(*left_over, return_exceptions=True))
    loop.close()
    leave.set()
    asyncio.run(database.write(add("next")))
    assert "next" in asyncio.run(database.read(names))
    asyncio.run(database.close())


async def test_damage_met_while_running_is_said_and_marked(tmp_path: Path) -> None:
    path = tmp_path / "t.db"
    database = Database.open(path, STEPS, mode=Threads(1))
    for _ in range(50):
        await database.write(add("x" * 3000))
    await database.close()
    content = bytearray(path.read_bytes())
    content[8192:] = b"\xff" * (len(content) - 8192)
    path.write_bytes(content)
    database = Database.open(path, STEPS, mode=Threads(1))
    with pytest.raises(FileDamaged):
        await database.read(names)
    assert damage_mark(path).exists()
    await database.close()


def test_what_cannot_be_opened_is_said(tmp_path: Path) -> None:
    (tmp_path / "folder.db").mkdir()
    with pytest.raises(FileUnavailable):
        Database.open(tmp_path / "folder.db", STEPS, mode=Inline())
    (tmp_path / "letter.db").write_text("dear mother " * 1000)
    with pytest.raises(FileDamaged):
        Database.open(tmp_path / "letter.db", STEPS, mode=Inline())


async def test_a_newer_file_is_opened_for_reading(tmp_path: Path) -> None:
    path = tmp_path / "t.db"
    two = (*STEPS, Migration(2, "more", "ALTER TABLE thing ADD COLUMN extra TEXT;"))
    newer = Database.open(path, two, mode=Inline())
    await newer.write(add("one"))
    await newer.close()
    content = path.read_bytes()
    database = Database.open(path, STEPS, mode=Threads(1))
    assert isinstance(database.read_only, FileTooNew)
    assert await database.read(names) == ["one"]
    with pytest.raises(FileTooNew, match="2, this program knows 1"):
        await database.write(add("two"))
    await database.close()
    assert path.read_bytes() == content
