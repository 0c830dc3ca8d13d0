"""The stored calls, for browsing: ids of a filter, rows by id, one call with its payload."""

from array import array
from collections.abc import Iterator, Sequence
from typing import Any, Final

import apsw
import orjson

from atlas_desktop.contract.calls import Call
from atlas_desktop.database.database import Database
from atlas_desktop.domain.opinion import Opinion
from atlas_desktop.domain.query import Query
from atlas_desktop.store import browse
from atlas_desktop.store.records import unpack
from atlas_desktop.store.rows import CallRow, Correction, OpenCall
from atlas_desktop.store.said import RATING, UNSURE, recall

__all__ = ["CallRow", "Calls", "OpenCall"]

_ROWS = """
SELECT call.seq, call.id, created_ms, customer.name, operation_key.name, model.name, call.shown,
    passed, preview, output_preview, latency_ms, cost_usd, size_bytes, feedback_count,
    own.call, own.tags, theirs.tags, overlay.call, overlay.said,
    (SELECT sum(1 + own) FROM correction WHERE correction.call = call.seq),
    (SELECT max(state > 2) + 2 * max(state < 3) FROM outbox WHERE outbox.call = call.seq)
FROM carray(?) AS asked CROSS JOIN call ON call.seq = asked.value AND gone = 0
    JOIN customer ON customer.id = call.customer JOIN model ON model.id = call.model
    LEFT JOIN operation_key ON operation_key.id = call.operation
    LEFT JOIN head AS own ON own.call = call.seq AND own.own = 1
    LEFT JOIN head AS theirs ON theirs.call = call.seq AND theirs.own = 0
    LEFT JOIN overlay ON overlay.call = call.seq
"""
_THEIRS: Final = 1  # the bit of the sum above that stands for others' corrections; mine is the next
_CORRECTION = "SELECT own, reviewer, text FROM correction WHERE call = ? ORDER BY own"
_COUNTS = """
SELECT name, number FROM (SELECT {0} AS id, count(*) AS number FROM call WHERE gone = 0 GROUP BY {0})
    JOIN {1} USING (id) ORDER BY number DESC, name
"""


class Calls:
    """Reads only. Every method runs on a reading thread."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def ids(self, query: Query) -> "array[int]":
        """Local ids of the matching calls in the query's order, as ``array('q')``."""
        return await self._database.read(lambda reader: browse.ids(reader, query))

    async def rows(self, seqs: Sequence[int]) -> list[CallRow]:
        """Rows in the order asked; calls that are gone are left out."""
        asked = array("q", seqs)
        return await self._database.read(lambda reader: read_rows(reader, asked))

    async def open_call(self, seq: int) -> OpenCall | None:
        """A call with its payload parsed, or None when it is gone."""
        return await self._database.read(lambda reader: _open(reader, seq))

    async def count(self, query: Query, *, came_after: int = 0) -> int:
        """How many calls match; with ``came_after``, of those that this store got to know after that one."""
        return await self._database.read(lambda reader: browse.count(reader, query, came_after))

    async def total(self) -> int:
        """How many calls there are."""
        return await self.count(Query())

    async def newest(self) -> int:
        """The local id of the call this store got to know last; 0 when there is none."""
        return await self._database.read(lambda reader: reader.execute("SELECT max(seq) FROM call").get or 0)

    async def operations(self) -> list[tuple[str, int]]:
        """Operation keys with their number of calls, most calls first."""
        return await self._counts("operation", "operation_key")

    async def customers(self) -> list[tuple[str, int]]:
        """Customers with their number of calls, most calls first."""
        return await self._counts("customer", "customer")

    async def seq_of(self, call_id: str) -> int | None:
        """The local id of a call, or None."""
        return await self._database.read(
            lambda reader: reader.execute("SELECT seq FROM call WHERE id = ? AND gone = 0", (call_id,)).get
        )

    async def _counts(self, column: str, table: str) -> list[tuple[str, int]]:
        sql = _COUNTS.format(column, table)
        return await self._database.read(lambda reader: [(row[0], row[1]) for row in rows_of(reader, sql)])


def rows_of(reader: apsw.Connection, sql: str, *bindings: int) -> Iterator[tuple[Any, ...]]:
    """Rows whose columns have the types the schema says."""
    return iter(reader.execute(sql, bindings))


def read_rows(reader: apsw.Connection, asked: "array[int]") -> list[CallRow]:
    """The rows of these calls, in the order asked."""
    if not asked:
        return []
    return [_row(columns) for columns in reader.execute(_ROWS, (apsw.carray(asked),))]


def _row(columns: tuple[Any, ...]) -> CallRow:
    (
        seq, call_id, created_ms, customer, operation, model, shown, passed, preview, output_preview, latency_ms,
        cost_usd, size_bytes, feedback_count, own, own_tags, their_tags, overlaid, said, corrections, states,
    ) = columns  # fmt: skip
    if overlaid is None:
        mine, corrected = own is not None, corrections is not None
    else:
        mine, corrected = said is not None, bool((corrections or 0) & _THEIRS)
    if overlaid is not None and mine:
        opinion = recall(said)
        corrected, tags = corrected or opinion.correction is not None, opinion.tags
    else:
        kept = own_tags if mine else their_tags
        tags = tuple(orjson.loads(kept)) if kept else ()
    waits = states or 0
    return CallRow(
        seq, call_id, created_ms, customer, operation, model,
        RATING[shown], shown == UNSURE, corrected, mine, bool(waits & 2), bool(waits & 1),
        None if passed is None else bool(passed), preview, output_preview, tags,
        latency_ms, cost_usd, size_bytes, feedback_count,
    )  # fmt: skip


def _open(reader: apsw.Connection, seq: int) -> OpenCall | None:
    rows = read_rows(reader, array("q", [seq]))
    stored = reader.execute("SELECT packed, body FROM payload WHERE call = ?", (seq,)).get
    if not rows or stored is None:
        return None
    call = Call.model_validate(unpack(bool(stored[0]), stored[1]))
    opinion = my_opinion(reader, seq)
    return OpenCall(rows[0], call, opinion, _correction(reader, seq, opinion))


def _correction(reader: apsw.Connection, seq: int, opinion: Opinion) -> Correction | None:
    """The newest correction: mine where I say one that is not sent yet or counts, else another reviewer's."""
    stored = {bool(own): (by, text) for own, by, text in rows_of(reader, _CORRECTION, seq)}
    waits = reader.execute("SELECT EXISTS (SELECT 1 FROM overlay WHERE call = ?)", (seq,)).get
    if waits and opinion.correction is not None:
        return Correction(opinion.correction, None)
    if not waits and True in stored:
        return Correction(stored[True][1], None)
    return Correction(stored[False][1], stored[False][0]) if False in stored else None


def my_opinion(reader: apsw.Connection, seq: int) -> Opinion:
    """What I say about a call now: my newest act, sent or not."""
    row = reader.execute(
        "SELECT said FROM overlay WHERE call = ?1 UNION ALL SELECT said FROM mine WHERE call = ?1 LIMIT 1",
        (seq,),
    ).fetchone()
    return recall(row[0] if row else None)
