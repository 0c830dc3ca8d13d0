"""From what the server said about each row to what is recorded of it. Pure."""

from dataclasses import dataclass, replace

import orjson

from atlas_desktop.contract.feedback import Feedback, FeedbackResult
from atlas_desktop.store.rows import OutboxRow
from atlas_desktop.store.settled import Acknowledged, Conflict, Rejected, Retry, Settled, Unknown
from atlas_desktop.sync.answers import Fault, Judgement, Queue, judge
from atlas_desktop.sync.conflicts import theirs_in
from atlas_desktop.sync.line import HELD_BACK
from atlas_desktop.sync.outcome import fault_of_result

MISSING = Fault("ambiguous", message="The server did not say what became of this.")
FOREIGN = Fault("ambiguous", message="The server answered for another act than the one that was sent.")


@dataclass(frozen=True, slots=True)
class Outcome:
    """One row after one attempt. ``fault`` is what went wrong with this row alone, so that its lane waits."""

    row: OutboxRow
    settled: Settled
    fault: Fault | None = None
    queue: Queue = Queue.GO_ON

    @property
    def ends(self) -> bool:
        """Whether this attempt was the last that is made without a person."""
        return isinstance(self.settled, Acknowledged | Conflict | Rejected)


def taken(row: OutboxRow, feedback: Feedback, *, own_ids: bool) -> Outcome:
    """The server says it stored this. ``own_ids``: it keeps the ids we choose, so another id is another act."""
    if feedback.call_id != row.call_id or (own_ids and feedback.id != row.op_id):
        return Outcome(row, Unknown(row.seq), FOREIGN)
    return Outcome(row, Acknowledged(row.seq, feedback))


def of_result(row: OutboxRow, result: FeedbackResult | None, *, own_ids: bool) -> Outcome:
    """One item of a batch; no result is no answer, never a success."""
    if result is None:
        return Outcome(row, Unknown(row.seq), MISSING)
    if 200 <= result.status < 300:
        if result.feedback is None:
            return Outcome(row, Unknown(row.seq), MISSING)
        return taken(row, result.feedback, own_ids=own_ids)
    fault = fault_of_result(result)
    judgement = judge(fault, "item")
    outcome = refused(row, fault, judgement, theirs_in(result))
    return replace(outcome, fault=fault, queue=judgement.queue)


def refused(row: OutboxRow, fault: Fault, judgement: Judgement, current: Feedback | None = None) -> Outcome:
    """The server, or what is between us, did not take it."""
    return Outcome(row, _settled(row, fault, judgement, current))


def _settled(row: OutboxRow, fault: Fault, judgement: Judgement, current: Feedback | None) -> Settled:
    match judgement.item:
        case "ready":
            return Retry(row.seq, counted=judgement.queue is not Queue.AUTH and fault is not HELD_BACK)
        case "unknown":
            return Unknown(row.seq)
        case "conflict":
            return Conflict(row.seq, current, fault.message)
        case "rejected":
            return Rejected(row.seq, fault.status or 0, fault.code, fault.message)


def found(row: OutboxRow, listed: list[Feedback], reviewer: str | None) -> Feedback | None:
    """Our act among what the server lists for its call, newest first; None when it is not there.

    By its id; else, the newest word of this reviewer, when it says the same: then nothing is left to be said.
    """
    for feedback in listed:
        if feedback.id == row.op_id:
            return feedback
    mine = next((one for one in listed if reviewer is not None and one.reviewer == reviewer), None)
    return mine if mine is not None and _says_the_same(orjson.loads(row.payload), mine) else None


def _says_the_same(payload: dict[str, object], there: Feedback) -> bool:
    return (
        payload.get("rating") == there.rating
        and payload.get("correction") == there.correction
        and (payload.get("tags") or []) == there.tags
        and payload.get("comment") == there.comment
        and bool(payload.get("clears")) == there.clears
    )
