"""Evaluations: a dataset scored by evaluators, as a job."""

from typing import Literal

from pydantic import Field

from atlas_desktop.contract.base import Answer, Json, Request, Timestamp

EvaluationStatus = Literal["queued", "running", "completed", "failed", "cancelled"]


class EvaluationCreate(Request):
    """Score a dataset. ``predictions``: ``expected``, ``recorded``, or a model id to generate with."""

    dataset_id: str
    evaluator_ids: list[str] = Field(min_length=1, max_length=100)
    predictions: str = "expected"


class Progress(Answer):
    """How many results are done, of how many."""

    done: int
    total: int


class Evaluation(Answer):
    """One run. ``summary_scores`` maps ``overall`` and each evaluator id to a weighted mean, or null."""

    id: str
    object: Literal["evaluation"] = "evaluation"
    dataset_id: str
    dataset_revision: int
    evaluator_ids: list[str]
    predictions: str
    status: EvaluationStatus
    progress: Progress
    summary_scores: dict[str, float | None] = Field(default={}, alias="summaryScores")
    created_at: Timestamp
    completed_at: Timestamp | None = None


class EvaluationResult(Answer):
    """The score of one item by one evaluator; null with a reason in ``details`` when there is none."""

    item_id: str
    evaluator_id: str
    score: float | None
    passed: bool | None = None
    details: Json = None
    prediction: Json = None
