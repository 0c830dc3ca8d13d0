"""Datasets: drafts of corrected calls that become golden when every ship gate holds."""

from typing import Annotated, Any, Final, Literal

from pydantic import Field, GetJsonSchemaHandler, StringConstraints, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from atlas_desktop.contract.base import Answer, Counter, Json, Request, Timestamp

MOST_AT_ONCE: Final = 1000
"""Items one request may add."""

DatasetStatus = Literal["draft", "golden"]
ItemTag = Annotated[str, StringConstraints(min_length=1, max_length=100)]
Split = Annotated[str, StringConstraints(min_length=1, max_length=64)]
Weight = Annotated[float, Field(ge=0.001, le=1000, allow_inf_nan=False)]
"""Not less: with 1e-300 an item that fails is lost in the rounding of the mean, and a gate at 1.0 holds all the same."""


class Dataset(Answer):
    """A set of items of one operation and schema version. Golden ones never change.

    ``version`` is 1 for a new draft and grows by one with each promotion; a branch begins with the version it
    came from. ``revision`` grows by one with each change of an item. ``content_hash`` is the same for the same
    items, whatever their order and ids.
    """

    id: str
    object: Literal["dataset"] = "dataset"
    operation_id: str
    name: str
    schema_version: str
    status: DatasetStatus
    version: int
    revision: Counter
    item_count: Counter
    content_hash: str
    branched_from: str | None = None
    created_at: Timestamp
    promoted_at: Timestamp | None = None


class DatasetCreate(Request):
    """Start a draft. ``operation_id`` is the operation's key; without a version it is the operation's current."""

    operation_id: str = Field(min_length=1, max_length=100)
    name: str = Field(min_length=1, max_length=200)
    schema_version: str | None = Field(default=None, min_length=1, max_length=64)


class DatasetItem(Answer):
    """An input and the output that should have come. ``weight`` counts in every mean.

    The id stays the same in branches. ``revision`` is the dataset's at the item's last change.
    """

    id: str
    object: Literal["dataset.item"] = "dataset.item"
    source_call_id: str | None = None
    input: dict[str, Json]
    expected_output: Json = None
    predicted: Json = None
    weight: float = 1.0
    split: str | None = None
    tags: list[str] = []
    revision: Counter = 0


class DatasetItemCreate(Request):
    """An item to add. With ``source_call_id``, what is left out of the rest comes from that call.

    That is its ``input``; ``predicted``, which is what it answered; and ``expected_output``: the correction
    that stands, else the answer where it was rated thumbs up.
    """

    source_call_id: str | None = Field(default=None, min_length=1, max_length=200)
    input: dict[str, Json] | None = None
    expected_output: Json = None
    predicted: Json = None
    weight: Weight = 1.0
    split: Split | None = None
    tags: list[ItemTag] = Field(default=[], max_length=50)


class DatasetItemsAdd(Request):
    """Items to add: a bare array of them, or ``{"items": […]}``. Each stands on its own."""

    items: list[Json] = Field(min_length=1, max_length=MOST_AT_ONCE)

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, value: Any) -> Any:
        return {"items": value} if isinstance(value, list) else value

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        whole = handler.resolve_ref_schema(handler(core_schema))
        return {"anyOf": [whole["properties"]["items"], whole]}


class DatasetItemUpdate(Request):
    """Change an item: only what is given. ``base_revision`` is the item's, or the dataset's, when it was read:
    409 ``dataset_changed`` when the item has changed since.
    """

    expected_output: Json = None
    weight: Weight = 1.0
    split: Split | None = None
    tags: list[ItemTag] = Field(default=[], max_length=50)
    base_revision: Counter | None = None


class ItemProblem(Answer):
    """One thing wrong with an item; ``path`` is a JSON path into it."""

    path: str
    message: str


class RejectedItem(Answer):
    """An item that was not added, by its index in the request."""

    index: int
    errors: list[ItemProblem]


class Contradiction(Answer):
    """An added item, and others (20 at most are named) of the same prompt that expect another output."""

    item_id: str
    others: list[str]
    fp_prompt: str


class ItemsAnswer(Answer):
    """What an addition of items did. ``added`` are the accepted ones in their order.

    ``replaced`` says how many of them took the place of an item with the same ``source_call_id``; one that says
    the same as before is left as it is.
    """

    added: list[DatasetItem]
    rejected: list[RejectedItem] = []
    contradictions: list[Contradiction] = []
    replaced: int = 0


class ItemDeleted(Answer):
    """An item that is gone. ``revision`` is the dataset's now."""

    id: str
    object: Literal["dataset.item"] = "dataset.item"
    deleted: Literal[True] = True
    dataset_id: str
    revision: Counter


class BranchRequest(Request):
    """Make a new draft with the same items; without a name it has the same one."""

    name: str | None = Field(default=None, min_length=1, max_length=200)
