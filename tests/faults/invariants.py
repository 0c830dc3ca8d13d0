"""The invariants of the design, each as its own named check over what is on the disks and on the wire."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from atlas_desktop.contract.feedback import Feedback
from atlas_desktop.domain.opinion import Opinion
from atlas_desktop.store.said import opinion_of, recall, shown

STATES = ("ready", "inflight", "unknown", "conflict", "rejected", "parked")
WAITS_FOR_A_PERSON = frozenset({"conflict", "rejected", "parked"})


@dataclass(frozen=True, slots=True)
class Op:
    """One act as the device's file has it."""

    seq: int
    id: str
    call_id: str
    fate: int
    into: int | None


@dataclass(frozen=True, slots=True)
class DeviceFile:
    """What is on one device's disk."""

    number: int
    reviewer: str
    ops: tuple[Op, ...]
    outbox: dict[int, tuple[str, str, str | None]]  # seq -> op id, state, who it conflicts with
    receipts: dict[int, str]
    trash: frozenset[int]
    calls: dict[str, int]
    heads: dict[str, str | None]
    shown: dict[str, int]
    mine: dict[str, str | None]
    waiting: frozenset[str]
    cursor: int
    hashes_hold: bool

    @property
    def stopped_lanes(self) -> frozenset[str]:
        """Calls whose lane waits for a person."""
        call_of = {op.seq: op.call_id for op in self.ops}
        return frozenset(
            call_of[seq] for seq, (_, state, _) in self.outbox.items() if state in WAITS_FOR_A_PERSON
        )


@dataclass(frozen=True, slots=True)
class ServerFile:
    """What is on the server's disk; feedback in the order it was applied."""

    feedback: tuple[Feedback, ...]
    calls: dict[str, tuple[int, str | None, int]]  # id -> revision, effective feedback id, count


def read_device(number: int, reviewer: str, connection: Any, theirs: dict[int, str | None]) -> DeviceFile:
    """Read the file past the store. ``theirs`` names who each conflicting row met."""

    def all_of(sql: str) -> list[tuple[Any, ...]]:
        return list(connection.execute(sql))

    outbox = {}
    hashes_hold = True
    for seq, op_id, state in all_of("SELECT seq, op_id, state FROM outbox"):
        outbox[seq] = (op_id, STATES[state], theirs.get(seq))
    for payload, sha256 in all_of(
        "SELECT payload, sha256 FROM outbox UNION ALL SELECT payload, sha256 FROM trash"
    ):
        hashes_hold &= _sha256(payload) == sha256
    call_ids = dict(all_of("SELECT seq, id FROM call"))
    return DeviceFile(
        number,
        reviewer,
        tuple(
            Op(seq, op_id, call_ids.get(call, "?"), fate, into)
            for seq, op_id, call, fate, into in all_of(
                "SELECT seq, id, call, fate, into_seq FROM op ORDER BY seq"
            )
        ),
        outbox,
        dict(all_of("SELECT seq, feedback_id FROM receipt")),
        frozenset(seq for (seq,) in all_of("SELECT seq FROM trash")),
        dict(all_of("SELECT id, revision FROM call WHERE gone = 0")),
        dict(
            all_of(
                "SELECT c.id, (SELECT feedback_id FROM head WHERE call = c.seq"
                " ORDER BY iif(shown IS NULL, revision, (1 << 62) + own) DESC LIMIT 1) FROM call c WHERE c.gone = 0"
            )
        ),
        dict(all_of("SELECT id, shown FROM call WHERE gone = 0")),
        dict(all_of("SELECT id, said FROM call LEFT JOIN mine ON mine.call = call.seq WHERE gone = 0")),
        frozenset(call_ids[call] for (call,) in all_of("SELECT DISTINCT call FROM outbox")),
        int(next(iter(all_of("SELECT value FROM meta WHERE key = 'cursor'")), (0,))[0]),
        hashes_hold,
    )


def _sha256(payload: bytes) -> bytes:
    return hashlib.sha256(payload).digest()


