"""One file: a writer that owns the only writing connection, and readers beside it."""

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

import apsw

from atlas_desktop.database.connection import (
    check_library,
    create_private,
    known_errors,
    open_reader,
    open_writer,
)
from atlas_desktop.database.errors import DatabaseClosed, FileDamaged, FileTooNew
from atlas_desktop.database.folding import Folding
from atlas_desktop.database.migrations import Migrated, Migration, migrate, version_of
from atlas_desktop.database.salvage import damage_mark
from atlas_desktop.database.workers import LATER, SOON, Job, Lane, start_worker

T = TypeVar("T")
Work = Callable[[apsw.Connection], T]


@dataclass(frozen=True, slots=True)
class Threads:
    """Work on threads of the database's own: one writes, ``readers`` read."""

    readers: int = 3


@dataclass(frozen=True, slots=True)
class Inline:
    """Work in the caller's thread, for simulations. ``power_safe=False`` drops the waiting for the disk."""

    power_safe: bool = True


Mode = Threads | Inline
THREADS: Final = Threads()


def _nothing() -> None:
    pass


def _nothing_unfinished(_: apsw.Connection) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Hooks:
    """Called in the writing thread around every COMMIT; what they raise goes to who asked for the write.

    An error before the commit rolls back; one after it comes from a world where the data is stored.
    """

    before_commit: Callable[[], None] = _nothing
    after_commit: Callable[[], None] = _nothing


NO_HOOKS: Final = Hooks()


class Database:
    """Runs functions on connections. Safe to call from any thread and any asyncio loop."""

    def __init__(
        self, path: Path, writer: apsw.Connection | None, mode: Mode, hooks: Hooks, migrated: Migrated
    ) -> None:
        self.path = path
        self.migrated = migrated
        self.read_only: FileTooNew | None = None
        self._hooks = hooks
        self._closed = False
        self._inline = (writer or open_reader(path)) if isinstance(mode, Inline) else None
        self._writes, self._reads = Lane(), Lane()
        self._writers: list[threading.Thread] = []
        self._readers: list[threading.Thread] = []
        self._folding: Folding | None = None
        if isinstance(mode, Threads):
            self._start(writer, mode.readers)

    @classmethod
    def open(
        cls,
        path: Path,
        migrations: tuple[Migration, ...],
        *,
        mode: Mode,
        hooks: Hooks = NO_HOOKS,
        unfinished: Work[Work[None] | None] = _nothing_unfinished,
    ) -> "Database":
        """Open or create the file, migrate it if it is older. Blocks. Raises DatabaseError.

        ``unfinished`` looks whether a crash left something to do, and returns the transaction that does it.
        A file of a newer version is opened for reading only: `read_only` says why.
        """
        check_library()
        with known_errors():
            create_private(path)
        writer = open_writer(path, power_safe=not isinstance(mode, Inline) or mode.power_safe)
        try:
            with known_errors():
                found = version_of(writer)
                if found > migrations[-1].number:
                    writer.close()
                    return cls._for_reading(path, mode, hooks, found, migrations[-1].number)
                migrated = migrate(writer, path, migrations, hooks.before_commit)
                left = unfinished(writer)
                if left is not None:
                    _commit(writer, left, hooks)
        except BaseException:
            writer.close()
            raise
        return cls(path, writer, mode, hooks, migrated)

    @classmethod
    def _for_reading(cls, path: Path, mode: Mode, hooks: Hooks, found: int, known: int) -> "Database":
        database = cls(path, None, mode, hooks, Migrated(found, found))
        database.read_only = FileTooNew(f"its version is {found}, this program knows {known}")
        return database

    def _start(self, writer: apsw.Connection | None, readers: int) -> None:
        if writer is not None:
            self._folding = Folding(writer, open_writer(self.path))
            self._writers.append(start_worker("atlas-writer", self._writes, writer))
        for number in range(readers):
            reader = open_reader(self.path)
            self._readers.append(start_worker(f"atlas-reader-{number}", self._reads, reader))

    async def write(self, work: Work[T], *, soon: bool = False) -> T:
        """Run work in one transaction and return after COMMIT. ``soon`` overtakes waiting writes.

        Cancelling the await prevents a write that has not begun; one that has begun is committed.
        """
        if self.read_only is not None:
            raise FileTooNew(self.read_only.detail)

        def transaction(connection: apsw.Connection) -> T:
            return self._guarded(connection, lambda writer: _commit(writer, work, self._hooks))

        if self._inline is not None:
            return self._here(self._inline, transaction)
        return await _result(Job(transaction), self._writes, SOON if soon else LATER, interrupt=False)

    async def read(self, work: Work[T]) -> T:
        """Run work on a read-only connection. Cancelling the await interrupts its query."""

        def guarded(connection: apsw.Connection) -> T:
            return self._guarded(connection, work)

        if self._inline is not None:
            return self._here(self._inline, guarded)
        return await _result(Job(guarded), self._reads, LATER, interrupt=True)

    def _here(self, connection: apsw.Connection, work: Work[T]) -> T:
        if self._closed:
            raise DatabaseClosed
        return work(connection)

    def _guarded(self, connection: apsw.Connection, work: Work[T]) -> T:
        try:
            with known_errors():
                return work(connection)
        except FileDamaged:
            # The next opening makes a new file of what can be read.
            damage_mark(self.path).touch()
            raise

    async def close(self) -> None:
        """Finish what was begun, fold the log back into the file, end the threads."""
        if self._closed:
            return
        self._closed = True
        if self._inline is not None:
            self._inline.close()
            return
        await _end(self._readers, self._reads, _close)
        if self._folding is not None:
            self._folding.end()
        await _end(self._writers, self._writes, _fold_and_close)


async def _result(job: Job[T], lane: Lane, urgency: int, *, interrupt: bool) -> T:
    lane.put(job, urgency)
    try:
        return await job.future
    except asyncio.CancelledError:
        job.give_up(interrupt=interrupt)
        raise


async def _end(threads: list[threading.Thread], lane: Lane, farewell: Work[None]) -> None:
    jobs = [Job(farewell) for _ in threads]
    lane.close(jobs)
    for job in jobs:
        await job.future
    for thread in threads:
        # Its last job is done: nothing but leaving the loop is left to wait for.
        thread.join()


def _commit(connection: apsw.Connection, work: Work[T], hooks: Hooks) -> T:
    connection.execute("BEGIN IMMEDIATE")
    try:
        result = work(connection)
        hooks.before_commit()
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    hooks.after_commit()
    return result


def _close(connection: apsw.Connection) -> None:
    connection.close()


def _fold_and_close(connection: apsw.Connection) -> None:
    try:
        connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
    finally:
        connection.close()
