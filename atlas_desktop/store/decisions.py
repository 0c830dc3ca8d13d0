"""What I decided: one act is one step of undo, however many calls it is about.

Up to `AT_ONCE` calls an act is one transaction. A larger one is written down as a whole first and then
carried out in steps, so that others can write in between; what a crash leaves open is carried out when the
file is opened again.
"""

from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

import apsw

from atlas_desktop.database.database import Database
from atlas_desktop.domain.opinion import Verdict
from atlas_desktop.domain.query import Query
from atlas_desktop.domain.selection import AllMatching, Selection, Some
from atlas_desktop.store import browse
from atlas_desktop.store.bulk import AT_ONCE, DO, REDO, UNDO, Doing, begin, carry_out, finish, step
from atlas_desktop.store.changed import NOTHING, Changed
from atlas_desktop.store.rows import Decided, Progress, Undone

_STANDS, _UNDONE, _SETTLED = range(3)
_SHOWN: Mapping[int, str | None] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class _Begun:
    """What the first transaction of an act did."""

    decision: int
    verdict: Verdict
    named: int
    first: int
    changed: Changed
    more: bool


class Decisions:
    """Every method returns after COMMIT: what it returned for is on the disk."""

    def __init__(self, database: Database, new_op_id: Callable[[], str]) -> None:
        self._database = database
        self._new_op_id = new_op_id

    async def decide(
        self,
        target: Selection | Sequence[int],
        verdict: Verdict,
        *,
        now: datetime,
        bases: Mapping[int, str | None] = _SHOWN,
    ) -> Decided:
        """Say this about these calls. ``bases``: the feedback id that was on screen, where a correction
        of mine rides along; by default the one the store has."""

        def work(writer: apsw.Connection) -> _Begun | None:
            before = finish(writer, self._new_op_id)
            calls = _targets(writer, target)
            return (
                _decide(writer, calls, verdict, _ms(now), self._new_op_id, bases, before) if calls else None
            )

        begun = await self._database.write(work, soon=True)
        if begun is None:
            return Decided(None, verdict, 0, NOTHING)
        changed = await self._finished(begun)
        stands = bool(changed.calls or changed.all_calls)
        return Decided(begun.decision if stands else None, verdict, begun.named, changed)

    async def undo(self, now: datetime) -> Undone | None:
        """Take back the newest act that stands. None when there is none."""
        return await self._again(UNDO, now)

    async def redo(self, now: datetime) -> Undone | None:
        """Do again what was undone last. A new decision ends this possibility."""
        return await self._again(REDO, now)

    async def can_undo(self) -> bool:
        """Whether there is something to undo."""
        return await self._database.read(lambda reader: _newest(reader, _STANDS) is not None)

    async def can_redo(self) -> bool:
        """Whether there is something to redo."""
        return await self._database.read(lambda reader: _newest(reader, _UNDONE) is not None)

    async def progress(self, query: Query, *, up_to: int = browse.LAST) -> Progress:
        """How much of a filter is rated, its rating part left out; of the calls known up to this one."""
        everything = query.without("rating")
        return Progress(*await self._database.read(lambda reader: browse.progress(reader, everything, up_to)))

    async def decided_since(self, ms: int) -> int:
        """How many calls I decided since this moment (epoch milliseconds), undone ones not counted."""
        return await self._database.read(lambda reader: _decided_since(reader, ms))

    async def includes(self, decision_id: int, call: int) -> bool:
        """Whether this act changed what I say about this call."""
        sql = "SELECT EXISTS (SELECT 1 FROM decision_item WHERE decision = ? AND call = ?)"
        return await self._database.read(lambda reader: bool(reader.execute(sql, (decision_id, call)).get))

    async def repeat_source(self) -> Verdict | None:
        """The verdict of the newest act that stands."""
        newest = await self._database.read(lambda reader: _newest(reader, _STANDS))
        return None if newest is None else newest[1]

    async def _again(self, direction: int, now: datetime) -> Undone | None:
        begun = await self._database.write(
            lambda writer: _restore(writer, direction, _ms(now), self._new_op_id), soon=True
        )
        if begun is None:
            return None
        changed = await self._finished(begun)
        return Undone(begun.decision, begun.verdict, begun.named, begun.first, changed)

    async def _finished(self, begun: _Begun) -> Changed:
        changed, more = begun.changed, begun.more
        while more:
            part, more = await self._database.write(lambda writer: step(writer, self._new_op_id))
            changed |= _changed(part)
        return changed


