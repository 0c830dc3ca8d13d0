"""A query as SQL, and the ids it gives."""

from array import array
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import apsw
import orjson

from atlas_desktop.domain.full_text import excluding_expression, match_expression
from atlas_desktop.domain.query import Column, Query, Sort
from atlas_desktop.store.conditions import Bindings, Conditions
from atlas_desktop.store.folding import Listed, fold

_PARSED_AT_ONCE: Final = 500_000  # characters: 70,000 ids in 4 ms, then other threads may run
LAST: Final = 2**63 - 1
"""No local id is larger."""
_FEW: Final = 3_000
"""Matches of a text that are read call by call; for more the index of all calls is read from end to end."""
_SEARCH: Final = "(SELECT rowid FROM search WHERE search MATCH {0})"

_OF_KIND: Final = "(SELECT {0} FROM ranked WHERE ranked.id = kind)"
_RANKED: Final = (
    "WITH ranked AS MATERIALIZED"
    " (SELECT id, CASE WHEN {0} IS NOT NULL THEN dense_rank() OVER (ORDER BY {0} COLLATE NOCASE, {0}) END AS rank"
    " FROM kind) "
)
_BY: Final[dict[Column, str]] = {
    "latency": "latency_ms", "cost": "cost_usd", "size": "size_bytes", "passed": "passed",
    # Good is more than unsure, that more than bad; who was not rated comes last.
    "rating": "CASE shown WHEN 1 THEN 3 WHEN 3 THEN 2 WHEN 2 THEN 1 END",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Source:
    """What follows FROM: ``call`` with the index to read, and after WHERE the conditions with their values."""

    index: str
    conditions: str
    bindings: Bindings

    @property
    def sql(self) -> str:
        """Table, index and conditions."""
        return f"call{self.index} WHERE {self.conditions}"


def where(connection: apsw.Connection, query: Query, now: datetime | None = None) -> Source:
    """The calls a query means. ``now``: what ``after:7d`` counts from, and whose time zone days begin in."""
    made = Conditions(connection, query, now or datetime.now().astimezone())
    wanted, unwanted = match_expression(query.words), excluding_expression(query.words)
    if wanted is not None:
        made.all.append(f"seq IN {_SEARCH.format(made.bind(wanted))}")
    if unwanted is not None:
        made.all.append(f"seq NOT IN {_SEARCH.format(made.bind(unwanted))}")
    # Left alone, SQLite takes another index and reads whole rows: 30 ms instead of 5 at 100,000 calls. Only few
    # words are better looked up first.
    few = wanted is not None and _are_few(connection, wanted)
    return Source("" if few else " INDEXED BY call_browse", " AND ".join(made.all), made.bindings)


def _are_few(connection: apsw.Connection, expression: str) -> bool:
    probe = "SELECT count(*) FROM (SELECT 1 FROM search WHERE search MATCH ? LIMIT ?)"
    return bool(connection.execute(probe, (expression, _FEW)).get < _FEW)


def ids(connection: apsw.Connection, query: Query, now: datetime | None = None) -> "array[int]":
    """Local ids of the matching calls, in order."""
    # One row for all ids: stepping through a million rows would take the interpreter's lock as often.
    inner, bindings = _ordered(connection, query, "seq", now)
    text = connection.execute(f"SELECT json_group_array(seq) FROM ({inner})", bindings).get  # noqa: S608
    return _numbers(text)


def listed(connection: apsw.Connection, query: Query, now: datetime | None = None, *, folded: bool) -> Listed:
    """The matching calls in order; with ``folded`` one of equal exchanges stands for all of them."""
    if not folded:
        found = ids(connection, query, now)
        return Listed(found, newest=max(found, default=0))
    inner, bindings = _ordered(connection, query, "seq, coalesce(exchange, 0) AS exchange", now)
    both = f"SELECT json_group_array(seq), json_group_array(exchange) FROM ({inner})"  # noqa: S608
    seqs, exchanges = connection.execute(both, bindings).get
    return fold(_numbers(seqs), _numbers(exchanges))


def _ordered(
    connection: apsw.Connection, query: Query, columns: str, now: datetime | None
) -> tuple[str, Bindings]:
    source = where(connection, query, now)
    ranked, order = _order(query.sort)
    return f"{ranked}SELECT {columns} FROM {source.sql} ORDER BY {order}", source.bindings  # noqa: S608


def _order(sort: Sort) -> tuple[str, str]:
    """What the order needs before SELECT, and the order. Equal calls are newest first, those without a value last."""
    direction = "DESC" if sort.descending else "ASC"
    if sort.column == "time":
        return "", f"created_ms {direction}, seq {direction}"
    rest = "NULLS LAST, created_ms DESC, seq DESC"
    if sort.column in _BY:
        return "", f"{_BY[sort.column]} {direction} {rest}"
    return _RANKED.format(sort.column), f"{_OF_KIND.format('rank')} {direction} {rest}"


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
    source = where(connection, query)
    sql = f"SELECT count(*) FROM {source.sql} AND seq > ?"  # noqa: S608
    return int(connection.execute(sql, (*source.bindings, came_after)).get)


def progress(connection: apsw.Connection, query: Query, up_to: int) -> tuple[int, int]:
    """How many of the matching calls show a rating or the unsure mark, and how many match.

    Only those whose local id is not larger than ``up_to``.
    """
    source = where(connection, query)
    rated, total = connection.execute(
        f"SELECT count(CASE WHEN shown > 0 THEN 1 END), count(*) FROM {source.sql} AND seq <= ?",  # noqa: S608
        (*source.bindings, up_to),
    ).get
    return rated, total
