"""Saying something about calls: the only code that puts rows into the outbox.

A row that was never sent is replaced, or withdrawn when nothing is left to say. A row that was ever handed
to the sender stays as it is, and what is said next queues behind it.
"""

import hashlib
from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import apsw

from atlas_desktop.domain.opinion import EMPTY, KEEP, Keep, Opinion
from atlas_desktop.store.heads import CORRECTED
from atlas_desktop.store.said import keep, payload_of, recall, shown

READY, INFLIGHT, UNKNOWN, CONFLICT, REJECTED, PARKED = range(6)
REPLACED, WITHDRAWN, DAMAGED, EMPTIED = 1, 2, 3, 4
"""The fate of an act that is in no table: what the schema says under ``op``."""

_STANDINGS: Final = """
SELECT call.seq, call.id, mine.said, mine.feedback_id, own.call, coalesce(own.shown, theirs.shown, 0),
    coalesce(theirs.shown, 0),
    (SELECT feedback_id FROM correction WHERE correction.call = call.seq ORDER BY own DESC LIMIT 1)
FROM carray(?) AS asked CROSS JOIN call ON call.seq = asked.value AND gone = 0
    LEFT JOIN mine ON mine.call = call.seq
    LEFT JOIN head AS own ON own.call = call.seq AND own.own = 1
    LEFT JOIN head AS theirs ON theirs.call = call.seq AND theirs.own = 0
"""
_LANES: Final = """
SELECT outbox.call, outbox.seq, op_id, outbox.said, state, frozen, base
FROM carray(?) AS asked CROSS JOIN outbox ON outbox.call = asked.value ORDER BY outbox.call, outbox.seq
"""
_INTO_OUTBOX: Final = """
INSERT INTO outbox(seq, op_id, call, call_id, decision, said, shown, base, payload, sha256, created_ms)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One outbox row of a lane."""

    seq: int
    op_id: str
    said: Opinion
    state: int
    frozen: bool
    base: str | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a call stands: what the server has of mine, what is on its way, what counts with me and without.

    ``corrected_id`` is the feedback whose correction counts, mine or another's.
    """

    call: int
    call_id: str
    mine: Opinion
    mine_id: str | None
    mine_counts: bool
    head_shown: int
    theirs_shown: int
    corrected_id: str | None
    lane: tuple[Waiting, ...]

    @property
    def opinion(self) -> Opinion:
        """What I say now."""
        return self.lane[-1].said if self.lane else self.mine

    @property
    def seen(self) -> str | None:
        """The newest correction of others that the author of mine has seen; or one of mine on top of it.

        A text is guarded by what was seen when it was written, however often it is said again since: else a
        rating that carries it along would overwrite what nobody has looked at.
        """
        for waiting in reversed(self.lane):
            if waiting.said.correction is not None:
                return waiting.base
        return self.mine_id if self.mine.correction is not None else self.corrected_id

    def shows(self, said: Opinion) -> int:
        """What the call shows while this is on its way: what others said, when I do not judge."""
        mine = shown(said)
        return self.theirs_shown if mine is None else mine


@dataclass(frozen=True, slots=True)
class Act:
    """What has to be written for one call. ``said`` None: nothing has to be sent.

    ``dropped`` rows were never sent, ``refused`` ones go to the trash, ``behind`` is the row that stays.
    """

    standing: Standing
    after: Opinion
    said: Opinion | None
    base: str | None
    dropped: tuple[Waiting, ...]
    refused: tuple[Waiting, ...]
    behind: Waiting | None


def standings(connection: apsw.Connection, calls: "array[int]") -> list[Standing]:
    """Where these calls stand, in the order asked; those that are gone are left out."""
    if not calls:
        return []
    lanes: dict[int, list[Waiting]] = {}
    row: tuple[Any, ...]
    for row in connection.execute(_LANES, (apsw.carray(calls),)):
        waiting = Waiting(row[1], row[2], recall(row[3]), row[4], bool(row[5]), row[6])
        lanes.setdefault(row[0], []).append(waiting)
    found = []
    for row in connection.execute(_STANDINGS, (apsw.carray(calls),)):
        call, call_id, mine, mine_id, own, head_shown, theirs_shown, corrected_id = row
        lane = tuple(lanes.get(call, ()))
        mine_counts = own is not None
        found.append(
            Standing(
                call,
                call_id,
                recall(mine),
                mine_id,
                mine_counts,
                head_shown,
                theirs_shown,
                corrected_id,
                lane,
            )
        )
    return found


def plan(
    standing: Standing,
    after: Opinion,
    *,
    undoing: bool = False,
    resolving: bool = False,
    base: str | Keep | None = KEEP,
) -> Act | None:
    """What must be written so that I say ``after`` about this call; None when it is so already.

    Deciding again what I said earlier is sent when another reviewer's word counts since; undoing is not.
    ``resolving`` a conflict says it on top of ``base``, whatever was said before.
    """
    lane = list(standing.lane)
    dropped, refused = [], []
    while lane:
        if lane[-1].state == READY and not lane[-1].frozen:
            dropped.append(lane.pop())
        elif lane[-1].state == REJECTED or ((undoing or resolving) and lane[-1].state == CONFLICT):
            # The server has nothing of it: a newer act takes its place, so the lane can move again.
            refused.append(lane.pop())
        else:
            break
    behind = lane[-1] if lane else None
    already = behind.said if behind else standing.mine
    counts = behind is not None or standing.mine_counts or after == EMPTY
    send = after != already or not (counts or undoing) or (resolving and after.correction is not None)
    if not (send or dropped or refused):
        return None
    return Act(
        standing,
        after,
        said=after if send else None,
        base=_base(standing, behind) if base is KEEP else base,
        dropped=tuple(dropped),
        refused=tuple(refused),
        behind=behind,
    )


def _base(standing: Standing, behind: Waiting | None) -> str | None:
    # What queues behind a correction of mine is said on top of that one; a rating of mine guards nothing.
    if behind is not None and behind.said.correction is not None:
        return behind.op_id
    return standing.seen


@dataclass(slots=True)
class _Rows:
    outbox: list[tuple[Any, ...]] = field(default_factory=list)
    ops: list[tuple[Any, ...]] = field(default_factory=list)
    overlays: list[tuple[Any, ...]] = field(default_factory=list)
    bare: list[tuple[int]] = field(default_factory=list)
    shown: list[tuple[int, int]] = field(default_factory=list)
    corrected: list[tuple[int]] = field(default_factory=list)
    replaced: list[tuple[int, int | None, int]] = field(default_factory=list)
    dropped: list[tuple[int]] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)


def perform(
    connection: apsw.Connection,
    acts: Sequence[Act],
    decision: int,
    now_ms: int,
    new_op_id: Callable[[], str],
) -> None:
    """Write the acts, inside the caller's transaction."""
    rows = _Rows()
    seq = _last_seq(connection)
    for act in acts:
        seq += act.said is not None
        _collect(rows, act, seq, decision, now_ms, new_op_id)
    _write(connection, rows, now_ms)


