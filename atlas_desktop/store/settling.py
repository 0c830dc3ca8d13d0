"""What the sender heard, written down: receipts, doubts, refusals."""

from collections.abc import Callable, Sequence
from typing import Final

import apsw
import orjson

from atlas_desktop.store import facts
from atlas_desktop.store.acts import CONFLICT, INFLIGHT, PARKED, READY, REJECTED, UNKNOWN
from atlas_desktop.store.changed import Changed
from atlas_desktop.store.conflicts import merge_identical
from atlas_desktop.store.heads import acknowledged, show_again
from atlas_desktop.store.said import keep, opinion_of
from atlas_desktop.store.settled import Acknowledged, Conflict, Parked, Rejected, Retry, Settled, Unknown

_ANOTHER_CALL: Final = "The server answered about another call, so this is not counted as sent."


def settle(writer: apsw.Connection, settled: Sequence[Settled], new_op_id: Callable[[], str]) -> Changed:
    """Apply all of it. What is about rows that are no longer in the outbox changes nothing."""
    calls = set()
    for item in settled:
        call = _acknowledge(writer, item) if isinstance(item, Acknowledged) else _set_aside(writer, item)
        if call is not None:
            calls.add(call)
            if (
                isinstance(item, Conflict)
                and item.current is not None
                and item.current.correction is not None
            ):
                merge_identical(writer, item.seq, call, item.current, new_op_id)
    return Changed(outbox=True) | Changed(calls=frozenset(calls))


def _acknowledge(writer: apsw.Connection, item: Acknowledged) -> int | None:
    feedback = item.feedback
    # A discarded act whose answer comes late was stored after all: the receipt is the truth about it.
    row = writer.execute(
        "SELECT call, call_id, said, sha256 FROM outbox WHERE seq = ?1"
        " UNION ALL SELECT call, call_id, said, sha256 FROM trash WHERE seq = ?1",
        (item.seq,),
    ).get
    if row is None:
        return None
    call, call_id, said, sha256 = row
    if feedback.call_id != call_id:
        return _set_aside(writer, Parked(item.seq, _ANOTHER_CALL))
    writer.execute(
        "INSERT INTO receipt(seq, feedback_id, revision, sha256) VALUES (?, ?, ?, ?)",
        (item.seq, feedback.id, feedback.revision, sha256),
    )
    writer.execute("DELETE FROM outbox WHERE seq = ?", (item.seq,))
    writer.execute("DELETE FROM trash WHERE seq = ?", (item.seq,))
    if facts.read_text(writer, "reviewer") is None:
        facts.write(writer, "reviewer", feedback.reviewer)
    acknowledged(writer, call, said, feedback)
    show_again(writer, call)
    return int(call)


def _set_aside(writer: apsw.Connection, item: Retry | Unknown | Conflict | Rejected | Parked) -> int | None:
    row = writer.execute(
        "SELECT call FROM outbox WHERE seq = ? AND state IN (?, ?, ?)", (item.seq, READY, INFLIGHT, UNKNOWN)
    ).get
    if row is None:
        return None
    if isinstance(item, Retry):
        # Not stored this time; but an earlier attempt without an answer stays in doubt.
        if item.looked:
            writer.execute("UPDATE outbox SET doubted = 0 WHERE seq = ?", (item.seq,))
        writer.execute(
            "UPDATE outbox SET state = iif(doubted, ?, ?), attempts = max(0, attempts - ?) WHERE seq = ?",
            (UNKNOWN, READY, not item.counted, item.seq),
        )
    elif isinstance(item, Unknown):
        writer.execute("UPDATE outbox SET state = ?, doubted = 1 WHERE seq = ?", (UNKNOWN, item.seq))
    else:
        state, problem = _problem(item)
        writer.execute(
            "UPDATE outbox SET state = ?, problem = ? WHERE seq = ?", (state, orjson.dumps(problem), item.seq)
        )
    return int(row)


def _problem(item: Conflict | Rejected | Parked) -> tuple[int, dict[str, object]]:
    if isinstance(item, Rejected):
        return REJECTED, {"status": item.status, "code": item.code, "message": item.message}
    if isinstance(item, Parked):
        return PARKED, {"message": item.reason}
    problem: dict[str, object] = {"status": 409, "code": "feedback_conflict", "message": item.message}
    if item.current is not None:
        current = item.current
        problem |= {
            "theirs": keep(opinion_of(current)),
            "theirs_by": current.reviewer,
            "theirs_id": current.id,
            "theirs_ms": round(current.created_at.timestamp() * 1000),
        }
    return CONFLICT, problem
