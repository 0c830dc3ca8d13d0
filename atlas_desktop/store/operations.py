"""The organization's operations, as last heard from the server."""

from collections.abc import Sequence

import apsw

from atlas_desktop.contract.operations import Operation
from atlas_desktop.database.database import Database
from atlas_desktop.store.changed import NOTHING, Changed


class Operations:
    """A copy of the server's list."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def replace(self, operations: Sequence[Operation]) -> Changed:
        """Make the list exactly this."""
        return await self._database.write(lambda writer: _replace(writer, operations))

    async def put(self, operation: Operation) -> Changed:
        """One as the server has it now: what was just changed there is not waited for."""
        return await self._database.write(lambda writer: _put(writer, operation))

    async def list(self) -> list[Operation]:
        """All of them, by key."""
        return await self._database.read(_list)


def _replace(writer: apsw.Connection, operations: Sequence[Operation]) -> Changed:
    wanted = {operation.id: (operation.key, _body(operation)) for operation in operations}
    known = {row[0]: (row[1], row[2]) for row in writer.execute("SELECT id, key, body FROM operation")}
    if wanted == known:
        return NOTHING
    writer.execute("DELETE FROM operation")
    writer.executemany(
        "INSERT INTO operation(id, key, body) VALUES (?, ?, ?)",
        [(number, key, body) for number, (key, body) in wanted.items()],
    )
    return Changed(operations=True)


def _put(writer: apsw.Connection, operation: Operation) -> Changed:
    writer.execute("DELETE FROM operation WHERE key = ? AND id <> ?", (operation.key, operation.id))
    writer.execute(
        "INSERT INTO operation(id, key, body) VALUES (?1, ?2, ?3)"
        " ON CONFLICT(id) DO UPDATE SET key = ?2, body = ?3",
        (operation.id, operation.key, _body(operation)),
    )
    return Changed(operations=True)


def _body(operation: Operation) -> bytes:
    return operation.model_dump_json(by_alias=True, exclude_unset=True).encode()


def _list(reader: apsw.Connection) -> list[Operation]:
    rows = reader.execute("SELECT body FROM operation ORDER BY key")
    return [Operation.model_validate_json(row[0]) for row in rows]