def _collect(
    rows: _Rows, act: Act, seq: int, decision: int, now_ms: int, new_op_id: Callable[[], str]
) -> None:
    call = act.standing.call
    fate, into = (WITHDRAWN, None) if act.said is None else (REPLACED, seq)
    rows.replaced += [(fate, into, waiting.seq) for waiting in act.dropped]
    rows.dropped += [(waiting.seq,) for waiting in act.dropped]
    rows.refused += [waiting.seq for waiting in act.refused]
    if act.standing.opinion.correction is not None or act.after.correction is not None:
        rows.corrected.append((call,))
    if act.said is not None:
        op_id, said, code = new_op_id(), keep(act.said), shown(act.said)
        payload = payload_of(op_id, act.standing.call_id, act.said, act.base)
        digest = hashlib.sha256(payload).digest()
        base = act.base if act.said.correction is not None else None
        rows.outbox.append(
            (seq, op_id, call, act.standing.call_id, decision, said, code, base, payload, digest, now_ms)
        )
        rows.ops.append((seq, op_id, call, decision))
        rows.overlays.append((call, seq, code, said))
        rows.shown.append((act.standing.shows(act.said), call))
    elif act.behind is not None:
        rows.overlays.append((call, act.behind.seq, shown(act.behind.said), keep(act.behind.said)))
        rows.shown.append((act.standing.shows(act.behind.said), call))
    else:
        rows.bare.append((call,))
        rows.shown.append((act.standing.head_shown, call))


def _last_seq(connection: apsw.Connection) -> int:
    last = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'outbox'").get
    return last if isinstance(last, int) else 0


def _write(connection: apsw.Connection, rows: _Rows, now_ms: int) -> None:
    for seq in rows.refused:
        to_trash(connection, seq, "a newer act took its place", now_ms)
    for sql, values in _statements(rows):
        if values:
            connection.executemany(sql, values)


def _statements(rows: _Rows) -> Iterable[tuple[str, Sequence[tuple[Any, ...]]]]:
    yield "UPDATE op SET fate = ?, into_seq = ? WHERE seq = ?", rows.replaced
    yield "DELETE FROM outbox WHERE seq = ?", rows.dropped
    yield _INTO_OUTBOX, rows.outbox
    yield "INSERT INTO op(seq, id, call, decision) VALUES (?, ?, ?, ?)", rows.ops
    yield "INSERT OR REPLACE INTO overlay(call, outbox, shown, said) VALUES (?, ?, ?, ?)", rows.overlays
    yield "DELETE FROM overlay WHERE call = ?", rows.bare
    yield "UPDATE call SET shown = ? WHERE seq = ?", rows.shown
    yield f"UPDATE call SET corrected = {CORRECTED.format('?1')} WHERE seq = ?1", rows.corrected  # noqa: S608


def to_trash(connection: apsw.Connection, seq: int, reason: str, now_ms: int) -> None:
    """Take a row out of its lane, and keep it."""
    connection.execute(
        "INSERT INTO trash(seq, op_id, call, call_id, said, payload, sha256, reason, problem, trashed_ms)"
        " SELECT seq, op_id, call, call_id, said, payload, sha256, ?, problem, ? FROM outbox WHERE seq = ?",
        (reason, now_ms, seq),
    )
    connection.execute("DELETE FROM outbox WHERE seq = ?", (seq,))
