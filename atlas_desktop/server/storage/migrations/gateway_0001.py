"""The tables of the gateway, as migration 0001 builds them."""

import sqlalchemy as sa
from alembic import op

_SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def create_gateway_tables() -> None:
    """Build them."""
    op.create_table(
        "usage_event",
        sa.Column("org", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("customer", sa.Text(), nullable=False),
        sa.Column("operation", sa.Text(), nullable=True),
        sa.Column("prompt_tokens", sa.BigInteger(), nullable=False),
        sa.Column("completion_tokens", sa.BigInteger(), nullable=False),
        sa.Column("nano", sa.BigInteger(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["org"], ["organization.org"]),
        sa.PrimaryKeyConstraint("org", "call_id", "kind"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "refund",
        sa.Column("seq", _SERIAL, nullable=False),
        sa.Column("org", sa.Integer(), nullable=False),
        sa.Column("customer", sa.Text(), nullable=False),
        sa.Column("call_seq", sa.BigInteger(), nullable=False),
        sa.Column("call_id", sa.Text(), nullable=False),
        sa.Column("operation", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["call_seq"], ["call.seq"]),
        sa.ForeignKeyConstraint(["org"], ["organization.org"]),
        sa.PrimaryKeyConstraint("seq"),
        sqlite_autoincrement=True,
    )
    op.create_index("refund_call", "refund", ["org", "call_seq"], unique=True)
    op.create_index("refund_newest", "refund", ["org", "seq"], unique=False)
    op.create_table(
        "live_job",
        sa.Column("seq", _SERIAL, nullable=False),
        sa.Column("org", sa.Integer(), nullable=False),
        sa.Column("call_seq", sa.BigInteger(), nullable=False),
        sa.Column("gates", sa.LargeBinary(), nullable=False),
        sa.Column("due_ms", sa.BigInteger(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("owned_until", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["call_seq"], ["call.seq"]),
        sa.ForeignKeyConstraint(["org"], ["organization.org"]),
        sa.PrimaryKeyConstraint("seq"),
        sqlite_autoincrement=True,
    )
    op.create_index("live_job_call", "live_job", ["org", "call_seq"], unique=True)
    op.create_index("live_job_due", "live_job", ["org", "due_ms"], unique=False)
    op.create_table(
        "cached_answer",
        sa.Column("org", sa.Integer(), nullable=False),
        sa.Column("customer", sa.Text(), nullable=False),
        sa.Column("operation", sa.Text(), nullable=False),
        sa.Column("fp_cache", sa.Text(), nullable=False),
        sa.Column("call_seq", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["call_seq"], ["call.seq"]),
        sa.ForeignKeyConstraint(["org"], ["organization.org"]),
        sa.PrimaryKeyConstraint("org", "customer", "operation", "fp_cache"),
        sqlite_with_rowid=False,
    )
    op.create_index("cached_answer_call", "cached_answer", ["org", "call_seq"], unique=False)
