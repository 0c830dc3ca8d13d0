"""One file: a writer that owns the only writing connection, and readers beside it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

import apsw

from atlas_desktop.database.migrations import Migration

T = TypeVar("T")


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

    @classmethod
    def open(
        cls, path: Path, migrations: tuple[Migration, ...], *, mode: Mode, hooks: Hooks = NO_HOOKS
    ) -> "Database":
        """Open or create the file, migrate it if it is older. Blocks. Raises DatabaseError."""
        raise NotImplementedError

    async def write(self, work: Callable[[apsw.Connection], T], *, soon: bool = False) -> T:
        """Run work in one transaction and return after COMMIT. ``soon`` overtakes waiting writes."""
        raise NotImplementedError

    async def read(self, work: Callable[[apsw.Connection], T]) -> T:
        """Run work on a read-only connection. Cancelling the await interrupts its query."""
        raise NotImplementedError

    async def close(self) -> None:
        """Finish what was begun, fold the log back into the file, end the threads."""
