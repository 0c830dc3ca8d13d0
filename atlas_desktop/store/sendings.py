"""Drafts on their way to the server: what was sent of them, so that a crash sends nothing twice and forgets nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import apsw

from atlas_desktop.database.database import Database

_STATES: Final = {"to_send": 0, "added": 1, "refused": 2}
SendState = Literal["to_send", "added", "refused"]


@dataclass(frozen=True, slots=True)
class Sending:
    """How far it is. ``creation`` makes the dataset, under ``op_id`` as Idempotency-Key; ``dataset`` is its id then."""

    draft: int
    op_id: str
    creation: bytes
    dataset: str | None
    total: int
    done: int


@dataclass(frozen=True, slots=True)
class SendItem:
    """One item: the bytes to send, and the call it is of."""

    place: int
    call: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Refused:
    """An item the server did not take, and why in its words."""

    call: int
    problem: str


class Sendings:
    """Every method returns after COMMIT."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(
        self,
        draft: int,
        op_id: str,
        creation: bytes,
        items: Sequence[tuple[int, bytes]],
        *,
        into: str | None = None,
    ) -> None:
        """These items (call, body) of a draft go out. What an earlier sending of it refused is forgotten."""
        await self._database.write(lambda writer: _begin(writer, draft, op_id, creation, items, into))

    async def all(self) -> list[Sending]:
        """Every sending that is not through, the oldest draft first."""
        sql = (
            "SELECT draft, op_id, creation, dataset,"
            " (SELECT count(*) FROM dataset_sending_item AS item WHERE item.draft = dataset_sending.draft),"
            " (SELECT count(*) FROM dataset_sending_item AS item WHERE item.draft = dataset_sending.draft AND state > 0)"
            " FROM dataset_sending ORDER BY draft"
        )
        return await self._database.read(lambda reader: [Sending(*row) for row in reader.execute(sql)])

    async def created(self, draft: int, dataset: str) -> None:
        """The server made it."""
        sql = "UPDATE dataset_sending SET dataset = ? WHERE draft = ?"
        await self._database.write(lambda writer: writer.execute(sql, (dataset, draft)).fetchall(), soon=True)

    async def next(self, draft: int, most: int, largest: int) -> list[SendItem]:
        """The next items to send: at most so many, and with so many bytes; one at least while there is one."""
        return await self._database.read(lambda reader: _next(reader, draft, most, largest))

    async def settle(self, draft: int, added: Sequence[int], refused: Sequence[tuple[int, str]] = ()) -> None:
        """What the server said of items, by place."""
        await self._database.write(lambda writer: _settle(writer, draft, added, refused), soon=True)

    async def finish(self, draft: int) -> tuple[Refused, ...]:
        """It is through: what was added leaves the draft; a draft with nothing left goes. Returns what stays."""
        return await self._database.write(lambda writer: _finish(writer, draft))

    async def give_up(self, draft: int) -> None:
        """Send no more of it; the draft is as it was."""
        await self._database.write(lambda writer: _forget(writer, draft))


def _begin(
    writer: apsw.Connection,
    draft: int,
    op_id: str,
    creation: bytes,
    items: Sequence[tuple[int, bytes]],
    into: str | None,
) -> None:
    _forget(writer, draft)
    writer.execute(
        "INSERT INTO dataset_sending(draft, op_id, creation, dataset) VALUES (?, ?, ?, ?)",
        (draft, op_id, creation, into),
    )
    writer.executemany(
        "INSERT INTO dataset_sending_item(draft, place, call, body) VALUES (?, ?, ?, ?)",
        [(draft, place, call, body) for place, (call, body) in enumerate(items)],
    )


def _next(reader: apsw.Connection, draft: int, most: int, largest: int) -> list[SendItem]:
    rows: Any = reader.execute(
        "SELECT place, call, body FROM dataset_sending_item WHERE draft = ? AND state = 0 ORDER BY place LIMIT ?",
        (draft, most),
    )
    found: list[SendItem] = []
    size = 0
    for row in rows:
        item = SendItem(*row)
        size += len(item.body)
        if found and size > largest:
            break
        found.append(item)
    return found


def _settle(
    writer: apsw.Connection, draft: int, added: Sequence[int], refused: Sequence[tuple[int, str]]
) -> None:
    sql = "UPDATE dataset_sending_item SET state = ?, problem = ? WHERE draft = ? AND place = ?"
    rows: list[tuple[int, str | None, int, int]] = [(_STATES["added"], None, draft, place) for place in added]
    rows += [(_STATES["refused"], words, draft, place) for place, words in refused]
    writer.executemany(sql, rows)


def _finish(writer: apsw.Connection, draft: int) -> tuple[Refused, ...]:
    sql = "SELECT call, problem FROM dataset_sending_item WHERE draft = ? AND state = ? ORDER BY place"
    rows: Any = writer.execute(sql, (draft, _STATES["refused"])).fetchall()
    refused = tuple(Refused(call, problem or "") for call, problem in rows)
    writer.execute(
        "DELETE FROM dataset_draft_item WHERE draft = ?1 AND call IN"
        " (SELECT call FROM dataset_sending_item WHERE draft = ?1 AND state = ?2)",
        (draft, _STATES["added"]),
    )
    _forget(writer, draft)
    if not writer.execute("SELECT EXISTS (SELECT 1 FROM dataset_draft_item WHERE draft = ?)", (draft,)).get:
        writer.execute("DELETE FROM dataset_draft WHERE id = ?", (draft,))
    return refused


def _forget(writer: apsw.Connection, draft: int) -> None:
    writer.execute("DELETE FROM dataset_sending_item WHERE draft = ?", (draft,))
    writer.execute("DELETE FROM dataset_sending WHERE draft = ?", (draft,))
