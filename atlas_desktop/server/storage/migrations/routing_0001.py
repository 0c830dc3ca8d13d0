"""The table of routing, a part of the first version."""

import sqlalchemy as sa
from alembic import op


def create_routing_tables() -> None:
    """How well each variant has done on each operation."""
    op.create_table(
        "variant_score",
        sa.Column("org", sa.Integer(), nullable=False),
        sa.Column("operation", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("quantization", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("outcomes", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["org"], ["organization.org"]),
        sa.PrimaryKeyConstraint("org", "operation", "model", "quantization", "provider"),
        sqlite_with_rowid=False,
    )
