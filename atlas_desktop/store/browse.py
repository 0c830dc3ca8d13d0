"""A query as SQL, and the ids it gives."""

from array import array
from typing import Final

import apsw
import orjson

from atlas_desktop.domain.full_text import match_expression
from atlas_desktop.domain.query import Query
from atlas_desktop.store.said import SHOWN

Bindings = list[str | int]

_PARSED_AT_ONCE: Final = 500_000  # characters: 70,000 ids in 4 ms, then other threads may run

_BEGINS_WITH: Final = "substr(name, 1, length({0})) = {0}"
# While a name is being typed there is none like it yet: then its beginning counts.
_IS_OR_BEGINS: Final = (
    "CASE WHEN EXISTS (SELECT 1 FROM {1} WHERE name = {0}) THEN name = {0}"
    " ELSE substr(name, 1, length({0})) = {0} END"
)
LAST: Final = 2**63 - 1
"""No local id is larger."""
_FEW: Final = 3_000
"""Matches of a text that are read call by call; for more the index of all calls is read from end to end."""


def where(connection: apsw.Connection, query: Query) -> tuple[str, Bindings]:
    """What follows FROM: the table, the index, the conditions; with their values."""
    conditions, bindings = ["gone = 0"], Bindings()
    for field, table in (("operation", "operation_key"), ("customer", "customer")):
        for term in query.of(field):
            conditions.append(_named(field, table, term.value, bindings, starred=term.op == "starts"))
    for term in query.of("rating"):
        conditions.append("shown = ?")
        bindings.append(SHOWN[term.value])
    expression = match_expression(query.words)
    if expression is not None:
        conditions.append("seq IN (SELECT rowid FROM search WHERE search MATCH ?)")
        bindings.append(expression)
    # Left alone, SQLite takes an index on one column for a filter by customer and reads whole rows: 30 ms
    # instead of 5 at 100,000 calls. Only few words are better looked up first.
    index = "" if expression and _are_few(connection, expression) else " INDEXED BY call_browse"
    return f"call{index} WHERE {' AND '.join(conditions)}", bindings


def _named(column: str, table: str, name: str, bindings: Bindings, *, starred: bool = False) -> str:
    bindings.append(storable_name(name))
    chosen = (_BEGINS_WITH if starred else _IS_OR_BEGINS).format(f"?{len(bindings)}", table)
    return f"{column} IN (SELECT id FROM {table} WHERE {chosen})"  # noqa: S608  # no value in it


def _are_few(connection: apsw.Connection, expression: str) -> bool:
    probe = "SELECT count(*) FROM (SELECT 1 FROM search WHERE search MATCH ? LIMIT ?)"
    return bool(connection.execute(probe, (expression, _FEW)).get < _FEW)


def storable_name(name: str) -> str:
    """A typed name without what SQLite cannot compare: then it simply matches nothing."""
    return name.encode("utf-8", "replace").decode()


def ids(connection: apsw.Connection, query: Query) -> "array[int]":
    """Local ids of the matching calls, in order."""
    source, bindings = where(connection, query)
    direction = "DESC" if query.sort.descending else "ASC"
    # One row for all ids: stepping through a million rows would take the interpreter's lock as often.
    text = connection.execute(
        f"SELECT json_group_array(seq) FROM (SELECT seq FROM {source}"  # noqa: S608  # no value in it
        f" ORDER BY created_ms {direction}, seq {direction})",
        bindings,
    ).get
    return _numbers(text)


def _numbers(text: str) -> "array[int]":
    numbers = array("q")
    start, end = 1, len(text) - 1
    while start < end:
        stop = text.find(",", start + _PARSED_AT_ONCE, end)
        stop = end if stop < 0 else stop
        numbers.extend(orjson.loads(f"[{text[start:stop]}]"))
        start = stop + 1
    return numbers


def count(connection: apsw.Connection, query: Query, came_after: int) -> int:
    """How many calls match, of those whose local id is larger than ``came_after``."""
    source, bindings = where(connection, query)
    sql = f"SELECT count(*) FROM {source} AND seq > ?"  # noqa: S608
    return int(connection.execute(sql, (*bindings, came_after)).get)


def progress(connection: apsw.Connection, query: Query, up_to: int) -> tuple[int, int]:
    """How many of the matching calls show a rating or the unsure mark, and how many match.

    Only those whose local id is not larger than ``up_to``.
    """
    source, bindings = where(connection, query)
    rated, total = connection.execute(
        f"SELECT count(CASE WHEN shown > 0 THEN 1 END), count(*) FROM {source} AND seq <= ?",  # noqa: S608
        (*bindings, up_to),
    ).get
    return rated, total
