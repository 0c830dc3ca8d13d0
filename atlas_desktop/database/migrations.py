"""Numbered forward-only SQL, applied in one transaction after a backup."""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import apsw

from atlas_desktop.database.connection import create_private

_FILE_NAME = re.compile(r"(\d{4})_([a-z0-9_]+)\.sql")


@dataclass(frozen=True, slots=True)
class Migration:
    """The SQL that takes a file from version ``number - 1`` to ``number``."""

    number: int
    name: str
    sql: str


@dataclass(frozen=True, slots=True)
class Migrated:
    """What migrating did: the version found, the version now, where the backup is (none for a new file)."""

    found: int
    now: int
    backup: Path | None = None


def load_migrations(folder: Path) -> tuple[Migration, ...]:
    """The migrations in ``NNNN_name.sql`` files. Raises ValueError unless they count 1, 2, 3 …"""
    found = []
    for path in sorted(folder.glob("*.sql")):
        name = _FILE_NAME.fullmatch(path.name)
        if name is None:
            raise ValueError(f"{path.name} is not named NNNN_name.sql")
        found.append(Migration(int(name[1]), name[2], path.read_text("utf-8")))
    if not found or [step.number for step in found] != list(range(1, len(found) + 1)):
        raise ValueError(f"migrations must count 1, 2, 3: {[step.number for step in found]}")
    return tuple(found)


def version_of(connection: apsw.Connection) -> int:
    """The file's schema version; 0 for a new file."""
    return int(connection.pragma("user_version"))


def migrate(
    connection: apsw.Connection,
    path: Path,
    migrations: tuple[Migration, ...],
    before_commit: Callable[[], None],
) -> Migrated:
    """Bring the file to the newest version: all steps or none."""
    found = version_of(connection)
    newest = migrations[-1].number
    if found >= newest:
        return Migrated(found, newest)
    backup = back_up(connection, path, f"v{found}") if found else None
    # Foreign keys cannot be switched inside a transaction, and rebuilding a table needs them off.
    connection.config(apsw.SQLITE_DBCONFIG_ENABLE_FKEY, 0)
    try:
        _apply(connection, migrations[found:], before_commit)
    finally:
        connection.config(apsw.SQLITE_DBCONFIG_ENABLE_FKEY, 1)
    return Migrated(found, newest, backup)


def _apply(
    connection: apsw.Connection, steps: tuple[Migration, ...], before_commit: Callable[[], None]
) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        for step in steps:
            connection.execute(step.sql)
        _check_references(connection)
        connection.pragma("user_version", steps[-1].number)
        before_commit()
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _check_references(connection: apsw.Connection) -> None:
    broken = connection.execute("PRAGMA foreign_key_check").fetchall()
    if broken:
        raise ValueError(f"a migration left dangling references: {broken[:3]}")


def back_up(connection: apsw.Connection, path: Path, label: str) -> Path:
    """A whole, compact copy beside the file, readable by its owner only. Replaces one of the same label."""
    target = path.with_name(f"{path.name}.{label}.backup")
    unfinished = target.with_name(f"{target.name}.part")
    unfinished.unlink(missing_ok=True)
    create_private(unfinished)
    connection.execute("VACUUM INTO ?", (str(unfinished),))
    with unfinished.open("rb") as copy:
        os.fsync(copy.fileno())
    unfinished.replace(target)
    return target


def newest_backup(path: Path) -> Path | None:
    """The backup of this file that was made last, or None."""
    backups = [copy for copy in path.parent.glob(f"{path.name}.*.backup") if copy.is_file()]
    return max(backups, key=lambda copy: copy.stat().st_mtime_ns, default=None)
