"""Calls collected for datasets that are still to be made: on this computer only, one operation each."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import apsw

from atlas_desktop.database.database import Database

_OPERATIONS = """
SELECT call.seq, operation FROM carray(?) AS asked CROSS JOIN call ON call.seq = asked.value AND gone = 0
    JOIN kind ON kind.id = call.kind
"""
_DRAFTS = """
SELECT id, name, operation, count(dataset_draft_item.call), recipe,
    EXISTS (SELECT 1 FROM dataset_sending WHERE dataset_sending.draft = id) FROM dataset_draft
    LEFT JOIN dataset_draft_item ON draft = id GROUP BY id ORDER BY id DESC
"""


@dataclass(frozen=True, slots=True)
class DatasetDraft:
    """A list of calls of one operation, to become a dataset. ``count`` calls are in it.

    ``recipe``: how, as whoever builds it has written it. ``sending``: it is on its way to the server.
    """

    id: int
    name: str
    operation: str
    count: int
    recipe: str | None = None
    sending: bool = False


@dataclass(frozen=True, slots=True)
class Collected:
    """What adding did. ``added`` per draft name; ``known`` were in it already; ``untagged`` have no operation."""

    added: tuple[tuple[str, int], ...]
    known: int
    untagged: int


class DatasetDrafts:
    """Every method returns after COMMIT."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, calls: Sequence[int], *, now: datetime) -> Collected:
        """Each call into the newest draft of its operation; where there is none, one is begun in its name.

        A call without an operation cannot be in a dataset: it is left out and counted.
        """
        at_ms = round(now.timestamp() * 1000)
        return await self._database.write(lambda writer: _add(writer, calls, at_ms), soon=True)

    async def begin(self, operation: str, calls: Sequence[int], *, now: datetime) -> int:
        """A new draft of these calls, which are of this operation; it is named after it. Returns its id."""
        at_ms = round(now.timestamp() * 1000)
        return await self._database.write(lambda writer: _begin(writer, operation, calls, at_ms))

    async def set_recipe(self, draft: int, recipe: str) -> None:
        """How it becomes a dataset."""
        sql = "UPDATE dataset_draft SET recipe = ? WHERE id = ?"
        await self._database.write(lambda writer: writer.execute(sql, (recipe, draft)).fetchall())

    async def take_out(self, call: int) -> str | None:
        """Take a call out of the newest draft it is in: that one's name; None when it is in none."""
        return await self._database.write(lambda writer: _take_out(writer, call), soon=True)

    async def remove(self, draft: int, calls: Sequence[int]) -> None:
        """Take these calls out; a draft without calls goes."""
        await self._database.write(lambda writer: _remove(writer, draft, calls), soon=True)

    async def put_back(self, draft: int, calls: Sequence[int], *, now: datetime) -> None:
        """These calls, which were taken out, are in it again; nothing when the draft is gone."""
        at_ms = round(now.timestamp() * 1000)
        await self._database.write(lambda writer: _put_back(writer, draft, calls, at_ms))

    async def rename(self, draft: int, name: str) -> bool:
        """Another name. False when a draft has it already."""
        sql = "UPDATE OR IGNORE dataset_draft SET name = ? WHERE id = ? RETURNING id"
        return await self._database.write(lambda w: w.execute(sql, (name, draft)).fetchone() is not None)

    async def drop(self, draft: int) -> None:
        """Forget the list, and what is left of sending it. The calls stay."""
        await self._database.write(lambda writer: _drop(writer, draft))

    async def all(self) -> list[DatasetDraft]:
        """Newest first."""
        return await self._database.read(lambda reader: [_draft(row) for row in reader.execute(_DRAFTS)])

    async def items(self, draft: int) -> "array[int]":
        """The calls of a draft in the order they were added."""
        sql = "SELECT call FROM dataset_draft_item WHERE draft = ? ORDER BY at_ms, call"
        return await self._database.read(lambda r: array("q", [row[0] for row in r.execute(sql, (draft,))]))

    async def of(self, call: int) -> list[str]:
        """The names of the drafts this call is in."""
        sql = "SELECT name FROM dataset_draft_item JOIN dataset_draft ON id = draft WHERE call = ? ORDER BY id DESC"
        return await self._database.read(lambda reader: [row[0] for row in reader.execute(sql, (call,))])


