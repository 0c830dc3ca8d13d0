"""Figures over calls: pass rates, quantization report, usage; and releases, which move them."""

from typing import Literal

from pydantic import Field

from atlas_desktop.contract.base import Answer, Request, Timestamp
from atlas_desktop.contract.calls import CallConditions

GroupBy = Literal["customer", "operation", "model", "quantization", "provider", "tier", "schema_version"]
Bucket = Literal["hour", "day", "week"]


class PassRateQuery(CallConditions):
    """Query parameters of ``GET /analytics/pass-rate``.

    ``from`` and ``to`` widen to whole buckets; without them it is the 28 days up to now. Days and weeks (from Monday
    on) begin as in ``time_zone``, an IANA name, and lie in 1970 to 2099. ``limit`` groups are told about, those with the most calls.
    """

    group_by: GroupBy = "customer"
    from_: Timestamp | None = Field(default=None, alias="from")
    to: Timestamp | None = None
    bucket: Bucket = "day"
    time_zone: str = Field(default="UTC", min_length=1, max_length=64)
    limit: int = Field(default=100, ge=1, le=1000)


class PassRatePoint(Answer):
    """Calls of one group in one bucket; ``low`` and ``high`` are the Wilson 95 % bounds of ``rate``.

    Evaluated are the calls with scores (``by_scores``), and of the others those whose effective rating is up or down
    (``by_ratings``). ``rate`` is null where there are none. A ``group`` of null: calls that have none.
    """

    group: str | None
    bucket: Timestamp
    passed: int
    evaluated: int
    rate: float | None
    low: float | None
    high: float | None
    calls: int = 0
    by_scores: int = 0
    by_ratings: int = 0


class PassRates(Answer):
    """Points of the groups with most calls first, and in each by time. A bucket without calls has no point."""

    object: Literal["list"] = "list"
    group_by: str
    bucket: str
    time_zone: str
    from_: Timestamp = Field(alias="from")
    to: Timestamp
    data: list[PassRatePoint]
    has_more: bool = False


class QuantizationQuery(Request):
    """Query parameters of ``GET /analytics/quantization``: one operation (its key) or all, and of which time.

    ``from`` must be earlier than ``to``.
    """

    operation_id: str | None = Field(default=None, max_length=100)
    from_: Timestamp | None = Field(default=None, alias="from")
    to: Timestamp | None = None


class QuantizationRow(Answer):
    """Mean evaluator score of one operation on one quantization and provider.

    ``calls`` were served so; ``scored`` of them have scores, which all count alike.
    """

    operation_id: str | None
    quantization: str | None
    provider: str | None = None
    calls: int
    scored: int = 0
    average_score: float | None


class QuantizationReport(Answer):
    """One row for each operation, quantization and provider that served it."""

    object: Literal["list"] = "list"
    data: list[QuantizationRow]
    has_more: bool = False


class UsageQuery(Request):
    """Query parameters of ``GET /usage``; without ``from`` and ``to`` it is of all time. ``from`` must be earlier."""

    group_by: GroupBy = "customer"
    from_: Timestamp | None = Field(default=None, alias="from")
    to: Timestamp | None = None


class UsageRow(Answer):
    """Tokens and US dollars of one group: gross, refunded, and net metered. Tokens are gross where nothing else is said."""

    group: str | None
    calls: int
    prompt_tokens: int
    completion_tokens: int
    gross_usd: float
    refunded_usd: float
    net_usd: float
    refunded_calls: int = 0
    refunded_prompt_tokens: int = 0
    refunded_completion_tokens: int = 0


class Usage(Answer):
    """One row for each group, most calls first."""

    object: Literal["list"] = "list"
    group_by: str
    data: list[UsageRow]
    has_more: bool = False


ReleaseStage = Literal["shadow", "canary", "prod", "rolled_back"]


class ReleaseCreate(Request):
    """Start a release of a model for an operation, in shadow."""

    operation_id: str
    model: str = Field(min_length=1, max_length=200)
    dataset_id: str | None = None


class Release(Answer):
    """A model on its way: shadow, canary, prod."""

    id: str
    object: Literal["release"] = "release"
    operation_id: str
    model: str
    dataset_id: str | None = None
    stage: ReleaseStage
    created_at: Timestamp
