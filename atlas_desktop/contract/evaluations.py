"""Evaluations: a dataset scored by evaluators, as a job that survives the server."""

from typing import Final, Literal

from pydantic import Field

from atlas_desktop.contract.base import Answer, Finite, Json, Request, Timestamp
from atlas_desktop.contract.evaluators import EvaluatorKind, ScoreDetail
from atlas_desktop.contract.listing import ListQuery

EvaluationStatus = Literal["queued", "running", "completed", "failed", "cancelled"]
FINISHED: Final[frozenset[EvaluationStatus]] = frozenset({"completed", "failed", "cancelled"})
"""States that a run never leaves."""

BINS: Final = 10
"""Of a distribution: 0 to below 0.1, …, 0.9 to 1 inclusive."""


class EvaluationCreate(Request):
    """Score a dataset. ``predictions``: ``expected``, ``recorded``, or a model id to generate with."""

    dataset_id: str = Field(min_length=1, max_length=100)
    evaluator_ids: list[str] = Field(min_length=1, max_length=100)
    predictions: str = Field(default="expected", min_length=1, max_length=200)


LONGEST_WAIT: Final = 10.0
"""Seconds that the answer to a new run waits for it at most."""


class EvaluationWait(Request):
    """How many seconds the answer may wait for the run; 0 to watch it from the start."""

    wait: float = Field(default=LONGEST_WAIT, ge=0, le=LONGEST_WAIT, allow_inf_nan=False)


class EvaluationsQuery(ListQuery):
    """Runs, newest first; of one dataset only, when it is named."""

    dataset_id: str | None = Field(default=None, max_length=100)


class ResultsQuery(ListQuery):
    """Results of a run by item, or the worst first: those without a score, then from the lowest on."""

    evaluator_id: str | None = Field(default=None, max_length=100)
    order: Literal["item", "worst"] = "item"


class Progress(Answer):
    """How many results are done, of how many."""

    done: int
    total: int


class EvaluatorRun(Answer):
    """What one evaluator said in a run; ``version`` is the one it had when the run began.

    ``unscored`` counts what it could give no number; ``passed`` and ``failed`` its own opinion, where it has one.
    ``distribution`` counts scores in ten equal parts of 0..1. The counts are there when the run is completed.
    ``model`` names the judge or embedding model that was asked, where one was.
    """

    id: str
    version: int
    name: str
    kind: EvaluatorKind
    model: str | None = None
    scored: int | None = None
    unscored: int | None = None
    passed: int | None = None
    failed: int | None = None
    distribution: list[int] | None = None


class Evaluation(Answer):
    """One run. ``summary_scores`` maps ``overall`` and each evaluator id to a weighted mean, or null.

    ``overall`` is the mean over the evaluators that have one. ``error`` says why a run has failed.
    """

    id: str
    object: Literal["evaluation"] = "evaluation"
    dataset_id: str
    dataset_revision: int
    evaluator_ids: list[str]
    predictions: str
    status: EvaluationStatus
    progress: Progress
    summary_scores: dict[str, Finite | None] = Field(default={}, alias="summaryScores")
    evaluators: list[EvaluatorRun] = []
    error: str | None = None
    created_at: Timestamp
    completed_at: Timestamp | None = None

    @property
    def finished(self) -> bool:
        """Whether nothing more will come."""
        return self.status in FINISHED


class EvaluationResult(Answer):
    """The score of one item by one evaluator; null with a ``reason`` (code) and ``message`` when there is none.

    ``prediction`` is the text that was scored, as it was when the run began.
    """

    object: Literal["evaluation.result"] = "evaluation.result"
    item_id: str
    evaluator_id: str
    evaluator_version: int | None = None
    score: float | None
    passed: bool | None = None
    weight: float = 1.0
    reason: str | None = None
    message: str | None = None
    details: list[ScoreDetail] = []
    prediction: Json = None
