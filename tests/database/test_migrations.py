"""Migrations: all or nothing, after a backup, whatever interrupts them."""

import asyncio
from pathlib import Path

import apsw
import pytest

from atlas_desktop.database.database import Database, Hooks, Inline
from atlas_desktop.database.migrations import Migration, load_migrations, newest_backup
from atlas_desktop.store.opening import MIGRATIONS

OLD = (Migration(1, "start", "CREATE TABLE thing(id INTEGER PRIMARY KEY, payload BLOB NOT NULL) STRICT;"),)
NEW = (
    *OLD,
    Migration(
        2, "wider", "ALTER TABLE thing ADD COLUMN size INTEGER; UPDATE thing SET size = length(payload);"
    ),
    Migration(3, "index", "CREATE INDEX thing_size ON thing(size);"),
)
PAYLOADS = [bytes([number]) * number for number in range(1, 40)]


class Crash(BaseException):
    """The process dies here."""


def _old_file(path: Path) -> None:
    async def fill() -> None:
        database = Database.open(path, OLD, mode=Inline())
        for payload in PAYLOADS:
            await database.write(
                lambda c, p=payload: c.execute("INSERT INTO thing(payload) VALUES (?) RETURNING id", (p,)).get  # type: ignore[misc]
            )
        await database.close()

    asyncio.run(fill())


def _state(path: Path) -> tuple[int, list[bytes], bool]:
    connection = apsw.Connection(str(path))
    columns = [row[1] for row in connection.execute("PRAGMA table_info(thing)")]
    payloads = [row[0] for row in connection.execute("SELECT payload FROM thing ORDER BY id")]
    version = connection.pragma("user_version")
    assert connection.pragma("integrity_check") == "ok"
    connection.close()
    return version, payloads, "size" in columns


def test_an_older_file_is_backed_up_and_brought_up(tmp_path: Path) -> None:
    path = tmp_path / "t.db"
    _old_file(path)
    database = Database.open(path, NEW, mode=Inline())
    backup = database.migrated.backup
    assert (database.migrated.found, database.migrated.now) == (1, 3)
    asyncio.run(database.close())
    assert _state(path) == (3, PAYLOADS, True)
    assert backup is not None
    assert backup == newest_backup(path)
    assert _state(backup) == (1, PAYLOADS, False)
    assert backup.stat().st_mode & 0o777 == 0o600


def test_a_new_file_needs_no_backup(tmp_path: Path) -> None:
    database = Database.open(tmp_path / "t.db", NEW, mode=Inline())
    assert database.migrated.backup is None
    asyncio.run(database.close())
    assert newest_backup(tmp_path / "t.db") is None


def test_an_interruption_before_the_commit_leaves_the_old_version(tmp_path: Path) -> None:
    path = tmp_path / "t.db"
    _old_file(path)

    def crash() -> None:
        raise Crash

    with pytest.raises(Crash):
        Database.open(path, NEW, mode=Inline(), hooks=Hooks(before_commit=crash))
    assert _state(path) == (1, PAYLOADS, False)
    asyncio.run(Database.open(path, NEW, mode=Inline()).close())
    assert _state(path) == (3, PAYLOADS, True)


def test_an_interruption_at_any_write_leaves_the_old_or_the_new_version(tmp_path: Path) -> None:
    """The disk refuses every write from the nth on, for every n: as if the process died there."""
    outcomes = set()
    for number in range(1, 200):
        path = tmp_path / str(number) / "t.db"
        path.parent.mkdir()
        _old_file(path)
        vfs = _Dying(number)
        try:
            connection = apsw.Connection(str(path), vfs=vfs.name, flags=apsw.SQLITE_OPEN_READWRITE)
            try:
                connection.pragma("journal_mode", "wal")
                connection.execute("BEGIN IMMEDIATE")
                for step in NEW[1:]:
                    connection.execute(step.sql)
                connection.pragma("user_version", 3)
                connection.execute("COMMIT")
                vfs.left = 10**9
            except apsw.Error:
                pass
            finally:
                vfs.dead = vfs.left <= 0
                connection.close()
        except apsw.Error:
            pass
        finally:
            vfs.unregister()
        version, payloads, wide = _state(path)
        assert payloads == PAYLOADS
        assert (version, wide) in ((1, False), (3, True))
        outcomes.add(version)
        if not vfs.dead:
            break
    else:
        pytest.fail("never got through")
    assert outcomes == {1, 3}


class _Dying(apsw.VFS):
    """A disk that takes ``left`` writes and then nothing any more."""

    def __init__(self, left: int) -> None:
        self.left = left
        self.dead = False
        self.name = f"dying-{left}"
        super().__init__(self.name, "")

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> apsw.VFSFile:  # noqa: N802
        return _DyingFile(self, name, flags)


class _DyingFile(apsw.VFSFile):
    def __init__(self, disk: _Dying, name: str | apsw.URIFilename | None, flags: list[int]) -> None:
        self._disk = disk
        super().__init__("", name, flags)

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        self._disk.left -= 1
        if self._disk.left <= 0:
            raise apsw.IOError("the disk is gone")
        super().xWrite(data, offset)


def test_a_step_that_breaks_references_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.db"
    _old_file(path)
    broken = (
        *OLD,
        Migration(
            2, "broken", "CREATE TABLE part(thing INTEGER REFERENCES thing); INSERT INTO part VALUES (9999);"
        ),
    )
    with pytest.raises(ValueError, match="dangling"):
        Database.open(path, broken, mode=Inline())
    assert _state(path)[0] == 1


@pytest.mark.parametrize("names", [[], ["0002_later.sql"], ["0001_a.sql", "0003_c.sql"], ["first.sql"]])
def test_migrations_must_count(tmp_path: Path, names: list[str]) -> None:
    for name in names:
        (tmp_path / name).write_text("SELECT 1;")
    with pytest.raises(ValueError, match=r"count|named"):
        load_migrations(tmp_path)


def test_the_stores_migrations_load() -> None:
    assert [step.number for step in MIGRATIONS] == list(range(1, len(MIGRATIONS) + 1))