def i1_no_loss(device: DeviceFile, server: ServerFile, seen: set[str]) -> Iterator[str]:
    """Every op whose COMMIT returned is in exactly one place; replaced ones were never sent."""
    there = {row.id for row in server.feedback}
    by_id = {op.id: op for op in device.ops}
    by_seq = {op.seq: op for op in device.ops}
    for op_id in sorted(seen - set(by_id)):
        yield f"op {op_id} is gone from the file"
    for op in device.ops:
        places = [
            name
            for name, held in (
                ("receipt", op.seq in device.receipts),
                ("outbox", op.seq in device.outbox),
                ("trash", op.seq in device.trash),
            )
            if held
        ]
        if op.fate == 0 and len(places) != 1:
            yield f"op {op.id} is in {places or 'no place'}"
        if op.fate != 0 and places:
            yield f"op {op.id} was replaced or withdrawn, yet is in {places}"
        if op.fate != 0 and op.id in there:
            yield f"op {op.id} was replaced or withdrawn, yet the server has it"
        if op.fate == 1 and op.into not in by_seq:
            yield f"op {op.id} was replaced by nothing"
        if op.seq in device.receipts and device.receipts[op.seq] not in there:
            yield f"op {op.id} has a receipt, the server does not have it"


def i2_no_duplicate(devices: list[DeviceFile], server: ServerFile) -> Iterator[str]:
    """No op has taken effect twice, and nothing of a device is there under an id that is none of its ops."""
    for feedback_id, times in Counter(row.id for row in server.feedback).items():
        if times > 1:
            yield f"{feedback_id} is there {times} times"
    known = {op.id for device in devices for op in device.ops}
    for row in server.feedback:
        if row.id not in known and not row.id.startswith(("fb_out", "fb_seed")):
            yield f"{row.id} is on the server, no device knows it"
    per_call = Counter(row.call_id for row in server.feedback)
    for call_id, (_, _, count) in server.calls.items():
        if count != per_call.get(call_id, 0):
            yield f"{call_id} counts {count} rows, there are {per_call.get(call_id, 0)}"


def i3_parked_is_not_applied(device: DeviceFile, server: ServerFile) -> Iterator[str]:
    """What is shown as refused is not in the server's log."""
    there = {row.id for row in server.feedback}
    for op_id, state, _ in device.outbox.values():
        if state in {"conflict", "rejected"} and op_id in there:
            yield f"{op_id} is shown as {state}, the server has it"


def i4_acknowledged_is_durable(acknowledged: set[str], server: ServerFile) -> Iterator[str]:
    """What the server ever answered for is in its file, whatever happened since."""
    there = {row.id for row in server.feedback}
    for feedback_id in sorted(acknowledged - there):
        yield f"the server answered for {feedback_id} and lost it"


def i5_lane_order(device: DeviceFile, server: ServerFile) -> Iterator[str]:
    """The server has the acts of a device on a call in the order they were decided."""
    order = {op.id: op.seq for op in device.ops}
    last: dict[str, int] = {}
    for row in server.feedback:
        if row.id in order:
            if order[row.id] < last.get(row.call_id, 0):
                yield f"{row.id} came after a later act on {row.call_id}"
            last[row.call_id] = max(order[row.id], last.get(row.call_id, 0))


def i6_no_lost_update(
    devices: list[DeviceFile], server: ServerFile, shown: dict[int, dict[str, set[str]]]
) -> Iterator[str]:
    """No accepted correction stands on top of another reviewer's text that its author had not been shown.

    ``shown`` says by device what was on the screen when each text was written. It is asked, not the base that the
    act declares: that could claim too much.
    """
    author = {op.id: device.number for device in devices for op in device.ops}
    earlier: dict[str, dict[str, int]] = defaultdict(dict)
    standing: dict[str, dict[str, Feedback]] = defaultdict(dict)
    for row in server.feedback:
        text, there = row.correction, standing[row.call_id]
        if text is not None and row.id in author:
            seen = shown[author[row.id]].get(text, {text})
            upto = max((earlier[row.call_id].get(each, 0) for each in seen), default=0)
            for other in there.values():
                if other.reviewer != row.reviewer and other.correction is not None and other.revision > upto:
                    yield f"{row.id} overwrote {other.id}, which its author had not seen"
        there[row.reviewer] = row
        if text is not None:
            earlier[row.call_id][text] = row.revision


def i7_no_self_conflict(device: DeviceFile) -> Iterator[str]:
    """Nobody conflicts with himself."""
    for op_id, state, theirs in device.outbox.values():
        if state == "conflict" and theirs == device.reviewer:
            yield f"{op_id} conflicts with its own author"