def _ms(now: datetime) -> int:
    return round(now.timestamp() * 1000)


def _changed(calls: Sequence[int]) -> Changed:
    return Changed(calls=frozenset(calls), outbox=bool(calls), decisions=True) | NOTHING


def _targets(connection: apsw.Connection, target: Selection | Sequence[int]) -> "array[int]":
    if isinstance(target, AllMatching):
        found = browse.ids(connection, target.query)
        return array("q", [call for call in found if call not in target.except_ids])
    asked = array("q", sorted(target.ids) if isinstance(target, Some) else dict.fromkeys(target))
    if not asked:
        return asked
    live = "SELECT seq FROM carray(?) AS asked CROSS JOIN call ON call.seq = asked.value AND gone = 0"
    return array("q", [row[0] for row in connection.execute(live, (apsw.carray(asked),))])


def _decide(
    writer: apsw.Connection,
    calls: "array[int]",
    verdict: Verdict,
    at_ms: int,
    new_op_id: Callable[[], str],
    bases: Mapping[int, str | None],
    before: list[int],
) -> _Begun:
    writer.execute(
        "INSERT INTO decision(at_ms, verdict, named, first_call) VALUES (?, ?, ?, ?)",
        (at_ms, verdict, len(calls), calls[0]),
    )
    decision = writer.last_insert_rowid()
    doing = Doing(decision, DO, at_ms, new_op_id)
    more = len(calls) > AT_ONCE
    if more:
        begin(writer, doing, calls)
        changed: list[int] = []
    else:
        changed = carry_out(writer, doing, calls, bases)
    if not (more or changed):
        writer.execute("DELETE FROM decision WHERE id = ?", (decision,))
    else:
        writer.execute("UPDATE decision SET state = ? WHERE state = ?", (_SETTLED, _UNDONE))
    return _Begun(decision, verdict, len(calls), calls[0], _changed(changed + before), more)


def _restore(
    writer: apsw.Connection, direction: int, at_ms: int, new_op_id: Callable[[], str]
) -> _Begun | None:
    before = finish(writer, new_op_id)
    found = _newest(writer, _STANDS if direction == UNDO else _UNDONE)
    if found is None:
        return None
    decision, verdict, named, first = found
    state = _UNDONE if direction == UNDO else _STANDS
    writer.execute("UPDATE decision SET state = ? WHERE id = ?", (state, decision))
    items = "SELECT call FROM decision_item WHERE decision = ?"
    calls = array("q", [row[0] for row in writer.execute(items, (decision,))])
    doing = Doing(decision, direction, at_ms, new_op_id)
    more = len(calls) > AT_ONCE
    if more:
        begin(writer, doing, calls)
        changed = before
    else:
        changed = before + carry_out(writer, doing, calls, {})
    return _Begun(decision, verdict, named, first, _changed(changed), more)


def _newest(connection: apsw.Connection, state: int) -> Any:
    """The act to undo is the newest that stands; the act to redo the oldest undone (undone last)."""
    order = "DESC" if state == _STANDS else "ASC"
    return connection.execute(
        f"SELECT id, verdict, named, first_call FROM decision WHERE state = ? ORDER BY id {order} LIMIT 1",  # noqa: S608
        (state,),
    ).get


def _decided_since(reader: apsw.Connection, ms: int) -> int:
    return int(
        reader.execute(
            "SELECT count(DISTINCT call) FROM decision JOIN decision_item ON decision_item.decision = decision.id"
            " WHERE at_ms >= ? AND state = 0 AND verdict <> 'clear'",
            (ms,),
        ).get
    )
