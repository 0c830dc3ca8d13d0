"""Quality refunds: calls that are not metered, and what a reviewer says to that (seed *The quality refund policy*)."""

from typing import Literal

from pydantic import Field

from atlas_desktop.contract.base import Answer, Counter, Request, Timestamp

RefundState = Literal["open", "confirmed", "overturned"]


class RefundRow(Answer):
    """A call that was refunded since a score of it was below the gate's ``min_score``.

    ``amount_nano`` is what was taken back, in 10⁻⁹ US dollars. ``overturned``: it is metered all the same, in the name
    of ``reviewer``, for ``note``.
    """

    object: Literal["refund"] = "refund"
    call_id: str
    operation_id: str
    customer: str
    model: str
    metered: bool = False
    state: RefundState = "open"
    reason: str
    evaluator_id: str
    evaluator_version: int
    score: float
    min_score: float
    amount_nano: int
    amount_usd: float
    prompt_tokens: Counter = 0
    completion_tokens: Counter = 0
    created_at: Timestamp
    decided_at: Timestamp | None = None
    reviewer: str | None = None
    note: str | None = None


class RefundsQuery(Request):
    """Query parameters of ``GET /refunds``."""

    operation_id: str | None = Field(default=None, max_length=100)
    customer: str | None = Field(default=None, max_length=200)
    state: RefundState | None = None
    limit: int = Field(default=50, ge=1, le=1000)
    cursor: str | None = Field(default=None, max_length=1000)


class RefundDecision(Request):
    """Why a reviewer confirms or overturns a refund."""

    reason: str | None = Field(default=None, max_length=2000)


class RefundOverturn(Request):
    """Why a reviewer overturns a refund: kept for ever."""

    reason: str = Field(min_length=1, max_length=2000)
