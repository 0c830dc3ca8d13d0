"""The first tables: organizations, keys, calls with their documents, feedback, operations, audit."""

import sqlalchemy as sa
from alembic import op

from atlas_desktop.server.storage.migrations.figures_0001 import create_figure_tables
from atlas_desktop.server.storage.migrations.gateway_0001 import create_gateway_tables
from atlas_desktop.server.storage.migrations.loop_0001 import create_loop_tables
from atlas_desktop.server.storage.migrations.releases_0001 import create_release_tables
from atlas_desktop.server.storage.migrations.routing_0001 import create_routing_tables

revision = "0001"
down_revision = None

_SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Build everything, and the full-text index in the dialect's own way."""
    _tables()
    create_loop_tables()
    create_figure_tables()
    create_release_tables()
    create_gateway_tables()
    create_routing_tables()
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE call_text USING fts5("
            "body, content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 2')"
        )
        # Merging 16 segments at a time instead of 4 takes a quarter off the cost of an import.
        op.execute("INSERT INTO call_text (call_text, rank) VALUES ('automerge', 16)")


def downgrade() -> None:
    """Never: migrations only go forward."""
    raise NotImplementedError("migrations only go forward")


def _tables() -> None:
    op.create_table(
        "organization",
        sa.Column("org", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("live", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.BigInteger(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("org"),
        sa.UniqueConstraint("id"),
        sa.UniqueConstraint("name"),
    )
    op.create_table(
        "setting",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "api_key",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("org", sa.Integer(), nullable=False),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("hashed", sa.LargeBinary(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("customer", sa.Text(), nullable=True),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("revoked_ms", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["org"],
            ["organization.org"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("prefix"),
    )
    op.create_table(
        "audit",
        sa.Column("seq", _SERIAL, nullable=False),
        sa.Column("org", sa.Integer(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["org"],
            ["organization.org"],
        ),
        sa.PrimaryKeyConstraint("seq"),
        sqlite_autoincrement=True,
    )
    op.create_index("audit_subject", "audit", ["org", "subject", "seq"], unique=False)
    op.create_table(
        "call",
        sa.Column("seq", _SERIAL, nullable=False),
        sa.Column("org", sa.Integer(), nullable=False),
        sa.Column("customer", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("operation", sa.Text(), nullable=True),
        sa.Column("schema_version", sa.Text(), nullable=True),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("finish_reason", sa.Text(), nullable=True),
        sa.Column("tier", sa.Text(), nullable=True),
        sa.Column("provider", sa.Text(), nullable=True),
        sa.Column("quantization", sa.Text(), nullable=True),
        sa.Column("fp_prompt", sa.Text(), nullable=True),
        sa.Column("fp_exchange", sa.Text(), nullable=True),
        sa.Column("fp_schema", sa.Text(), nullable=True),
        sa.Column("fp_cache", sa.Text(), nullable=True),
        sa.Column("latency_ms", sa.Float(), nullable=True),
        sa.Column("cost_usd", sa.Float(), nullable=True),
        sa.Column("passed", sa.Boolean(), nullable=True),
        sa.Column("metered", sa.Boolean(), nullable=False),
        sa.Column("rating", sa.Text(), nullable=True),
        sa.Column("corrected", sa.Boolean(), nullable=False),
        sa.Column("feedback", sa.LargeBinary(), nullable=True),
        sa.Column("correction", sa.LargeBinary(), nullable=True),
        sa.Column("feedback_count", sa.Integer(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["org"],
            ["organization.org"],
        ),
        sa.PrimaryKeyConstraint("seq"),
        sqlite_autoincrement=True,
    )
    op.create_index("call_customer_newest", "call", ["org", "customer", "created_ms", "seq"], unique=False)
    op.create_index("call_customer_revision", "call", ["org", "customer", "revision"], unique=False)
    op.create_index("call_id", "call", ["org", "id"], unique=True)
    op.create_index("call_newest", "call", ["org", "created_ms", "seq"], unique=False)
    op.create_index("call_operation_newest", "call", ["org", "operation", "created_ms", "seq"], unique=False)
    op.create_index("call_revision", "call", ["org", "revision"], unique=True)
    op.create_table(
        "customer",
        sa.Column("org", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("live", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["org"],
            ["organization.org"],
        ),
        sa.PrimaryKeyConstraint("org", "name"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "evaluator",
        sa.Column("seq", _SERIAL, nullable=False),
        sa.Column("org", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("config", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["org"],
            ["organization.org"],
        ),
        sa.PrimaryKeyConstraint("seq"),
        sqlite_autoincrement=True,
    )
    op.create_index("evaluator_id", "evaluator", ["org", "id"], unique=True)
    op.create_table(
        "evaluator_version",
        sa.Column("evaluator_seq", _SERIAL, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("config", sa.LargeBinary(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["evaluator_seq"],
            ["evaluator.seq"],
        ),
        sa.PrimaryKeyConstraint("evaluator_seq", "version"),
    )
    op.create_table(
        "idempotency",
        sa.Column("org", sa.Integer(), nullable=False),
        sa.Column("customer", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("asked", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["org"],
            ["organization.org"],
        ),
        sa.PrimaryKeyConstraint("org", "customer", "key"),
        sqlite_with_rowid=False,
    )
    op.create_index("idempotency_created", "idempotency", ["created_ms"], unique=False)
    op.create_table(
        "operation",
        sa.Column("seq", _SERIAL, nullable=False),
        sa.Column("org", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("output_schema", sa.LargeBinary(), nullable=True),
        sa.Column("schema_version", sa.Text(), nullable=False),
        sa.Column("ship_gates", sa.LargeBinary(), nullable=False),
        sa.Column("cache", sa.Boolean(), nullable=False),
        sa.Column("registration", sa.Text(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["org"],
            ["organization.org"],
        ),
        sa.PrimaryKeyConstraint("seq"),
        sqlite_autoincrement=True,
    )
    op.create_index("operation_id", "operation", ["org", "id"], unique=True)
    op.create_index("operation_key", "operation", ["org", "key"], unique=True)
    op.create_table(
        "call_document",
        sa.Column("seq", _SERIAL, autoincrement=False, nullable=False),
        sa.Column("request", sa.LargeBinary(), nullable=False),
        sa.Column("response", sa.LargeBinary(), nullable=False),
        sa.Column("delivery", sa.LargeBinary(), nullable=False),
        sa.Column("metadata", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["seq"],
            ["call.seq"],
        ),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.create_table(
        "call_tag",
        sa.Column("org", sa.Integer(), nullable=False),
        sa.Column("tag", sa.Text(), nullable=False),
        sa.Column("seq", _SERIAL, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["org"],
            ["organization.org"],
        ),
        sa.ForeignKeyConstraint(
            ["seq"],
            ["call.seq"],
        ),
        sa.PrimaryKeyConstraint("org", "tag", "seq"),
        sqlite_with_rowid=False,
    )
    op.create_index("call_tag_seq", "call_tag", ["seq"], unique=False)
    op.create_table(
        "feedback",
        sa.Column("seq", _SERIAL, nullable=False),
        sa.Column("org", sa.Integer(), nullable=False),
        sa.Column("customer", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("call_seq", sa.BigInteger(), nullable=False),
        sa.Column("reviewer", sa.Text(), nullable=False),
        sa.Column("rating", sa.Text(), nullable=True),
        sa.Column("corrected", sa.Boolean(), nullable=False),
        sa.Column("clears", sa.Boolean(), nullable=False),
        sa.Column("newest", sa.Boolean(), nullable=False),
        sa.Column("body_hash", sa.LargeBinary(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_seq"],
            ["call.seq"],
        ),
        sa.ForeignKeyConstraint(
            ["org"],
            ["organization.org"],
        ),
        sa.PrimaryKeyConstraint("seq"),
        sqlite_autoincrement=True,
    )
    op.create_index("feedback_call", "feedback", ["org", "call_seq", "seq"], unique=False)
    op.create_index("feedback_id", "feedback", ["org", "id", "customer"], unique=True)
    op.create_index(
        "feedback_newest",
        "feedback",
        ["org", "call_seq", "reviewer"],
        unique=True,
        sqlite_where=sa.text("newest = 1"),
        postgresql_where=sa.text("newest"),
    )
    op.create_index("feedback_org", "feedback", ["org", "seq"], unique=False)
    op.create_index("feedback_reviewer", "feedback", ["org", "reviewer", "seq"], unique=False)
    op.create_table(
        "operation_schema",
        sa.Column("operation_seq", _SERIAL, autoincrement=False, nullable=False),
        sa.Column("schema_version", sa.Text(), nullable=False),
        sa.Column("output_schema", sa.LargeBinary(), nullable=True),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["operation_seq"],
            ["operation.seq"],
        ),
        sa.PrimaryKeyConstraint("operation_seq", "schema_version"),
    )
