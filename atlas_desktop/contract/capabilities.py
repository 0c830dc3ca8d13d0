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
    "operations.schemas",
    "operations.audit",
    "evaluators",
    "evaluators.score",
    "evaluators.try",
    "datasets",
    "datasets.items.update",
    "datasets.items.from_calls",
    "datasets.gates",
    "datasets.promotions",
    "datasets.bundle",
    "evaluations",
    "evaluations.results",
    "evaluations.cancel",
    "analytics",
    "usage",
    "releases",
    "idempotency",
    "gateway",
    "providers",
    "refunds",
    "keys",
]

HEADER_REQUEST_ID: Final = "x-request-id"
HEADER_REPLAYED: Final = "idempotent-replayed"
HEADER_IDEMPOTENCY: Final = "idempotency-key"


class JudgeAtServer(Answer):
    """Which judge a server asks: the host of its endpoint, and the model where an evaluator names none."""

    host: str
    model: str | None = None


class Capabilities(Answer):
    """The answer of ``GET /capabilities``. ``organization`` and ``customer`` say what the key reaches.

    ``judge`` is null where none is set up, and for a key that is narrowed to a customer.
    """

    object: Literal["capabilities"] = "capabilities"
    server: str
    features: list[str]
    organization: str | None = None
    customer: str | None = None
    reviewer: str | None = None
    judge: JudgeAtServer | None = None

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
