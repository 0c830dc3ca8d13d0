"""What the first step builds for the reliability loop."""

import sqlalchemy as sa
from alembic import op

_SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def create_loop_tables() -> None:
    """Datasets, evaluations, promotions, training requests."""
    _datasets()
    _evaluations()
    _promotions()


def _datasets() -> None:
    op.create_table(
        "dataset",
        sa.Column("seq", _SERIAL, nullable=False),
        sa.Column("org", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("operation", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("schema_version", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("item_count", sa.BigInteger(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("branched_from", sa.Text(), nullable=True),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("promoted_ms", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["org"],
            ["organization.org"],
        ),
        sa.PrimaryKeyConstraint("seq"),
        sqlite_autoincrement=True,
    )
    op.create_index("dataset_id", "dataset", ["org", "id"], unique=True)
    op.create_index("dataset_newest", "dataset", ["org", "seq"], unique=False)
    op.create_index("dataset_operation", "dataset", ["org", "operation", "seq"], unique=False)
    op.create_table(
        "dataset_item",
        sa.Column("seq", _SERIAL, nullable=False),
        sa.Column("org", sa.Integer(), nullable=False),
        sa.Column("dataset", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("source_call_id", sa.Text(), nullable=True),
        sa.Column("fp_prompt", sa.Text(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("expected_hash", sa.LargeBinary(), nullable=False),
        sa.Column("weight", sa.Float(), nullable=False),
        sa.Column("split", sa.Text(), nullable=True),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dataset"],
            ["dataset.seq"],
        ),
        sa.ForeignKeyConstraint(
            ["org"],
            ["organization.org"],
        ),
        sa.PrimaryKeyConstraint("seq"),
        sqlite_autoincrement=True,
    )
    op.create_index("dataset_item_hash", "dataset_item", ["org", "dataset", "until", "hash"], unique=False)
    op.create_index("dataset_item_id", "dataset_item", ["org", "dataset", "id", "until"], unique=True)
    op.create_index(
        "dataset_item_position", "dataset_item", ["org", "dataset", "until", "position"], unique=False
    )
    op.create_index(
        "dataset_item_prompt", "dataset_item", ["org", "dataset", "fp_prompt", "until"], unique=False
    )
    op.create_index(
        "dataset_item_source", "dataset_item", ["org", "dataset", "source_call_id", "until"], unique=False
    )


def _evaluations() -> None:
    op.create_table(
        "evaluation",
        sa.Column("seq", _SERIAL, nullable=False),
        sa.Column("org", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dataset", sa.BigInteger(), nullable=False),
        sa.Column("dataset_revision", sa.BigInteger(), nullable=False),
        sa.Column("predictions", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("done", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("completed_ms", sa.BigInteger(), nullable=True),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("owned_until", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dataset"],
            ["dataset.seq"],
        ),
        sa.ForeignKeyConstraint(
            ["org"],
            ["organization.org"],
        ),
        sa.PrimaryKeyConstraint("seq"),
        sqlite_autoincrement=True,
    )
    op.create_index("evaluation_dataset", "evaluation", ["org", "dataset", "seq"], unique=False)
    op.create_index("evaluation_id", "evaluation", ["org", "id"], unique=True)
    op.create_index("evaluation_newest", "evaluation", ["org", "seq"], unique=False)
    op.create_index("evaluation_status", "evaluation", ["status"], unique=False)


def _promotions() -> None:
    op.create_table(
        "promotion",
        sa.Column("seq", _SERIAL, nullable=False),
        sa.Column("org", sa.Integer(), nullable=False),
        sa.Column("dataset", sa.BigInteger(), nullable=False),
        sa.Column("dataset_version", sa.Integer(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dataset"],
            ["dataset.seq"],
        ),
        sa.ForeignKeyConstraint(
            ["org"],
            ["organization.org"],
        ),
        sa.PrimaryKeyConstraint("seq"),
        sqlite_autoincrement=True,
    )
    op.create_index("promotion_dataset", "promotion", ["org", "dataset", "dataset_version"], unique=True)
    op.create_table(
        "training",
        sa.Column("seq", _SERIAL, nullable=False),
        sa.Column("org", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dataset", sa.BigInteger(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dataset"],
            ["dataset.seq"],
        ),
        sa.ForeignKeyConstraint(
            ["org"],
            ["organization.org"],
        ),
        sa.PrimaryKeyConstraint("seq"),
        sqlite_autoincrement=True,
    )
    op.create_index("training_dataset", "training", ["org", "dataset", "seq"], unique=False)
    op.create_index("training_id", "training", ["org", "id"], unique=True)
    op.create_table(
        "evaluation_result",
        sa.Column("org", sa.Integer(), nullable=False),
        sa.Column("evaluation", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("evaluator_id", sa.Text(), nullable=False),
        sa.Column("item_id", sa.Text(), nullable=False),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("passed", sa.Boolean(), nullable=True),
        sa.Column("weight", sa.Float(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["evaluation"],
            ["evaluation.seq"],
        ),
        sa.ForeignKeyConstraint(
            ["org"],
            ["organization.org"],
        ),
        sa.PrimaryKeyConstraint("org", "evaluation", "evaluator_id", "item_id"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "evaluation_result_worst",
        "evaluation_result",
        ["org", "evaluation", "evaluator_id", "score", "item_id"],
        unique=False,
    )
