"""Recorded calls, their changes feed, and the import layout (contract.md, sections 3 and 6)."""

from typing import Annotated, Final, Literal

import orjson
from pydantic import Field, field_validator

from atlas_desktop.contract.base import (
    Answer,
    Counter,
    Json,
    PassedFilter,
    RatingFilter,
    Request,
    Timestamp,
)
from atlas_desktop.contract.chat import Message, Usage
from atlas_desktop.contract.delivery import Delivery
from atlas_desktop.contract.feedback import Feedback

EMBEDDED: Final = "embedding"
"""The finish reason [ours] of a call that asked for embeddings: its messages are the texts, and it has no answer."""


class CallRequest(Answer):
    """What was asked. Every parameter that was sent is kept beside the named ones."""

    messages: list[Message]
    tools: list[Json] | None = None
    response_format: Json = None


class CallResponse(Answer):
    """What was answered. ``finish_reason`` is ``cancelled`` for an aborted stream."""

    message: Message
    finish_reason: str | None = None
    usage: Usage | None = None


class Score(Answer):
    """One evaluator's verdict on one call. ``score`` 0..1, or null when it could not be computed."""

    evaluator_id: str
    evaluator_version: int
    score: float | None
    min_score: float | None = None
    passed: bool | None = None
    details: Json = None
    evaluated_at: Timestamp


class Refund(Answer):
    """Why a call is not metered, or was not: ``overturned``, it is metered all the same (contract.refunds.RefundRow)."""

    reason: str
    evaluator_id: str | None = None
    evaluator_version: int | None = None
    score: float | None = None
    min_score: float | None = None
    state: Literal["open", "confirmed", "overturned"] = "open"
    amount_nano: int | None = None
    created_at: Timestamp
    decided_at: Timestamp | None = None
    reviewer: str | None = None
    note: str | None = None


class Call(Answer):
    """One recorded call. ``revision`` only grows; ``feedback`` is the newest over all reviewers that judges, else the
    newest (see `feedback`). A call is found by the tags of that row, and of every row that only describes.

    ``correction`` [ours, optional] is the newest correction that stands: a rating of another reviewer does not
    hide it, a newer row of its own author replaces or retracts it. A server may leave the field out.

    ``mine`` [ours, optional] is what the asking key's reviewer says where that is neither of these rows; null: it is
    one of them, or nothing. Without the field it is not known.
    """

    id: str
    object: Literal["call"] = "call"
    revision: Counter
    created_at: Timestamp
    customer: str
    operation_id: str | None = None
    schema_version: str | None = None
    model: str
    request: CallRequest
    response: CallResponse
    delivery: Delivery | None = None
    scores: list[Score] = []
    passed: bool | None = None
    metered: bool = True
    refund: Refund | None = None
    feedback: Feedback | None = None
    correction: Feedback | None = None
    mine: Feedback | None = None
    feedback_count: Counter = 0
    metadata: dict[str, Json] = {}

    @property
    def standing_correction(self) -> Feedback | None:
        """``correction``; where the server left it out, the effective feedback when that corrects."""
        if "correction" in self.model_fields_set:
            return self.correction
        said = self.feedback
        return said if said is not None and said.correction is not None else None


class CallDetail(Call):
    """A call with every row of its feedback, newest first."""

    all_feedback: list[Feedback] = []


class CallChanged(Answer):
    """A call that is new or altered since the asked revision."""

    type: Literal["call"] = "call"
    call: Call


class CallDeleted(Answer):
    """A call that is gone since the asked revision."""

    type: Literal["call.deleted"] = "call.deleted"
    id: str
    revision: Counter | None = None


class CallChanges(Answer):
    """A page of the changes feed, oldest first. Ask again with ``after=next_after``.

    ``total`` and ``digest`` [ours, optional] cover the whole scope at ``next_after`` when ``has_more`` is
    false: the number of live calls, and the XOR over them of the first 8 bytes of SHA-256("id:revision").
    """

    object: Literal["list"] = "list"
    data: list[Annotated[CallChanged | CallDeleted, Field(discriminator="type")]]
    next_after: int
    has_more: bool
    total: int | None = None
    digest: str | None = None


class CallConditions(Request):
    """Which calls are meant. A condition that names nothing existing is met by none."""

    operation_id: str | None = None
    customer: str | None = None
    model: str | None = None
    provider: str | None = None
    quantization: str | None = None
    tier: str | None = None
    schema_version: str | None = None
    rating: RatingFilter | None = None
    corrected: bool | None = None
    tag: list[str] = Field(default=[], max_length=20)
    passed: PassedFilter | None = None
    metered: bool | None = None
    finish_reason: str | None = None
    fingerprint: str | None = None
    created_after: Timestamp | None = None
    created_before: Timestamp | None = None
    q: str | None = Field(default=None, max_length=1000)


class CallFilters(CallConditions):
    """Query parameters of ``GET /calls``."""

    order: Literal["newest", "oldest"] = "newest"
    limit: int = Field(default=50, ge=1, le=1000)
    cursor: str | None = Field(default=None, max_length=1000)


class ChangesQuery(Request):
    """Query parameters of ``GET /calls/changes``."""

    after: int = Field(default=0, ge=0, le=2**63 - 1)
    limit: int = Field(default=200, ge=1, le=1000)


class Verdict(Answer):
    """A source's own verdict on a recorded call: ``thumb`` is its reading as a rating, or null."""

    by: str = Field(min_length=1, max_length=190)
    value: Json = None
    scale: str | None = None
    thumb: Literal["up", "down"] | None = None
    comment: str | None = None


class RecordedCall(Answer):
    """One line of an import file. Fields unknown to us are kept in the call's metadata."""

    source_id: str = Field(min_length=1, max_length=500)
    model: str = Field(min_length=1, max_length=200)
    messages: list[Message]
    output: str
    operation: str | None = None
    customer: str | None = Field(default=None, min_length=1, max_length=200)
    schema_version: str | None = Field(default=None, max_length=64)
    tool_calls: list[dict[str, Json]] | None = None
    tools: list[Json] | None = None
    response_format: Json = None
    expected_output: str | None = None
    rating: Literal["thumbs_up", "thumbs_down"] | Verdict | None = None
    created_at: str | None = None
    latency_ms: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    cost_usd: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    usage: Usage | None = None
    params: dict[str, Json] | None = None
    finish_reason: str | None = None
    meta: dict[str, Json] | None = None

    @field_validator("expected_output", mode="before")
    @classmethod
    def _reference_as_text(cls, value: Json) -> Json:
        if isinstance(value, dict | list):
            return orjson.dumps(value).decode()
        return value


class RejectedLine(Answer):
    """A line that was not imported: its number, from 1, and the reason in words."""

    line: int
    message: str


class ImportAnswer(Answer):
    """What an import did. A re-import of the same file gives only duplicates."""

    imported: int
    duplicates: int
    rejected: list[RejectedLine] = []
