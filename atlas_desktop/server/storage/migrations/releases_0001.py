"""The tables of releases and of the batch tier, as migration 0001 builds them."""

import sqlalchemy as sa
from alembic import op

_SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def create_release_tables() -> None:
    """Build them."""
    _release()
    _step()
    _result()
    _batch()


def _release() -> None:
    op.create_table(
        "release",
        sa.Column("seq", _SERIAL, nullable=False),
        sa.Column("org", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("operation", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=True),
        sa.Column("quantization", sa.Text(), nullable=True),
        sa.Column("dataset", sa.Text(), nullable=True),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("opened", sa.Text(), nullable=True),
        sa.Column("in_force", sa.Text(), nullable=True),
        sa.Column("superseded_by", sa.BigInteger(), nullable=True),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("shadow_percent", sa.Integer(), nullable=False),
        sa.Column("min_samples", sa.Integer(), nullable=False),
        sa.Column("min_pass_rate", sa.Float(), nullable=False),
        sa.Column("dropped", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("since_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["org"], ["organization.org"]),
        sa.PrimaryKeyConstraint("seq"),
        sqlite_autoincrement=True,
    )
    op.create_index("release_id", "release", ["org", "id"], unique=True)
    op.create_index("release_newest", "release", ["org", "seq"], unique=False)
    op.create_index("release_operation", "release", ["org", "operation", "seq"], unique=False)
    op.create_index("release_opened", "release", ["org", "opened"], unique=True)
    op.create_index("release_in_force", "release", ["org", "in_force"], unique=True)


def _step() -> None:
    op.create_table(
        "release_step",
        sa.Column("seq", _SERIAL, nullable=False),
        sa.Column("org", sa.Integer(), nullable=False),
        sa.Column("release", sa.BigInteger(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["org"], ["organization.org"]),
        sa.ForeignKeyConstraint(["release"], ["release.seq"]),
        sa.PrimaryKeyConstraint("seq"),
        sqlite_autoincrement=True,
    )
    op.create_index("release_step_release", "release_step", ["org", "release", "seq"], unique=False)


def _result() -> None:
    op.create_table(
        "release_result",
        sa.Column("seq", _SERIAL, nullable=False),
        sa.Column("org", sa.Integer(), nullable=False),
        sa.Column("release", sa.BigInteger(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("call_id", sa.Text(), nullable=False),
        sa.Column("customer", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("latency_ms", sa.Float(), nullable=True),
        sa.Column("cost_nano", sa.BigInteger(), nullable=False),
        sa.Column("prompt_tokens", sa.BigInteger(), nullable=False),
        sa.Column("completion_tokens", sa.BigInteger(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["org"], ["organization.org"]),
        sa.ForeignKeyConstraint(["release"], ["release.seq"]),
        sa.PrimaryKeyConstraint("seq"),
        sqlite_autoincrement=True,
    )
    once = ["org", "release", "stage", "call_id"]
    op.create_index("release_result_call", "release_result", once, unique=True)
    op.create_index("release_result_of", "release_result", ["org", "call_id"], unique=False)
    newest = ["org", "release", "stage", "seq"]
    op.create_index("release_result_newest", "release_result", newest, unique=False)
    summed = ["org", "release", "stage", "state", "failure", "cost_nano", "latency_ms"]
    op.create_index("release_result_traffic", "release_result", summed, unique=False)


def _batch() -> None:
    op.create_table(
        "batch_job",
        sa.Column("seq", _SERIAL, nullable=False),
        sa.Column("org", sa.Integer(), nullable=False),
        sa.Column("customer", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_ms", sa.BigInteger(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("owned_until", sa.BigInteger(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["org"], ["organization.org"]),
        sa.PrimaryKeyConstraint("seq"),
        sqlite_autoincrement=True,
    )
    op.create_index("batch_job_id", "batch_job", ["org", "id"], unique=True)
    op.create_index("batch_job_due", "batch_job", ["org", "due_ms"], unique=False)
