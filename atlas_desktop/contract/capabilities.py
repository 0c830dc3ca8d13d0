"""What a server can do beyond the published endpoints, so that the app never has to guess."""

from typing import Final, Literal

from atlas_desktop.contract.base import Answer

Feature = Literal[
    "calls",
    "calls.changes",
    "calls.import",
    "feedback.list",
    "feedback.batch",
    "feedback.conflicts",
    "operations",
    "evaluators",
    "evaluators.score",
    "datasets",
    "evaluations",
    "analytics",
    "releases",
    "idempotency",
    "gateway",
]

HEADER_REQUEST_ID: Final = "x-request-id"
HEADER_REPLAYED: Final = "idempotent-replayed"
HEADER_IDEMPOTENCY: Final = "idempotency-key"


class Capabilities(Answer):
    """The answer of ``GET /capabilities``. ``organization`` and ``customer`` say what the key reaches."""

    object: Literal["capabilities"] = "capabilities"
    server: str
    features: list[str]
    organization: str | None = None
    customer: str | None = None
    reviewer: str | None = None

    def has(self, feature: Feature) -> bool:
        """Whether the server offers this feature."""
        return feature in self.features


PUBLISHED_ONLY: Final = Capabilities(
    server="unknown", features=["operations", "evaluators", "datasets", "evaluations"]
)
"""What is assumed of a server that answers 404 to ``GET /capabilities``."""


class Health(Answer):
    """The answer of ``GET /healthz``. ``proof`` is HMAC-SHA256 of the asked nonce, for a child server."""

    status: Literal["ok"] = "ok"
    proof: str | None = None