def i9_pull_is_atomic(device: DeviceFile, server: ServerFile, before: dict[str, int]) -> Iterator[str]:
    """The cursor is not ahead of the data, and no revision went down."""
    for call_id, (revision, _, _) in server.calls.items():
        if revision <= device.cursor and device.calls.get(call_id, -1) < revision:
            yield f"cursor {device.cursor}, but {call_id} is at {device.calls.get(call_id)} instead of {revision}"
    for call_id, revision in before.items():
        if device.calls.get(call_id, -1) < revision:
            yield f"{call_id} went from revision {revision} to {device.calls.get(call_id)}"


def i10_convergence(device: DeviceFile, server: ServerFile) -> Iterator[str]:
    """Every device has the server's calls, in the server's revision, with the server's effective feedback."""
    theirs = {call_id: revision for call_id, (revision, _, _) in server.calls.items()}
    for call_id in sorted(theirs.keys() | device.calls.keys()):
        if theirs.get(call_id) != device.calls.get(call_id):
            yield f"{call_id}: revision {device.calls.get(call_id)} here, {theirs.get(call_id)} there"
    for call_id, (_, head, _) in server.calls.items():
        if device.heads.get(call_id) != head:
            yield f"{call_id}: head {device.heads.get(call_id)} here, {head} there"


def judged_calls_stay_judged(server: ServerFile) -> Iterator[str]:
    """What counts on the server is the newest row that judges, of the newest of each reviewer; else the newest."""
    standing: dict[str, dict[str, Feedback]] = defaultdict(dict)
    for row in server.feedback:
        standing[row.call_id][row.reviewer] = row
    for call_id, (_, head, _) in server.calls.items():
        rows = [row for row in standing[call_id].values() if not row.clears]
        counts = max(rows, key=lambda row: (opinion_of(row).judges, row.revision), default=None)
        if head != (counts.id if counts else None):
            yield f"{call_id}: {head} counts instead of {counts}"


def what_counts_is_shown(device: DeviceFile, server: ServerFile) -> Iterator[str]:
    """Where nothing of mine is under way, the list shows the judgement that counts on the server."""
    rows = {row.id: row for row in server.feedback}
    for call_id, (_, head, _) in server.calls.items():
        if call_id in device.waiting or call_id not in device.shown:
            continue
        expected = shown(opinion_of(rows[head])) if head is not None else None
        if device.shown[call_id] != (expected or 0):
            yield f"{call_id} shows {device.shown[call_id]}, what counts says {expected}"


def what_i_say_is_known(device: DeviceFile, server: ServerFile) -> Iterator[str]:
    """Where nothing of mine is under way, a device knows what its reviewer says, on whichever device it was said."""
    newest = {row.call_id: row for row in server.feedback if row.reviewer == device.reviewer}
    for call_id, said in device.mine.items():
        there = opinion_of(newest.get(call_id))
        if call_id not in device.waiting and recall(said) != there:
            yield f"{call_id}: says {there}, known is {said}"


def i10_all_calls_are_here(device: DeviceFile, server: ServerFile) -> Iterator[str]:
    """From a server that only lists: every call, though not every later word about it."""
    for call_id in sorted(server.calls.keys() ^ device.calls.keys()):
        yield f"{call_id} is only {'there' if call_id in server.calls else 'here'}"


def intent_arrived(device: DeviceFile, server: ServerFile, said: dict[str, Opinion]) -> Iterator[str]:
    """I1 seen from the person: the newest row of the reviewer says what they said last."""
    newest = {row.call_id: row for row in server.feedback if row.reviewer == device.reviewer}
    for call_id, opinion in said.items():
        if call_id in device.stopped_lanes:
            continue
        there = opinion_of(newest.get(call_id))
        if there != opinion:
            yield f"{call_id}: said {opinion}, the server has {there}"


def payloads_are_frozen(device: DeviceFile) -> Iterator[str]:
    """No stored payload differs from its hash."""
    if not device.hashes_hold:
        yield "a payload does not match its hash"


def i12_only_poison_is_refused(device: DeviceFile, poison: frozenset[str]) -> Iterator[str]:
    """A bad row condemns no other: only what the server really refuses is shown as refused."""
    call_of = {op.seq: op.call_id for op in device.ops}
    for seq, (op_id, state, _) in device.outbox.items():
        if state == "rejected" and call_of[seq] not in poison:
            yield f"{op_id} is shown as refused, nothing is wrong with it"
        if state == "parked":
            yield f"{op_id} is parked, though the server knows our ids"