def _draft(row: tuple[Any, ...]) -> DatasetDraft:
    number, name, operation, count, recipe, sending = row
    return DatasetDraft(number, name, operation, count, recipe, bool(sending))


def _add(writer: apsw.Connection, calls: Sequence[int], at_ms: int) -> Collected:
    by_operation: dict[str, list[int]] = {}
    untagged = 0
    for call, operation in writer.execute(_OPERATIONS, (apsw.carray(array("q", calls or [-1])),)):
        if operation is None:
            untagged += 1
        else:
            by_operation.setdefault(operation, []).append(call)
    added, known = [], 0
    for operation, members in by_operation.items():
        draft, name = _draft_of(writer, operation, at_ms)
        before = writer.total_changes()
        _insert(writer, draft, members, at_ms)
        new = writer.total_changes() - before
        known += len(members) - new
        if new:
            added.append((name, new))
    return Collected(tuple(added), known, untagged)


def _draft_of(writer: apsw.Connection, operation: str, at_ms: int) -> tuple[int, str]:
    found: tuple[int, str] | None = writer.execute(
        "SELECT id, name FROM dataset_draft WHERE operation = ?"
        " AND NOT EXISTS (SELECT 1 FROM dataset_sending WHERE draft = id) ORDER BY id DESC LIMIT 1",
        (operation,),
    ).fetchone()
    return found or _new(writer, operation, at_ms)


def _new(writer: apsw.Connection, operation: str, at_ms: int) -> tuple[int, str]:
    taken = {row[0] for row in writer.execute("SELECT name FROM dataset_draft")}
    name, number = operation, 1
    while name in taken:
        number += 1
        name = f"{operation} {number}"
    writer.execute(
        "INSERT INTO dataset_draft(name, operation, created_ms) VALUES (?, ?, ?)", (name, operation, at_ms)
    )
    return writer.last_insert_rowid(), name


def _begin(writer: apsw.Connection, operation: str, calls: Sequence[int], at_ms: int) -> int:
    draft, _ = _new(writer, operation, at_ms)
    _insert(writer, draft, calls, at_ms)
    return draft


def _insert(writer: apsw.Connection, draft: int, calls: Sequence[int], at_ms: int) -> None:
    writer.executemany(
        "INSERT OR IGNORE INTO dataset_draft_item(draft, call, at_ms) VALUES (?, ?, ?)",
        [(draft, call, at_ms) for call in calls],
    )


def _put_back(writer: apsw.Connection, draft: int, calls: Sequence[int], at_ms: int) -> None:
    if writer.execute("SELECT EXISTS (SELECT 1 FROM dataset_draft WHERE id = ?)", (draft,)).get:
        _insert(writer, draft, calls, at_ms)


def _remove(writer: apsw.Connection, draft: int, calls: Sequence[int]) -> None:
    writer.executemany(
        "DELETE FROM dataset_draft_item WHERE draft = ? AND call = ?", [(draft, call) for call in calls]
    )
    if not writer.execute("SELECT EXISTS (SELECT 1 FROM dataset_draft_item WHERE draft = ?)", (draft,)).get:
        _drop(writer, draft)


def _take_out(writer: apsw.Connection, call: int) -> str | None:
    found: tuple[int, str] | None = writer.execute(
        "SELECT id, name FROM dataset_draft_item JOIN dataset_draft ON id = draft WHERE call = ?"
        " ORDER BY id DESC LIMIT 1",
        (call,),
    ).fetchone()
    if found is None:
        return None
    _remove(writer, found[0], [call])
    return found[1]


def _drop(writer: apsw.Connection, draft: int) -> None:
    writer.execute("DELETE FROM dataset_sending_item WHERE draft = ?", (draft,))
    writer.execute("DELETE FROM dataset_sending WHERE draft = ?", (draft,))
    writer.execute("DELETE FROM dataset_draft_item WHERE draft = ?", (draft,))
    writer.execute("DELETE FROM dataset_draft WHERE id = ?", (draft,))
