"""What I decided: one act is one step of undo, however many calls it is about.

Up to `AT_ONCE` calls an act is one transaction. A larger one is written down as a whole first and then
carried out in steps, so that others can write in between; what a crash leaves open is carried out when the
file is opened again.
"""

from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import apsw

from atlas_desktop.database.database import Database
from atlas_desktop.domain.opinion import NO_EDIT, Edit, Verdict, as_edit, repeated
from atlas_desktop.domain.query import Query
from atlas_desktop.domain.selection import AllMatching, Selection, Some
from atlas_desktop.store import browse
from atlas_desktop.store.bulk import AT_ONCE, DO, REDO, UNDO, Doing, Written, begin, carry_out, finish, step
from atlas_desktop.store.changed import NOTHING, Changed
from atlas_desktop.store.rows import Decided, Progress, Undone
from atlas_desktop.store.said import keep_edit, recall_edit
from atlas_desktop.store.tags import used

_STANDS, _UNDONE, _SETTLED = range(3)
_BACK: Final = 20  # acts looked back over for what belongs to the last one


@dataclass(frozen=True, slots=True)
class _Begun:
    """What the first transaction of an act did."""

    decision: int
    edit: Edit
    named: int
    first: int
    changed: Changed
    more: bool
    full: list[int]


class Decisions:
    """Every method returns after COMMIT: what it returned for is on the disk."""

    def __init__(self, database: Database, new_op_id: Callable[[], str]) -> None:
        self._database = database
        self._new_op_id = new_op_id

    async def decide(
        self,
        target: Selection | Sequence[int],
        said: Verdict | Edit,
        *,
        now: datetime,
        bases: Mapping[int, str | None] | None = None,
        started: Mapping[int, str] | None = None,
    ) -> Decided:
        """Say this about these calls.

        ``bases``: the newest correction of others that was on screen (`Correction.seen`; None: there was none),
        so that nobody overwrites what he has not been shown; by default what was seen when mine was written, else
        what the store has. ``started``: the text a correction was written from.
        """
        return await self._decide(target, as_edit(said), now, Written(bases or {}, started or {}))

    async def decide_each(self, each: Mapping[int, Verdict | Edit], *, now: datetime) -> Decided:
        """Say of each call its own, as one act; of up to 2,000 calls. Raises ValueError above that."""
        if len(each) > AT_ONCE:
            raise ValueError(f"{len(each)} calls: more than {AT_ONCE}")
        edits = {call: as_edit(said) for call, said in each.items()}
        return await self._decide(list(edits), NO_EDIT, now, Written(each=edits))

    async def _decide(
        self, target: Selection | Sequence[int], edit: Edit, now: datetime, written: Written
    ) -> Decided:
        def work(writer: apsw.Connection) -> _Begun | None:
            before = finish(writer, self._new_op_id)
            calls = _targets(writer, target)
            return _decide(writer, calls, edit, _ms(now), self._new_op_id, written, before) if calls else None

        begun = await self._database.write(work, soon=True)
        if begun is None:
            return Decided(None, edit, 0, NOTHING)
        changed = await self._finished(begun)
        stands = bool(changed.calls or changed.all_calls)
        return Decided(begun.decision if stands else None, edit, begun.named, changed, len(begun.full))

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

    async def repeat_source(self) -> Edit | None:
        """What `.` does again: the verdict and the tags of the newest acts that stand, as far back as they are
        about the same calls."""
        return await self._database.read(_repeat_source)

    async def _again(self, direction: int, now: datetime) -> Undone | None:
        begun = await self._database.write(
            lambda writer: _restore(writer, direction, _ms(now), self._new_op_id), soon=True
        )
        if begun is None:
            return None
        changed = await self._finished(begun)
        return Undone(begun.decision, begun.edit, begun.named, begun.first, changed)

    async def _finished(self, begun: _Begun) -> Changed:
        changed, more = begun.changed, begun.more
        while more:
            part, more = await self._database.write(lambda writer: step(writer, self._new_op_id, begun.full))
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
    edit: Edit,
    at_ms: int,
    new_op_id: Callable[[], str],
    written: Written,
    before: list[int],
) -> _Begun:
    writer.execute(
        "INSERT INTO decision(at_ms, edit, named, first_call) VALUES (?, ?, ?, ?)",
        (at_ms, keep_edit(edit), len(calls), calls[0]),
    )
    decision = writer.last_insert_rowid()
    used(writer, edit.add_tags, at_ms)
    doing = Doing(decision, DO, at_ms, new_op_id)
    more = len(calls) > AT_ONCE
    if more:
        begin(writer, doing, calls)
        changed: list[int] = []
    else:
        changed = carry_out(writer, doing, calls, written)
    if not (more or changed):
        writer.execute("DELETE FROM decision WHERE id = ?", (decision,))
    else:
        writer.execute("UPDATE decision SET state = ? WHERE state = ?", (_SETTLED, _UNDONE))
    return _Begun(decision, edit, len(calls), calls[0], _changed(changed + before), more, doing.full)


def _restore(
    writer: apsw.Connection, direction: int, at_ms: int, new_op_id: Callable[[], str]
) -> _Begun | None:
    before = finish(writer, new_op_id)
    found = _newest(writer, _STANDS if direction == UNDO else _UNDONE)
    if found is None:
        return None
    decision, edit, named, first = found
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
        changed = before + carry_out(writer, doing, calls)
    return _Begun(decision, recall_edit(edit), named, first, _changed(changed), more, doing.full)


def _newest(connection: apsw.Connection, state: int) -> Any:
    """The act to undo is the newest that stands; the act to redo the oldest undone (undone last)."""
    order = "DESC" if state == _STANDS else "ASC"
    return connection.execute(
        f"SELECT id, edit, named, first_call FROM decision WHERE state = ? ORDER BY id {order} LIMIT 1",  # noqa: S608
        (state,),
    ).get


def _decided_since(reader: apsw.Connection, ms: int) -> int:
    return int(
        reader.execute(
            "SELECT count(DISTINCT call) FROM decision JOIN decision_item ON decision_item.decision = decision.id"
            " WHERE at_ms >= ? AND state = 0 AND edit <> ?",
            (ms, keep_edit(Edit(verdict="clear"))),
        ).get
    )


def _repeat_source(reader: apsw.Connection) -> Edit | None:
    rows: list[tuple[Any, ...]] = reader.execute(
        "SELECT edit, named, first_call FROM decision WHERE state = ? ORDER BY id DESC LIMIT ?",
        (_STANDS, _BACK),
    ).fetchall()
    same = [recall_edit(edit) for edit, *about in rows if about == list(rows[0][1:])]
    again = repeated(tuple(reversed(same)))
    return None if again == NO_EDIT else again
