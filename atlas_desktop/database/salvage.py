"""What to do with a damaged file: set it aside, and read from it what can be read."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import apsw

_SIDES: Final = ("", "-wal", "-shm")


def damage_mark(path: Path) -> Path:
    """The note left beside a file in which a running program met damage."""
    return path.with_name(f"{path.name}.damaged")


def set_aside(path: Path) -> Path:
    """Move a file and its log out of the way; returns where it is now."""
    targets = (path.with_name(f"{path.name}.damaged-{number}") for number in itertools.count(1))
    target = next(target for target in targets if not target.exists())
    for side in _SIDES:
        part = path.with_name(path.name + side)
        if part.exists():
            part.rename(target.with_name(target.name + side))
    damage_mark(path).unlink(missing_ok=True)
    return target


@dataclass(slots=True)
class Reading:
    """How far a table could be read."""

    rows: int = 0
    whole: bool = True


class Wreck:
    """A damaged file, open for reading as far as that goes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.readings: dict[str, Reading] = {}
        self._connection: apsw.Connection | None = None
        try:
            # Not read-only: only a writing connection may bring a log left by a crash into play.
            self._connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)
            self._connection.config(apsw.SQLITE_DBCONFIG_DEFENSIVE, 1)
            self._connection.config(apsw.SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0)
            self._connection.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)
            self._connection.pragma("cell_size_check", 1)
            self._connection.pragma("query_only", 1)
        except apsw.Error:
            # Not even the first page can be read: then there is nothing to read.
            self.close()

    def close(self) -> None:
        """Let the file go."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def columns(self, table: str) -> tuple[str, ...]:
        """The table's columns as this file has them; none when that cannot be read."""
        if self._connection is None:
            return ()
        try:
            rows = self._connection.execute("SELECT name FROM pragma_table_info(?)", (table,)).fetchall()
        except apsw.Error:
            return ()
        return tuple(str(row[0]) for row in rows)

    def rows(self, table: str, columns: Sequence[str]) -> Iterator[tuple[Any, ...]]:
        """Rows from the front as far as they can be read, then from the back; some may come twice."""
        reading = self.readings.setdefault(table, Reading())
        if self._connection is None or not set(columns) <= set(self.columns(table)):
            reading.whole = False
            return
        for direction in ("ASC", "DESC"):
            sql = f"SELECT {', '.join(columns)} FROM {table} ORDER BY 1 {direction}"  # noqa: S608  # names of ours
            try:
                yield from self._readable(self._connection.execute(sql), reading)
            except apsw.Error:
                reading.whole = False
                continue
            return

    @staticmethod
    def _readable(cursor: apsw.Cursor, reading: Reading) -> Iterator[tuple[Any, ...]]:
        while True:
            try:
                row = next(cursor)
            except StopIteration:
                return
            except UnicodeDecodeError:
                # Damage inside a text: this row is lost, the cursor goes on with the next.
                reading.whole = False
                continue
            reading.rows += 1
            yield row
