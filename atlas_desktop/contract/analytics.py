"""Figures over calls: pass rates, quantization report, usage; and releases, which move them."""

from typing import Literal

from pydantic import Field

from atlas_desktop.contract.base import Answer, Request, Timestamp


class PassRatePoint(Answer):
    """Calls of one group in one bucket; ``low`` and ``high`` are the Wilson 95 % bounds of ``rate``."""

    group: str
    bucket: Timestamp
    passed: int
    evaluated: int
    rate: float | None
    low: float | None
    high: float | None


class QuantizationRow(Answer):
    """Mean evaluator score of one operation on one quantization and provider."""

    operation_id: str
    quantization: str
    provider: str | None = None
    calls: int
    average_score: float | None


class UsageRow(Answer):
    """Tokens and US dollars of one group: gross, refunded, and net metered."""

    group: str
    calls: int
    prompt_tokens: int
    completion_tokens: int
    gross_usd: float
    refunded_usd: float
    net_usd: float


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
