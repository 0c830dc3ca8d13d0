"""The tables of the reliability loop: datasets, evaluations, promotions, training requests."""

from typing import Final

from sqlalchemy import BigInteger, Boolean, Column, Float, ForeignKey, Index, Integer, Table, Text

from atlas_desktop.server.storage.tables import Bytes, Serial, metadata

__all__ = [
    "NOW",
    "dataset",
    "dataset_item",
    "evaluation",
    "evaluation_result",
    "metadata",
    "promotion",
    "training",
]

NOW: Final = 2**62
"""``until`` of an item's row that counts now."""


def _org(*, primary_key: bool = False) -> "Column[int]":
    return Column("org", Integer, ForeignKey("organization.org"), nullable=False, primary_key=primary_key)


def _dataset() -> "Column[int]":
    return Column("dataset", BigInteger, ForeignKey("dataset.seq"), nullable=False)


dataset = Table(
    "dataset",
    metadata,
    Column("seq", Serial, primary_key=True),
    _org(),
    Column("id", Text, nullable=False),
    Column("operation", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("schema_version", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("revision", BigInteger, nullable=False),
    Column("item_count", BigInteger, nullable=False),
    Column("content_hash", Text, nullable=False),
    Column("branched_from", Text),
    Column("created_ms", BigInteger, nullable=False),
    Column("promoted_ms", BigInteger),
    sqlite_autoincrement=True,
)
Index("dataset_id", dataset.c.org, dataset.c.id, unique=True)
Index("dataset_newest", dataset.c.org, dataset.c.seq)
Index("dataset_operation", dataset.c.org, dataset.c.operation, dataset.c.seq)

# Rows are never changed: a change ends one (`until`, the revision that ended it) and begins another. What a
# dataset held at revision R are its rows with revision <= R < until, so a run needs no copy of the items.
dataset_item = Table(
    "dataset_item",
    metadata,
    Column("seq", Serial, primary_key=True),
    _org(),
    _dataset(),
    Column("id", Text, nullable=False),
    # The order of items: the revision at which the item was added, kept through its changes and in branches.
    Column("position", BigInteger, nullable=False),
    Column("revision", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("source_call_id", Text),
    Column("fp_prompt", Text, nullable=False),
    # SHA-256 of the content without ids, and of the expected output alone.
    Column("hash", Bytes, nullable=False),
    Column("expected_hash", Bytes, nullable=False),
    Column("weight", Float, nullable=False),
    Column("split", Text),
    Column("document", Bytes, nullable=False),
    sqlite_autoincrement=True,
)
Index(
    "dataset_item_id",
    dataset_item.c.org,
    dataset_item.c.dataset,
    dataset_item.c.id,
    dataset_item.c.until,
    unique=True,
)
Index(
    "dataset_item_position",
    dataset_item.c.org,
    dataset_item.c.dataset,
    dataset_item.c.until,
    dataset_item.c.position,
)
# Everything the content hash of a dataset is made of, without a look at the documents.
Index(
    "dataset_item_hash",
    dataset_item.c.org,
    dataset_item.c.dataset,
    dataset_item.c.until,
    dataset_item.c.hash,
)
Index(
    "dataset_item_source",
    dataset_item.c.org,
    dataset_item.c.dataset,
    dataset_item.c.source_call_id,
    dataset_item.c.until,
)
Index(
    "dataset_item_prompt",
    dataset_item.c.org,
    dataset_item.c.dataset,
    dataset_item.c.fp_prompt,
    dataset_item.c.until,
)

evaluation = Table(
    "evaluation",
    metadata,
    Column("seq", Serial, primary_key=True),
    _org(),
    Column("id", Text, nullable=False),
    _dataset(),
    Column("dataset_revision", BigInteger, nullable=False),
    Column("predictions", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("done", BigInteger, nullable=False),
    Column("total", BigInteger, nullable=False),
    # Evaluators with the versions they had, and the summary.
    Column("document", Bytes, nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    Column("completed_ms", BigInteger),
    # Which server process works on it, and until when that holds unless it says so again.
    Column("owner", Text),
    Column("owned_until", BigInteger, nullable=False),
    sqlite_autoincrement=True,
)
Index("evaluation_id", evaluation.c.org, evaluation.c.id, unique=True)
Index("evaluation_newest", evaluation.c.org, evaluation.c.seq)
Index("evaluation_dataset", evaluation.c.org, evaluation.c.dataset, evaluation.c.seq)
Index("evaluation_status", evaluation.c.status)

# The key is what makes that an item is scored once, whatever crashes.
evaluation_result = Table(
    "evaluation_result",
    metadata,
    _org(primary_key=True),
    Column("evaluation", BigInteger, ForeignKey("evaluation.seq"), primary_key=True, autoincrement=False),
    Column("evaluator_id", Text, primary_key=True),
    Column("item_id", Text, primary_key=True),
    Column("score", Float),
    Column("passed", Boolean),
    Column("weight", Float, nullable=False),
    Column("document", Bytes, nullable=False),
    sqlite_with_rowid=False,
)
Index(
    "evaluation_result_worst",
    evaluation_result.c.org,
    evaluation_result.c.evaluation,
    evaluation_result.c.evaluator_id,
    evaluation_result.c.score,
    evaluation_result.c.item_id,
)

promotion = Table(
    "promotion",
    metadata,
    Column("seq", Serial, primary_key=True),
    _org(),
    _dataset(),
    Column("dataset_version", Integer, nullable=False),
    Column("document", Bytes, nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    sqlite_autoincrement=True,
)
# One promotion makes one version: a second row for it cannot be.
Index("promotion_dataset", promotion.c.org, promotion.c.dataset, promotion.c.dataset_version, unique=True)

training = Table(
    "training",
    metadata,
    Column("seq", Serial, primary_key=True),
    _org(),
    Column("id", Text, nullable=False),
    _dataset(),
    Column("document", Bytes, nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    sqlite_autoincrement=True,
)
Index("training_id", training.c.org, training.c.id, unique=True)
Index("training_dataset", training.c.org, training.c.dataset, training.c.seq)
