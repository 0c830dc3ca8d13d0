"""The tables of figures, as migration 0001 builds them."""

import sqlalchemy as sa
from alembic import op

_SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MEASURES = (
    "calls", "good", "bad", "liked", "disliked",
    "refunded", "prompt_tokens", "completion_tokens", "gross_nano", "refunded_nano",
    "refunded_prompt_tokens", "refunded_completion_tokens",
)  # fmt: skip


def _measures() -> "list[sa.Column[int]]":
    return [sa.Column(name, sa.BigInteger(), nullable=False) for name in _MEASURES]


def create_figure_tables() -> None:
    """Build them."""
    op.create_table(
        "call_score",
        sa.Column("org", sa.Integer(), nullable=False),
        sa.Column("call_seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("evaluator_id", sa.Text(), nullable=False),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["call_seq"], ["call.seq"]),
        sa.ForeignKeyConstraint(["org"], ["organization.org"]),
        sa.PrimaryKeyConstraint("org", "call_seq", "evaluator_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "rolled_kind",
        sa.Column("seq", _SERIAL, nullable=False),
        sa.Column("org", sa.Integer(), nullable=False),
        sa.Column("customer", sa.Text(), nullable=False),
        sa.Column("operation", sa.Text(), nullable=True),
        sa.Column("schema_version", sa.Text(), nullable=True),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("tier", sa.Text(), nullable=True),
        sa.Column("provider", sa.Text(), nullable=True),
        sa.Column("quantization", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["org"], ["organization.org"]),
        sa.PrimaryKeyConstraint("seq"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "rolled_kind_org",
        "rolled_kind",
        [
            "org", "customer", "operation", "schema_version", "model", "tier", "provider", "quantization",
        ],
        unique=False,
    )  # fmt: skip
    op.create_table(
        "rolled_call",
        sa.Column("org", sa.Integer(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("call_seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.BigInteger(), nullable=False),
        *_measures(),
        sa.ForeignKeyConstraint(["call_seq"], ["call.seq"]),
        sa.ForeignKeyConstraint(["kind"], ["rolled_kind.seq"]),
        sa.ForeignKeyConstraint(["org"], ["organization.org"]),
        sa.PrimaryKeyConstraint("org", "created_ms", "call_seq"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "rolled_cell",
        sa.Column("org", sa.Integer(), nullable=False),
        sa.Column("grid", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.BigInteger(), autoincrement=False, nullable=False),
        *_measures(),
        sa.ForeignKeyConstraint(["kind"], ["rolled_kind.seq"]),
        sa.ForeignKeyConstraint(["org"], ["organization.org"]),
        sa.PrimaryKeyConstraint("org", "grid", "day", "kind"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "rolled_zone",
        sa.Column("org", sa.Integer(), nullable=False),
        sa.Column("grid", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("up_to_ms", sa.BigInteger(), nullable=False),
        sa.Column("asked_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["org"], ["organization.org"]),
        sa.PrimaryKeyConstraint("org", "grid"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "rolled_up",
        sa.Column("org", sa.Integer(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("last_seq", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["org"], ["organization.org"]),
        sa.PrimaryKeyConstraint("org"),
        sqlite_with_rowid=False,
    )
