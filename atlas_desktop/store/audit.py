"""Where every act ever committed is now, and whether the file keeps its promises. Reads only.

`violations` checks what one file can know of the invariants of the design: no act lost or twice (I1), frozen
payloads, lane order (I5), no conflict with oneself (I7), and that what is derived agrees with its source.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from typing import Any, Final, Literal

import apsw
import orjson

from atlas_desktop.store import facts
from atlas_desktop.store.acts import DAMAGED, EMPTIED, REPLACED, WITHDRAWN
from atlas_desktop.store.digest import in_hex, mark_of
from atlas_desktop.store.heads import CORRECTED, SHOWN
from atlas_desktop.store.outbox import STATES

Where = Literal[
    "receipt", "trash", "replaced", "withdrawn",
    "ready", "inflight", "unknown", "conflict", "rejected", "parked",
    "damaged", "emptied", "lost", "twice",
]  # fmt: skip

_FATES: Final[dict[int, Where]] = {
    REPLACED: "replaced", WITHDRAWN: "withdrawn", DAMAGED: "damaged", EMPTIED: "emptied",
}  # fmt: skip
_EVERY_OP: Final = """
SELECT op.seq, op.id, op.call, op.decision, op.fate, op.into_seq, outbox.state,
    receipt.revision, receipt.seq IS NOT NULL, trash.seq IS NOT NULL
FROM op LEFT JOIN outbox ON outbox.seq = op.seq LEFT JOIN receipt ON receipt.seq = op.seq
    LEFT JOIN trash ON trash.seq = op.seq
