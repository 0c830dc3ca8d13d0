"""A new file in place of a damaged one, with everything in it that could still be read.

My acts come first. They are carried over frozen and in doubt: the same bytes go out again under the same id,
and the server knows what it has. Calls are pulled again from the beginning; those that could be read are
there meanwhile.
"""

import hashlib
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import apsw
import orjson

from atlas_desktop.database.migrations import newest_backup
from atlas_desktop.database.salvage import Wreck
from atlas_desktop.store import facts
from atlas_desktop.store.acts import CONFLICT, DAMAGED, PARKED, READY, UNKNOWN
from atlas_desktop.store.arrivals import Arrivals
from atlas_desktop.store.heads import show_again
from atlas_desktop.store.records import read_record, unpack

_WHOSE: Final = frozenset({"reviewer", "organization"})
"""Without the organization, a key of another one would be taken for the right one."""
_MINE: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("op", ("seq", "id", "call", "decision", "fate", "into_seq")),
    ("receipt", ("seq", "feedback_id", "revision", "sha256")),
    ("trash", (
        "seq", "op_id", "call", "call_id", "said", "payload", "sha256", "reason", "problem", "trashed_ms",
    )),
    ("decision", ("id", "at_ms", "edit", "named", "first_call", "state")),
    ("decision_item", ("decision", "call", "before", "after", "base", "started")),
    ("unfinished", ("only", "decision", "direction", "at_ms")),
    ("unfinished_step", ("number", "calls")),
    ("draft", ("call", "text", "caret", "start", "base", "kind", "saved_ms")),
    ("draft_history", ("number", "call", "text", "saved_ms", "why")),
    ("later", ("call", "at_ms")),
    ("tag_use", ("tag", "times", "last_ms")),
    ("dataset_draft", ("id", "name", "operation", "created_ms", "recipe")),
    ("dataset_draft_item", ("draft", "call", "at_ms")),
    ("dataset_sending", ("draft", "op_id", "creation", "dataset")),
    ("dataset_sending_item", ("draft", "place", "call", "body", "state", "problem")),
    ("item_draft", ("dataset", "item", "text", "start", "base", "saved_ms")),
)  # fmt: skip
_OUTBOX: Final = (
    "seq", "op_id", "call", "call_id", "decision", "said", "shown", "base", "payload", "sha256", "state",
    "frozen", "doubted", "attempts", "created_ms", "problem",
)  # fmt: skip
_TRUTH: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("head", ("call", "own", "feedback_id", "reviewer", "revision", "shown", "tags")),
    ("correction", ("call", "own", "feedback_id", "reviewer", "text", "created_ms")),
    ("mine", ("call", "revision", "feedback_id", "said")),
)
_FROM_A_COPY: Final = (
    "This was found in an older copy of a damaged file. It may have been sent, changed or withdrawn since."
)


@dataclass(slots=True)
class Carried:
    """What could be carried over: rows by table, and the tables of which only a part could be read."""

    rows: dict[str, int] = field(default_factory=dict)
    lost: set[str] = field(default_factory=set)
    acts_lost: int = 0


def carry_over(writer: apsw.Connection, path: Path) -> tuple[Carried, Path | None]:
    """Fill a new, empty file from the damaged one, inside the caller's transaction.

    Returns also the backup that was used where the damaged one could not be read, if any.
    """
    carried = Carried()
    # References are put right below, once everything that is left has arrived.
    writer.pragma("defer_foreign_keys", 1)
    _carry(writer, Wreck(path), carried, from_copy=False)
    backup = newest_backup(path)
    if backup is not None and carried.lost:
        _carry(writer, Wreck(backup), Carried(), from_copy=True)
    else:
        backup = None
    carried.acts_lost = _put_right(writer)
    return carried, backup


def _carry(writer: apsw.Connection, wreck: Wreck, carried: Carried, *, from_copy: bool) -> None:
    try:
        whose = [row for row in wreck.rows("meta", ("key", "value")) if row[0] in _WHOSE]
        for key, value in whose:
            facts.write(writer, key, value)
        if not from_copy:
            _carry_outbox(writer, wreck, from_copy=False)
        for table, columns in _MINE:
            _carry_table(writer, wreck, table, columns)
        if from_copy:
            _carry_outbox(writer, wreck, from_copy=True)
        _carry_calls(writer, wreck)
        for table, columns in _TRUTH:
            _carry_table(writer, wreck, table, columns, instead=True)
    finally:
        wreck.close()
    for table, reading in wreck.readings.items():
        carried.rows[table] = reading.rows
        if not reading.whole:
            carried.lost.add(table)


