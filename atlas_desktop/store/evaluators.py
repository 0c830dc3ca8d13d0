"""The organization's evaluators, as last heard from the server."""

from collections.abc import Sequence
from dataclasses import dataclass

import apsw

from atlas_desktop.contract.evaluators import Evaluator
from atlas_desktop.contract.operations import Operation
from atlas_desktop.database.database import Database
from atlas_desktop.store.changed import NOTHING, Changed


@dataclass(frozen=True, slots=True)
class Bound:
    """An operation and the evaluators its gates name, as far as they are known here."""

    operation: Operation
    evaluators: tuple[Evaluator, ...]


class Evaluators:
    """A copy of the server's list."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def replace(self, evaluators: Sequence[Evaluator]) -> Changed:
        """Make the list exactly this."""
        return await self._database.write(lambda writer: _replace(writer, evaluators))

    async def put(self, evaluator: Evaluator) -> Changed:
        """One as the server has it now: what was just changed there is not waited for."""
        return await self._database.write(lambda writer: _put(writer, evaluator))

    async def list(self) -> list[Evaluator]:
        """All of them, by id."""
        return await self._database.read(_list)

    async def bound_to(self, operation: str) -> Bound | None:
        """The operation with this key and what judges it, in the order of its gates; None when it is unknown."""
        return await self._database.read(lambda reader: _bound(reader, operation))


def _replace(writer: apsw.Connection, evaluators: Sequence[Evaluator]) -> Changed:
    wanted = {evaluator.id: _body(evaluator) for evaluator in evaluators}
    known = {row[0]: row[1] for row in writer.execute("SELECT id, body FROM evaluator")}
    if wanted == known:
        return NOTHING
    writer.execute("DELETE FROM evaluator")
    writer.executemany("INSERT INTO evaluator(id, body) VALUES (?, ?)", wanted.items())
    return Changed(operations=True)


def _put(writer: apsw.Connection, evaluator: Evaluator) -> Changed:
    writer.execute(
        "INSERT INTO evaluator(id, body) VALUES (?1, ?2) ON CONFLICT(id) DO UPDATE SET body = ?2",
        (evaluator.id, _body(evaluator)),
    )
    return Changed(operations=True)


def _body(evaluator: Evaluator) -> bytes:
    return evaluator.model_dump_json(by_alias=True, exclude_unset=True).encode()


def _list(reader: apsw.Connection) -> list[Evaluator]:
    rows = reader.execute("SELECT body FROM evaluator ORDER BY id")
    return [Evaluator.model_validate_json(row[0]) for row in rows]


def _bound(reader: apsw.Connection, key: str) -> Bound | None:
    body = reader.execute("SELECT body FROM operation WHERE key = ?", (key,)).get
    if body is None:
        return None
    operation = Operation.model_validate_json(body)
    bodies = [
        reader.execute("SELECT body FROM evaluator WHERE id = ?", (gate.evaluator_id,)).get
        for gate in operation.ship_gates
    ]
    known = tuple(Evaluator.model_validate_json(body) for body in bodies if body is not None)
    return Bound(operation, known)