ORDER BY op.seq
"""


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """One act on one call. ``into`` is the act that replaced it before anything was sent."""

    seq: int
    op_id: str
    call: int
    decision: int
    where: Where
    into: int | None = None
    revision: int | None = None


def whereabouts(reader: apsw.Connection) -> list[Whereabouts]:
    """Every act ever committed, oldest first, and where it is."""
    return [_whereabouts(row) for row in reader.execute(_EVERY_OP)]


def _whereabouts(row: tuple[Any, ...]) -> Whereabouts:
    seq, op_id, call, decision, fate, into, state, revision, received, trashed = row
    places: list[Where] = []
    if fate in _FATES:
        places.append(_FATES[fate])
    if state is not None:
        places.append(STATES[state])
    if received:
        places.append("receipt")
    if trashed:
        places.append("trash")
    where: Where = places[0] if len(places) == 1 else "twice" if places else "lost"
    return Whereabouts(seq, op_id, call, decision, where, into, revision)


_SUMS: Final = "SELECT day, kind, calls, good, bad, liked, disliked FROM passed_day WHERE calls <> 0"
_COUNTED: Final = (
    "SELECT day, kind, count(*), sum(good), sum(bad), sum(liked), sum(disliked) FROM judged"
    " WHERE created_ms < (SELECT up_to FROM day_zone) GROUP BY day, kind"
)
_CHECKS: Final[tuple[tuple[str, str], ...]] = (
    (
        "an outbox row without an entry in the list of acts",
        "SELECT seq FROM outbox WHERE seq NOT IN (SELECT seq FROM op)",
    ),
    (
        "a receipt or a trashed row without an entry in the list of acts",
        (
            "SELECT seq FROM (SELECT seq FROM receipt UNION ALL SELECT seq FROM trash)"
            " WHERE seq NOT IN (SELECT seq FROM op)"
        ),
    ),
    (
        "the same act id twice",
        "SELECT id FROM op GROUP BY id HAVING count(*) > 1",
    ),
    (
        "a row never sent that is not the last of its lane",
        (
            "SELECT here.seq FROM outbox AS here JOIN outbox AS later"
            " ON later.call = here.call AND later.seq > here.seq WHERE here.state = 0 AND here.frozen = 0"
        ),
    ),
    (
        "an overlay that is not the last row of its lane",
        (
            "SELECT call FROM overlay FULL JOIN (SELECT call AS lane, max(seq) AS last FROM outbox GROUP BY call)"
            " ON lane = call WHERE overlay.outbox IS NOT last"
        ),
    ),
    (
        "an overlay that says something else than its row",
        (
            "SELECT overlay.call FROM overlay JOIN outbox ON outbox.seq = overlay.outbox"
            " WHERE overlay.said IS NOT outbox.said OR overlay.shown IS NOT outbox.shown"
        ),
    ),
    (
        "a call that shows something else than overlay or head",
        (
            f"SELECT seq FROM call WHERE gone = 0 AND (call.shown <> {SHOWN.format('call.seq')}"  # noqa: S608
            f" OR call.corrected <> {CORRECTED.format('call.seq')})"
        ),
    ),
    (
        "a row of mine that counts and is not the newest known of mine",
        "SELECT call FROM head LEFT JOIN mine USING (call) WHERE own = 1 AND head.feedback_id IS NOT mine.feedback_id",
    ),
    (
        "I5: receipts of a call out of order",
        (
            "SELECT op.seq FROM op JOIN receipt USING (seq) JOIN op AS later ON later.call = op.call AND later.seq > op.seq"
            " JOIN receipt AS after ON after.seq = later.seq WHERE after.revision <= receipt.revision"
        ),
    ),
    (
        "a live call without payload, or a payload without live call",
        (
            "SELECT seq FROM call FULL JOIN payload ON payload.call = call.seq"
            " WHERE (coalesce(gone, 1) = 0) <> (payload.call IS NOT NULL)"
        ),
    ),
    (
        "a live call the search does not know, or the other way round",
        (
            "SELECT seq FROM call WHERE gone = 0 AND seq NOT IN (SELECT rowid FROM search)"
            " UNION ALL SELECT rowid FROM search WHERE rowid NOT IN (SELECT seq FROM call WHERE gone = 0)"
        ),
    ),
    (
        "sums of a day that are not those of its calls",
        (
            f"SELECT day FROM ({_SUMS} EXCEPT {_COUNTED})"  # noqa: S608  # no value in it
            f" UNION ALL SELECT day FROM ({_COUNTED} EXCEPT {_SUMS})"
        ),
    ),
    (
        "an item of an act that is about nothing known",
        "SELECT call FROM decision_item WHERE decision NOT IN (SELECT id FROM decision)",
    ),
)


def violations(reader: apsw.Connection) -> list[str]:
    """What is wrong, in words; empty when all holds. Reads everything: for tests and `doctor`."""
    return [
        *_sql_checks(reader),
        *_lost(reader),
        *_thawed(reader),
        *_own_conflicts(reader),
        *_miscounted(reader),
    ]


def _sql_checks(reader: apsw.Connection) -> Iterator[str]:
    for meaning, sql in _CHECKS:
        found = [row[0] for row in reader.execute(sql)]
        if found:
            yield f"{meaning}: {found[:5]} ({len(found)})"


def _lost(reader: apsw.Connection) -> Iterator[str]:
    known = {act.seq: act for act in whereabouts(reader)}
    for act in known.values():
        if act.where in ("lost", "twice"):
            yield f"I1: act {act.seq} ({act.op_id}) is {act.where}"
        if act.where == "replaced" and (act.into not in known or known[act.into].call != act.call):
            yield f"I1: act {act.seq} was replaced by {act.into}, which is no act on that call"


def _thawed(reader: apsw.Connection) -> Iterator[str]:
    for table in ("outbox", "trash"):
        for seq, op_id, call_id, payload, digest in reader.execute(
            f"SELECT seq, op_id, call_id, payload, sha256 FROM {table}"  # noqa: S608  # one of two names
        ):
            body = orjson.loads(payload)
            if hashlib.sha256(payload).digest() != digest:
                yield f"the payload of act {seq} changed"
            if (body["id"], body["call_id"]) != (op_id, call_id):
                yield f"the payload of act {seq} is about something else"


def _own_conflicts(reader: apsw.Connection) -> Iterator[str]:
    for seq, problem in reader.execute("SELECT seq, problem FROM outbox WHERE state = 3"):
        cause = orjson.loads(problem).get("theirs_id")
        if reader.execute("SELECT 1 FROM op WHERE id = ?", (cause,)).get is not None:
            yield f"I7: act {seq} conflicts with {cause}, which is from here"


def _miscounted(reader: apsw.Connection) -> Iterator[str]:
    live = [
        (row[0], row[1])
        for row in reader.execute(
            "SELECT id, revision FROM call WHERE gone = 0"
            " UNION ALL SELECT id, revision FROM quarantine WHERE id IS NOT NULL"
        )
    ]
    digest = in_hex(reduce(lambda sum_, call: sum_ ^ mark_of(*call), live, 0))
    if digest != (facts.read_text(reader, "digest") or in_hex(0)):
        yield "the digest kept is not that of the calls"
    if len(live) != facts.read_int(reader, "total"):
        yield f"{len(live)} calls, but the total kept is {facts.read_int(reader, 'total')}"