def _carry_table(
    writer: apsw.Connection, wreck: Wreck, table: str, columns: Sequence[str], *, instead: bool = False
) -> None:
    for row in wreck.rows(table, columns):
        _insert(writer, wreck, table, columns, row, "REPLACE" if instead else "IGNORE")


def _insert(
    writer: apsw.Connection,
    wreck: Wreck,
    table: str,
    columns: Sequence[str],
    values: Sequence[Any],
    verb: str,
) -> None:
    marks = ", ".join("?" * len(columns))
    sql = f"INSERT OR {verb} INTO {table}({', '.join(columns)}) VALUES ({marks})"  # noqa: S608  # names of ours
    try:
        writer.execute(sql, tuple(values))
    except apsw.ConstraintError:
        # A damaged page can give a row of nonsense: no value of the column's type.
        wreck.readings[table].whole = False


def _carry_outbox(writer: apsw.Connection, wreck: Wreck, *, from_copy: bool) -> None:
    for row in wreck.rows("outbox", _OUTBOX):
        values = dict(zip(_OUTBOX, row, strict=True))
        if not _is_intact(values):
            wreck.readings["outbox"].whole = False
            continue
        if from_copy and _is_known(writer, values["seq"]):
            continue
        values |= {"frozen": 1, "doubted": 1}
        if from_copy:
            values |= {"state": PARKED, "problem": orjson.dumps({"message": _FROM_A_COPY})}
        elif values["state"] < CONFLICT:
            values["state"] = UNKNOWN
        _insert(writer, wreck, "outbox", _OUTBOX, tuple(values.values()), "IGNORE")


def _is_intact(values: dict[str, Any]) -> bool:
    payload, state = values["payload"], values["state"]
    if not isinstance(payload, bytes) or state not in range(READY, PARKED + 1):
        return False
    if hashlib.sha256(payload).digest() != values["sha256"]:
        return False
    body = orjson.loads(payload)
    return bool((body["id"], body["call_id"]) == (values["op_id"], values["call_id"]))


def _is_known(writer: apsw.Connection, seq: int) -> bool:
    return bool(
        writer.execute(
            "SELECT EXISTS (SELECT 1 FROM outbox WHERE seq = ?1) OR EXISTS (SELECT 1 FROM receipt WHERE seq = ?1)"
            " OR EXISTS (SELECT 1 FROM trash WHERE seq = ?1)"
            " OR EXISTS (SELECT 1 FROM op WHERE seq = ?1 AND fate <> 0)",
            (seq,),
        ).get
    )


def _carry_calls(writer: apsw.Connection, wreck: Wreck) -> None:
    """Local ids first, since acts name calls by them; then each call whose payload can still be read."""
    for seq, call_id in wreck.rows("call", ("seq", "id")):
        _stub(writer, seq, call_id)
    arrivals = Arrivals(writer, 0)
    for _, packed, body in wreck.rows("payload", ("call", "packed", "body")):
        try:
            arrivals.take(read_record({"type": "call", "call": unpack(bool(packed), body)}))
        except (ValueError, TypeError, RecursionError, zlib.error):
            # What a damaged page gave is no call: it will be pulled again.
            wreck.readings["payload"].whole = False
    arrivals.finish()


def _stub(writer: apsw.Connection, seq: object, call_id: object) -> None:
    if not isinstance(seq, int) or not isinstance(call_id, str):
        return
    writer.execute(
        "INSERT OR IGNORE INTO call(seq, id, revision, gone, created_ms, size_bytes, feedback_count, text_hash,"
        " preview, output_preview) VALUES (?, ?, 0, 1, 0, 0, 0, 0, '', '')",
        (seq, call_id),
    )


