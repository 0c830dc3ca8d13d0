"""From draft to golden to training: gates as they stand, promotions on record, training requests."""

from typing import Literal

from pydantic import Field

from atlas_desktop.contract.base import Answer, Counter, Finite, Request, Timestamp
from atlas_desktop.contract.evaluators import EvaluatorKind


class GateStanding(Answer):
    """A gate of the operation, for one dataset as it is now.

    ``score`` is the newest usable evaluation's mean, null when there is none: then ``reason`` is
    ``not_evaluated``, or ``stale`` when the items or the evaluator have changed since. ``incomplete``: some
    items (``unscored``) have no score, so the gate does not hold, whatever the mean of the others.
    """

    evaluator_id: str
    evaluator_version: int
    name: str
    kind: EvaluatorKind
    min_score: Finite
    score: Finite | None = None
    met: bool = False
    reason: Literal["not_evaluated", "stale", "incomplete"] | str | None = None
    unscored: int = 0
    evaluation_id: str | None = None


class Gates(Answer):
    """Every gate of a dataset's operation. ``met``: all of them hold; false where there is no gate."""

    object: Literal["gates"] = "gates"
    dataset_id: str
    dataset_revision: Counter
    item_count: int = 0
    met: bool
    gates: list[GateStanding]


class GateScore(Answer):
    """A gate as it stood when a dataset was promoted."""

    evaluator_id: str
    evaluator_version: int
    evaluation_id: str
    score: float
    min_score: float


class Promotion(Answer):
    """One row of the audit trail: who promoted what, when, and on which scores."""

    object: Literal["promotion"] = "promotion"
    dataset_id: str
    dataset_version: int
    dataset_revision: Counter
    content_hash: str
    item_count: int
    promoted_by: str
    promoted_at: Timestamp
    gates: list[GateScore]
    acknowledged_no_gates: bool = False


class PromoteRequest(Request):
    """The body of a promotion; needed only for an operation without gates."""

    acknowledge_no_gates: bool = False


class BundleQuery(Request):
    """Query parameters of the bundle: personal data in it is veiled, unless ``unveiled`` (that is audited)."""

    unveiled: bool = False


class TrainingCreate(Request):
    """Ask for training on a golden dataset."""

    notes: str = Field(default="", max_length=20_000)


class Training(Answer):
    """A training request; a solutions engineer answers by ``respond_by``."""

    id: str
    object: Literal["training"] = "training"
    dataset_id: str
    status: str
    notes: str
    respond_by: Timestamp
    requested_by: str | None = None
    created_at: Timestamp | None = None
