"""Datasets: drafts of corrected calls that become golden when every ship gate holds."""

from typing import Literal

from pydantic import Field

from atlas_desktop.contract.base import Answer, Json, Request, Timestamp


class Dataset(Answer):
    """A set of items of one operation and schema version. Golden ones never change."""

    id: str
    object: Literal["dataset"] = "dataset"
    operation_id: str
    name: str
    schema_version: str
    status: Literal["draft", "golden"]
    version: int
    revision: int
    item_count: int
    content_hash: str
    created_at: Timestamp
    promoted_at: Timestamp | None = None


class DatasetCreate(Request):
    """Start a draft. ``operation_id`` is the operation's key."""

    operation_id: str = Field(min_length=1, max_length=100)
    name: str = Field(min_length=1, max_length=200)
    schema_version: str | None = Field(default=None, min_length=1, max_length=64)


class DatasetItem(Answer):
    """An input and the output that should have come. ``weight`` counts in every mean."""

    id: str
    object: Literal["dataset.item"] = "dataset.item"
    source_call_id: str | None = None
    input: dict[str, Json]
    expected_output: Json = None
    predicted: Json = None
    weight: float = 1.0
    split: str | None = None
    tags: list[str] = []


class DatasetItemCreate(Request):
    """An item to add; with ``source_call_id`` the input is taken from that call when left out."""

    source_call_id: str | None = None
    input: dict[str, Json] | None = None
    expected_output: Json = None
    predicted: Json = None
    weight: float = Field(default=1.0, gt=0, le=1000, allow_inf_nan=False)
    split: str | None = Field(default=None, max_length=64)
    tags: list[str] = Field(default=[], max_length=50)


class ItemProblem(Answer):
    """One thing wrong with an item; ``path`` is a JSON path into it."""

    path: str
    message: str


class RejectedItem(Answer):
    """An item that was not added, by its index in the request."""

    index: int
    errors: list[ItemProblem]


class ItemsAnswer(Answer):
    """What an addition of items did."""

    added: list[DatasetItem]
    rejected: list[RejectedItem] = []


class GateScore(Answer):
    """A gate as it stood when a dataset was promoted."""

    evaluator_id: str
    evaluator_version: int
    evaluation_id: str
    score: float
    min_score: float


class Promotion(Answer):
    """One row of the audit trail: who promoted what, when, and on which scores."""

    dataset_id: str
    dataset_version: int
    dataset_revision: int
    content_hash: str
    item_count: int
    promoted_by: str
    promoted_at: Timestamp
    gates: list[GateScore]
    acknowledged_no_gates: bool = False


class PromoteRequest(Request):
    """The body of a promotion; needed only for an operation without gates."""

    acknowledge_no_gates: bool = False


class BranchRequest(Request):
    """Make a new draft with the same items."""

    name: str | None = Field(default=None, min_length=1, max_length=200)


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
    created_at: Timestamp | None = None
