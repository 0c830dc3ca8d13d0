"""What becomes of an act of feedback: pure rules over what stands already (contract.md, *Feedback*)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import orjson

from atlas_desktop.contract.feedback import FeedbackCreate
from atlas_desktop.domain.opinion import UNSURE_TAG
from atlas_desktop.server.refusals import Refusal, conflict, not_found


@dataclass(frozen=True, slots=True)
class Said:
    """A row of feedback. ``order`` grows with each row of a call; ``seq`` is None until it is stored."""

    id: str
    call_id: str
    reviewer: str
    rating: str | None
    corrected: bool
    clears: bool
    tags: tuple[str, ...]
    order: int
    body_hash: bytes
    document: bytes
    stored: bool = False

    @property
    def judges(self) -> bool:
        """Whether it says how good the answer was; else it only describes it."""
        return self.rating is not None or self.corrected or UNSURE_TAG in self.tags


def _newest(rows: Iterable[Said]) -> Said | None:
    return max(rows, key=lambda said: said.order, default=None)


@dataclass(slots=True)
class CallState:
    """A call as far as feedback concerns it. ``standing`` holds the newest row of each reviewer."""

    seq: int
    id: str
    customer: str
    revision: int
    count: int
    standing: dict[str, Said] = field(default_factory=dict)

    @property
    def effective(self) -> Said | None:
        """The newest row that judges, over all reviewers who have not taken theirs back; else the newest.

        So a tag or a note of one reviewer does not unrate what another one has rated.
        """
        rows = [said for said in self.standing.values() if not said.clears]
        return _newest(said for said in rows if said.judges) or _newest(rows)

    @property
    def tags(self) -> tuple[str, ...]:
        """What the call is found by: the tags of the effective row, and of every row that only describes."""
        rows = [said for said in self.standing.values() if not (said.judges or said.clears)]
        if (shown := self.effective) is not None:
            rows.append(shown)
        return tuple(dict.fromkeys(tag for said in rows for tag in said.tags))

    @property
    def correction(self) -> Said | None:
        """The newest of these rows that corrects: a rating of somebody else does not hide it."""
        return _newest(said for said in self.standing.values() if said.corrected and not said.clears)


@dataclass(slots=True)
class Known:
    """What the rules look at: calls in scope by id, rows by feedback id, places of the bases."""

    calls: dict[str, CallState]
    rows: dict[str, Said]
    bases: dict[tuple[str, str], int]


Make = Callable[[FeedbackCreate, bytes, CallState], Said]


def decide(act: FeedbackCreate, body_hash: bytes, known: Known, fresh: Make) -> Said:
    """The row this act gives: a new one from ``fresh``, added to ``known``, or the first of the same id.

    Raises Refusal: 409 ``feedback_id_reused``, 404 for a call out of reach, 409 ``feedback_conflict``.
    """
    if act.id is not None and (before := known.rows.get(act.id)) is not None:
        if before.body_hash != body_hash:
            raise conflict("feedback_id_reused", "this feedback id was used for something else")
        return before
    state = known.calls.get(act.call_id)
    if state is None:
        raise not_found("call")
    said = fresh(act, body_hash, state)
    _refuse_conflict(act, said.reviewer, state, known)
    state.standing[said.reviewer] = said
    state.count += 1
    known.rows[said.id] = said
    known.bases[state.id, said.id] = said.order
    return said


def _refuse_conflict(act: FeedbackCreate, reviewer: str, state: CallState, known: Known) -> None:
    """A correction written on top of a text its author has not seen. Ratings are votes and never conflict."""
    if act.on_conflict != "reject" or act.correction is None:
        return
    seen = known.bases.get((state.id, act.base_feedback_id or ""), 0)
    theirs = [
        said
        for said in state.standing.values()
        if said.corrected and said.reviewer != reviewer and said.order > seen
    ]
    if theirs:
        raise _conflict(state, max(theirs, key=lambda said: said.order))


def _conflict(state: CallState, theirs: Said) -> Refusal:
    current = state.effective or theirs
    beside: dict[str, Any] = {"feedback": orjson.Fragment(current.document)}
    if current is not theirs:
        beside["conflicting"] = orjson.Fragment(theirs.document)
    return conflict(
        "feedback_conflict", f"{theirs.reviewer} corrected this call in the meantime", beside=beside
    )
