"""Opening the database: the driver, its settings for each connection, and who may read the file."""

import errno
import os
import stat
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from pysqlite3 import dbapi2
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool, StaticPool

LEAST_SQLITE: Final = (3, 51, 3)
"""Older libraries can lose committed pages when a WAL restarts (sync.md, section 1)."""

_SETTINGS: Final = (
    # A call's documents are 4 kB and more: pages of 16 kB hold them whole, and an import takes a fifth less.
    "PRAGMA page_size=16384",
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA trusted_schema=OFF",
    "PRAGMA secure_delete=ON",
    "PRAGMA busy_timeout=5000",
    "PRAGMA cache_size=-16000",
    # A log of 32 MB before it is folded back: an import folded 4 MB ten times, each with its own flush.
    "PRAGMA wal_autocheckpoint=2000",
    "PRAGMA fullfsync=ON",
)


class UnusableDatabaseError(OSError):
    """The URL or path names nothing the server could keep its data in."""

    def __init__(self, why: str) -> None:
        super().__init__(errno.EINVAL, why)

    def __str__(self) -> str:
        return f"{self.strerror}"


class NoDatabaseError(UnusableDatabaseError):
    """There is no database where one was expected."""


class OldSqliteError(RuntimeError):
    """The SQLite library is older than the one that keeps committed pages safe."""


def open_engine(url: str, *, pool_size: int, one_connection: bool = False, create: bool = True) -> sa.Engine:
    """An engine for this URL; a SQLite file is made (0600 in a 0700 folder) when it is not there.

    Without ``create`` nothing is made: NoDatabaseError.

    Every transaction on SQLite says itself how it begins (``begin_writing``), since the driver's own
    guessing would start writers as readers, which then fail instead of waiting. Raises OSError.
    """
    parsed = _read_url(url)
    if parsed.get_backend_name() != "sqlite":
        return _other_engine(parsed, pool_size)
    _assert_library()
    if not parsed.database or parsed.database == ":memory:" or parsed.query:
        raise UnusableDatabaseError("The server needs a database file: sqlite:/// and its path, no options")
    path = Path(parsed.database)
    if not create and not _exists(path):
        raise NoDatabaseError(f"There is no database at {path}")
    _make_private(path)
    pool: dict[str, Any] = {"poolclass": StaticPool}
    if not one_connection:
        pool = {"poolclass": QueuePool, "pool_size": pool_size, "max_overflow": 0}
    engine = sa.create_engine(
        parsed.set(drivername="sqlite+pysqlite"),
        module=dbapi2,
        hide_parameters=True,
        connect_args={"check_same_thread": False, "isolation_level": None, "cached_statements": 512},
        **pool,
    )
    sa.event.listen(engine, "connect", _set_up)
    sa.event.listen(engine, "begin", _begin)
    return engine


def _read_url(url: str) -> sa.URL:
    # Not the library's words: they repeat the URL, and so a password in it.
    try:
        return sa.make_url(url)
    except (sa.exc.ArgumentError, ValueError):
        raise UnusableDatabaseError("This is not a database URL") from None


def _other_engine(url: sa.URL, pool_size: int) -> sa.Engine:
    try:
        return sa.create_engine(url, pool_size=pool_size, hide_parameters=True)
    except (sa.exc.ArgumentError, ImportError):
        raise UnusableDatabaseError(f"No driver is installed for {url.drivername}") from None


def begin_writing(engine: sa.Engine) -> sa.Engine:
    """The same engine for a writer: its transactions take the write lock at once, and wait for it."""
    return engine.execution_options(atlas_begin="BEGIN IMMEDIATE")


def _begin(connection: sa.Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("atlas_begin", "BEGIN"))


def _set_up(connection: Any, _entry: ConnectionPoolEntry) -> None:
    for setting in _SETTINGS:
        connection.execute(setting)


def _assert_library() -> None:
    if dbapi2.sqlite_version_info < LEAST_SQLITE:
        raise OldSqliteError(
            f"SQLite {'.'.join(map(str, dbapi2.sqlite_version_info))} can lose committed data; {'.'.join(map(str, LEAST_SQLITE))} is needed"
        )


def _exists(path: Path) -> bool:
    # A path that is too long or has a NUL in it is no file either.
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def _make_private(path: Path) -> None:
    """WAL and shared-memory files take the mode of the database, so it must be right before they exist."""
    if "\x00" in str(path):
        raise UnusableDatabaseError("A path holds no NUL character")
    if not path.parent.exists():
        path.parent.mkdir(mode=0o700, parents=True)
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode):
            # Root would take /dev/null from everybody.
            raise UnusableDatabaseError(f"{path} is no file") from None
        if mode & 0o077:
            path.chmod(0o600)
