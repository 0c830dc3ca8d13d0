"""Connections that keep what they promise: the file's modes, the journal, what SQL may not do."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import apsw

from atlas_desktop.database.errors import (
    DatabaseError,
    FileDamaged,
    FileUnavailable,
    LibraryTooOld,
)

# Older libraries can lose committed pages of a WAL file: https://sqlite.org/wal.html#walresetbug
FIRST_SAFE_LIBRARY: Final = (3, 51, 3)
BUSY_MS: Final = 5_000
# There are two writing and three reading ones; the system caches the file as well. Twice as much is no faster here
# and 16 MB larger.
_WRITER_CACHE_KIB: Final = 8_000
_READER_CACHE_KIB: Final = 4_000


def check_library(version: str = apsw.sqlite_lib_version()) -> None:
    """Raise LibraryTooOld when this process must not open a WAL file."""
    if tuple(int(part) for part in version.split(".")) < FIRST_SAFE_LIBRARY:
        wanted = ".".join(str(part) for part in FIRST_SAFE_LIBRARY)
        raise LibraryTooOld(f"it is {version}, at least {wanted} is needed")


def create_private(path: Path) -> None:
    """Make the file, empty, readable by its owner only, in a folder that is too.

    WAL and shared memory take the modes of the file they belong to.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    os.close(descriptor)


def open_writer(path: Path, *, power_safe: bool = True) -> apsw.Connection:
    """The writing connection, in WAL mode; the file must exist."""
    with known_errors():
        connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)
        _harden(connection, _WRITER_CACHE_KIB)
        connection.pragma("journal_mode", "wal")
        connection.pragma("synchronous", "full" if power_safe else "off")
        if sys.platform == "darwin":
            connection.pragma("fullfsync", 1)
            connection.pragma("checkpoint_fullfsync", 1)
        connection.pragma("secure_delete", 1)
    return connection


def open_reader(path: Path) -> apsw.Connection:
    """A connection that cannot write."""
    with known_errors():
        connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
        _harden(connection, _READER_CACHE_KIB)
        connection.pragma("query_only", 1)
    return connection


def _harden(connection: apsw.Connection, cache_kib: int) -> None:
    connection.set_busy_timeout(BUSY_MS)
    connection.config(apsw.SQLITE_DBCONFIG_DEFENSIVE, 1)
    connection.config(apsw.SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0)
    connection.config(apsw.SQLITE_DBCONFIG_DQS_DML, 0)
    connection.config(apsw.SQLITE_DBCONFIG_DQS_DDL, 0)
    connection.config(apsw.SQLITE_DBCONFIG_ENABLE_FKEY, 1)
    connection.pragma("cache_size", -cache_kib)


@contextmanager
def known_errors() -> Iterator[None]:
    """Turn what the file or the disk did into words; other errors are ours and pass unchanged."""
    try:
        yield
    except DatabaseError:
        raise
    except (apsw.CorruptError, apsw.NotADBError, UnicodeDecodeError) as error:
        # SQLite checks no text: bytes that are no UTF-8 in a column of ours are damage too.
        raise FileDamaged(str(error)) from error
    except (
        apsw.CantOpenError,
        apsw.FullError,
        apsw.IOError,
        apsw.ReadOnlyError,
        apsw.BusyError,
        apsw.PermissionsError,
        OSError,
    ) as error:
        raise FileUnavailable(str(error)) from error
