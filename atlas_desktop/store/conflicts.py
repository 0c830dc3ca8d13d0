"""A correction of mine and a newer one of somebody else: the three texts, and what a person makes of them.

The server refused mine, because I had not seen theirs when I wrote it. Whatever I decide is a new act on top of
theirs. The refused act goes to the trash, with their text beside it: whoever loses is kept for 30 days.
"""

from array import array
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

import apsw
import orjson

from atlas_desktop.contract.calls import Call
from atlas_desktop.contract.feedback import Feedback
from atlas_desktop.database.database import Database
from atlas_desktop.domain.answer import answer_text
from atlas_desktop.domain.opinion import Edit
from atlas_desktop.store.acts import CONFLICT, Act, perform, plan, standings
from atlas_desktop.store.bulk import finish, remember
from atlas_desktop.store.changed import NOTHING, Changed
from atlas_desktop.store.records import unpack
from atlas_desktop.store.rows import Decided
from atlas_desktop.store.said import keep_edit, recall

Side = Literal["mine", "theirs"]

_REFUSED = "SELECT seq, problem FROM outbox WHERE call = ? AND state = ? ORDER BY seq LIMIT 1"
# What I wrote since waits behind the refused act: that is what I say now.
_MINE = """
SELECT outbox.said, started FROM outbox
    LEFT JOIN decision_item ON decision_item.decision = outbox.decision AND decision_item.call = outbox.call
WHERE outbox.call = ? AND json_extract(outbox.said, '$.correction') IS NOT NULL ORDER BY outbox.seq DESC LIMIT 1
"""
_THEIRS = "SELECT reviewer, text, feedback_id, created_ms FROM correction WHERE call = ? AND own = 0"
_PAYLOAD = "SELECT packed, body FROM payload WHERE call = ?"


@dataclass(frozen=True, slots=True)
class Conflict:
    """``base`` is the text mine was written from. ``op_seq`` is the refused act; None while mine is a draft.

    ``since_ms`` says when theirs was written (epoch milliseconds; None: not known).
    """

    call: int
    base: str
    mine: str
    theirs: str
    their_reviewer: str
    their_id: str
    since_ms: int | None
    op_seq: int | None = None


class Conflicts:
    """Reading a conflict, and ending it."""

    def __init__(self, database: Database, new_op_id: Callable[[], str]) -> None:
        self._database = database
        self._new_op_id = new_op_id

    async def of(self, call: int) -> Conflict | None:
        """The conflict this call is in, or None."""
        return await self._database.read(lambda reader: conflict_of(reader, call))

    async def resolve(self, conflict: Conflict, text: str | None, *, now: datetime) -> Decided:
        """End it with this text of mine on top of theirs; None: with theirs (my rating and tags stay).

        Nothing is done when it is not this conflict any more: they may have written again.
        """

        def work(writer: apsw.Connection) -> Decided:
            finish(writer, self._new_op_id)
            if conflict_of(writer, conflict.call) != conflict:
                return Decided(None, Edit(correction=text), 0, NOTHING)
            return _resolve(writer, conflict, text, round(now.timestamp() * 1000), self._new_op_id)

        return await self._database.write(work, soon=True)


def conflict_of(connection: apsw.Connection, call: int) -> Conflict | None:
    """The three texts of the refused act of this call."""
    row: tuple[Any, ...] | None = connection.execute(_REFUSED, (call, CONFLICT)).fetchone()
    if row is None:
        return None
    seq, problem = row
    theirs = _theirs(connection, call, orjson.loads(problem or b"{}"))
    mine: Any = connection.execute(_MINE, (call,)).fetchone()
    if theirs is None or mine is None:
        return None
    reviewer, text, their_id, since_ms = theirs
    said, started = mine
    base = started if started is not None else _output(connection, call)
    return Conflict(call, base, recall(said).correction or "", text, reviewer, their_id, since_ms, seq)


def _theirs(
    connection: apsw.Connection, call: int, problem: dict[str, Any]
) -> tuple[str, str, str, int | None] | None:
    """What the server named as being in the way; where a pull has brought a newer one since, that."""
    text = recall(problem.get("theirs")).correction
    pulled: Any = connection.execute(_THEIRS, (call,)).fetchone()
    if text is None:
        return None if pulled is None else (pulled[0], pulled[1], pulled[2], pulled[3])
    named = (problem["theirs_by"], text, problem["theirs_id"], problem.get("theirs_ms"))
    newer = pulled is not None and pulled[3] > (named[3] or 0) and pulled[2] != named[2]
    return (pulled[0], pulled[1], pulled[2], pulled[3]) if newer else named


def _output(connection: apsw.Connection, call: int) -> str:
    stored: Any = connection.execute(_PAYLOAD, (call,)).fetchone()
    if stored is None:
        return ""
    return answer_text(Call.model_validate(unpack(bool(stored[0]), stored[1])).response.message)


def _resolve(
    writer: apsw.Connection, conflict: Conflict, text: str | None, at_ms: int, new_op_id: Callable[[], str]
) -> Decided:
    edit = Edit(correction=text)
    found = standings(writer, array("q", [conflict.call]))
    if not found:
        return Decided(None, edit, 0, NOTHING)
    (standing,) = found
    after = replace(standing.opinion, correction=text)
    act = plan(standing, after, resolving=True, base=conflict.their_id)
    assert act is not None  # noqa: S101 - there is a refused row to be taken out of the lane
    if after == standing.opinion:
        # I say what I said: there is nothing in it that could be undone.
        decision = writer.execute("SELECT decision FROM outbox WHERE seq = ?", (conflict.op_seq,)).get
    else:
        decision = _decided(writer, edit, conflict, act, at_ms)
    perform(writer, [act], decision, at_ms, new_op_id)
    changed = Changed(calls=frozenset((conflict.call,)), outbox=True, decisions=True)
    return Decided(decision, edit, 1, changed)


def _decided(writer: apsw.Connection, edit: Edit, conflict: Conflict, act: Act, at_ms: int) -> int:
    writer.execute("UPDATE decision SET state = 2 WHERE state = 1")
    writer.execute(
        "INSERT INTO decision(at_ms, edit, named, first_call) VALUES (?, ?, 1, ?)",
        (at_ms, keep_edit(edit), conflict.call),
    )
    decision = writer.last_insert_rowid()
    remember(writer, decision, [act], {conflict.call: conflict.theirs})
    return decision


def merge_identical(
    writer: apsw.Connection, seq: int, call: int, theirs: Feedback, new_op_id: Callable[[], str]
) -> bool:
    """When both wrote the same text, byte for byte, there is nothing to decide: mine is said again on top of theirs."""
    found = standings(writer, array("q", [call]))
    if not found or found[0].opinion.correction != theirs.correction:
        return False
    row: tuple[Any, ...] | None = writer.execute(
        "SELECT decision, created_ms FROM outbox WHERE seq = ?", (seq,)
    ).fetchone()
    act = plan(found[0], found[0].opinion, resolving=True, base=theirs.id)
    if row is None or act is None:
        return False
    perform(writer, [act], row[0], row[1], new_op_id)
    return True
