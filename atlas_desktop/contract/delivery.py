"""The delivery block: what was served, by whom, at what cost (seed *Why default to atlas-1*)."""

from typing import Literal

from pydantic import Field

from atlas_desktop.contract.base import Answer

Tier = Literal["realtime", "standard", "batch"]


class Fingerprints(Answer):
    """Four content-addressable ids. ``exchange`` is null without content, ``schema`` without a schema."""

    prompt: str
    exchange: str | None = None
    json_schema: str | None = Field(default=None, alias="schema")
    cache: str


class DeliveryEvals(Answer):
    """Whether the post-response evaluation is armed, and by how many gates."""

    gates: int = 0
    scheduled: bool = False


class Delivery(Answer):
    """How one call was served. ``cost_usd`` in US dollars, ``latency_ms`` end to end as the server saw it."""

    tier: str | None = None
    served_by: str | None = None
    provider: str | None = None
    quantization: str | None = None
    upgraded: bool = False
    cost_usd: float | None = None
    latency_ms: float | None = None
    evals: DeliveryEvals = DeliveryEvals()
    fingerprints: Fingerprints | None = None