def _put_right(writer: apsw.Connection) -> int:
    """Make what arrived agree with itself. Returns how many acts were in the part that is lost."""
    for seq, call_id in writer.execute("SELECT DISTINCT call, call_id FROM outbox").fetchall():
        _stub(writer, seq, call_id)
    for sql in _AGREE:
        writer.execute(sql)
    calls: list[tuple[Any, ...]] = writer.execute(
        "SELECT call FROM outbox UNION SELECT call FROM head UNION SELECT call FROM correction"
    ).fetchall()
    for (call,) in calls:
        show_again(writer, call)
    writer.execute(
        "UPDATE op SET fate = ? WHERE fate = 0 AND seq NOT IN (SELECT seq FROM outbox)"
        " AND seq NOT IN (SELECT seq FROM receipt) AND seq NOT IN (SELECT seq FROM trash)",
        (DAMAGED,),
    )
    return writer.changes()


_AGREE: Final = (
    # The place that is furthest along wins: a receipt over the outbox, the outbox over the trash.
    "DELETE FROM outbox WHERE seq IN (SELECT seq FROM receipt) OR seq IN (SELECT seq FROM op WHERE fate <> 0)",
    "DELETE FROM trash WHERE seq IN (SELECT seq FROM receipt) OR seq IN (SELECT seq FROM outbox)",
    "INSERT OR IGNORE INTO op(seq, id, call, decision) SELECT seq, op_id, call, decision FROM outbox",
    "INSERT OR IGNORE INTO op(seq, id, call, decision) SELECT seq, op_id, call, 0 FROM trash",
    "INSERT OR IGNORE INTO op(seq, id, call, decision) SELECT seq, feedback_id, 0, 0 FROM receipt",
    # A damaged page can give an act a second number: the one that is somewhere is its own, else the first.
    (
        "WITH held(seq) AS (SELECT seq FROM outbox UNION SELECT seq FROM receipt UNION SELECT seq FROM trash)"
        " DELETE FROM op WHERE seq NOT IN held AND seq IN (SELECT seq FROM (SELECT seq,"
        " row_number() OVER (PARTITION BY id ORDER BY seq IN held DESC, seq) AS place FROM op) WHERE place > 1)"
    ),
    "DELETE FROM decision_item WHERE decision NOT IN (SELECT id FROM decision)",
    "DELETE FROM dataset_draft_item WHERE draft NOT IN (SELECT id FROM dataset_draft)",
    "DELETE FROM dataset_sending WHERE draft NOT IN (SELECT id FROM dataset_draft)",
    "DELETE FROM dataset_sending_item WHERE draft NOT IN (SELECT draft FROM dataset_sending)",
    "DELETE FROM unfinished WHERE decision NOT IN (SELECT id FROM decision)",
    "DELETE FROM unfinished_step WHERE length(calls) % 8 <> 0 OR NOT EXISTS (SELECT 1 FROM unfinished)",
    "DELETE FROM head WHERE call NOT IN (SELECT seq FROM call WHERE gone = 0)",
    "DELETE FROM correction WHERE call NOT IN (SELECT seq FROM call WHERE gone = 0)",
    "DELETE FROM mine WHERE call NOT IN (SELECT seq FROM call WHERE gone = 0)",
    # What counts of mine is my newest row, or nothing.
    "DELETE FROM head WHERE own = 1 AND feedback_id IS NOT (SELECT feedback_id FROM mine WHERE mine.call = head.call)",
    # Numbers given out once are never given out again.
    (
        "INSERT INTO sqlite_sequence(name, seq) SELECT column1, 0 FROM (VALUES ('outbox'), ('call'), ('decision'))"
        " WHERE column1 NOT IN (SELECT name FROM sqlite_sequence)"
    ),
    "UPDATE sqlite_sequence SET seq = max(seq, coalesce((SELECT max(seq) FROM op), 0)) WHERE name = 'outbox'",
    (
        "UPDATE sqlite_sequence SET seq = max(seq, coalesce((SELECT max(call) FROM op), 0),"
        " coalesce((SELECT max(call) FROM decision_item), 0)) WHERE name = 'call'"
    ),
    "UPDATE sqlite_sequence SET seq = max(seq, coalesce((SELECT max(decision) FROM op), 0)) WHERE name = 'decision'",
)
