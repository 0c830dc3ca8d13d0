"""The stored calls, for browsing: ids of a filter, rows by id, one call with its payload."""

from array import array
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final

import apsw
from pydantic import TypeAdapter

from atlas_desktop.contract.calls import Call
from atlas_desktop.contract.chat import Message
from atlas_desktop.database.database import Database
from atlas_desktop.domain.filter.facets import Facets
from atlas_desktop.domain.opinion import Opinion
from atlas_desktop.domain.query import Field, Query
from atlas_desktop.store import browse
from atlas_desktop.store.facets import facets
from atlas_desktop.store.folding import Listed, rated_differently
from atlas_desktop.store.records import unpack_weighed
from atlas_desktop.store.row_reading import read_rows, rows_of
from atlas_desktop.store.rows import CallRow, Correction, OpenCall
from atlas_desktop.store.said import recall
from atlas_desktop.store.same_prompt import SameAnswer, same_prompt

__all__ = ["CallRow", "Calls", "OpenCall"]

_TURNS_AT_ONCE: Final = 500

_CORRECTION = (
    "SELECT own, reviewer, text, feedback_id, created_ms FROM correction WHERE call = ? ORDER BY own"
)
_MY_BASE: Final = """
SELECT base FROM outbox WHERE call = ? AND json_extract(said, '$.correction') IS NOT NULL ORDER BY seq DESC LIMIT 1
"""


class Calls:
    """Reads only. Every method runs on a reading thread."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def ids(self, query: Query) -> "array[int]":
        """Local ids of the matching calls in the query's order, as ``array('q')``."""
        return await self._database.read(lambda reader: browse.ids(reader, query))

    async def listed(self, query: Query, *, fold: bool = False) -> Listed:
        """The same; with ``fold`` the first of equal exchanges stands for all of them."""
        return await self._database.read(lambda reader: browse.listed(reader, query, folded=fold))

    async def facets(self, query: Query) -> Facets:
        """The values of each facet field, with the number of calls one would get by choosing it."""
        return await self._database.read(lambda reader: facets(reader, query))

    async def vocabulary(self) -> Facets:
        """Every value there is, with its number of calls: what a filter can be completed with."""
        return await self.facets(Query())

    async def same_prompt(self, seq: int) -> tuple[SameAnswer, ...]:
        """The answers given to the prompt of this call, its own first, then those given most."""
        return await self._database.read(lambda reader: same_prompt(reader, seq))

    async def rows(self, seqs: Sequence[int]) -> list[CallRow]:
        """Rows in the order asked; calls that are gone are left out."""
        asked = array("q", seqs)
        return await self._database.read(lambda reader: read_rows(reader, asked))

    async def rated_differently(self, groups: Mapping[int, "array[int]"]) -> frozenset[int]:
        """Which rows of a folded list stand for calls that do not all show the same rating."""
        return await self._database.read(lambda reader: rated_differently(reader, groups))

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
        return await self._counts("operation")

    async def customers(self) -> list[tuple[str, int]]:
        """Customers with their number of calls, most calls first."""
        return await self._counts("customer")

    async def seq_of(self, call_id: str) -> int | None:
        """The local id of a call, or None."""
        return await self._database.read(
            lambda reader: reader.execute("SELECT seq FROM call WHERE id = ? AND gone = 0", (call_id,)).get
        )

    async def _counts(self, field: Field) -> list[tuple[str, int]]:
        values = (await self.vocabulary()).of(field)
        return [(value.term.value, value.count) for value in values if value.term.op == "is"]


def _open(reader: apsw.Connection, seq: int) -> OpenCall | None:
    rows = read_rows(reader, array("q", [seq]))
    stored = reader.execute("SELECT packed, body FROM payload WHERE call = ?", (seq,)).get
    if not rows or stored is None:
        return None
    body, weight = unpack_weighed(bool(stored[0]), stored[1])
    opinion = my_opinion(reader, seq)
    return OpenCall(rows[0], _read_call(body), opinion, _correction(reader, seq, opinion), weight)


def _read_call(body: Any) -> Call:
    """The call, its turns a few at a time: pydantic lets no other thread run, and 50,000 take it 110 ms."""
    turns = body["request"]["messages"]
    rest = turns[_TURNS_AT_ONCE:]
    del turns[_TURNS_AT_ONCE:]
    call = Call.model_validate(body)
    for start in range(0, len(rest), _TURNS_AT_ONCE):
        call.request.messages.extend(_turns().validate_python(rest[start : start + _TURNS_AT_ONCE]))
    return call


@cache
def _turns() -> TypeAdapter[list[Message]]:
    return TypeAdapter(list[Message])


def _correction(reader: apsw.Connection, seq: int, opinion: Opinion) -> Correction | None:
    """The newest correction: mine where I say one that is not sent yet or counts, else another reviewer's."""
    stored = {bool(own): row for own, *row in rows_of(reader, _CORRECTION, seq)}
    waits = reader.execute("SELECT EXISTS (SELECT 1 FROM overlay WHERE call = ?)", (seq,)).get
    if waits and opinion.correction is not None:
        return Correction(opinion.correction, None, reader.execute(_MY_BASE, (seq,)).get)
    if not waits and True in stored:
        _, text, seen, since_ms = stored[True]
        return Correction(text, None, seen, since_ms)
    if False in stored:
        by, text, seen, since_ms = stored[False]
        return Correction(text, by, seen, since_ms)
    return None


def my_opinion(reader: apsw.Connection, seq: int) -> Opinion:
    """What I say about a call now: my newest act, sent or not."""
    row = reader.execute(
        "SELECT said FROM overlay WHERE call = ?1 UNION ALL SELECT said FROM mine WHERE call = ?1 LIMIT 1",
        (seq,),
    ).fetchone()
    return recall(row[0] if row else None)
