"""The tables. A test compares them with what the migrations build.

Every table that holds tenant data starts its keys with ``org``, the organization's number, so that two
organizations never meet in an index. Times are milliseconds since 1970 in UTC; documents are JSON bytes
exactly as they go on the wire.
"""

from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    text,
)

metadata = MetaData()


class Bytes(LargeBinary):
    """Bytes handed to the driver and taken from it as they are: wrapping each cost 2 µs, 10 a call."""

    cache_ok = True

    def bind_processor(self, dialect: Any) -> None:
        """None: nothing to do."""

    def result_processor(self, dialect: Any, coltype: Any) -> None:
        """None: nothing to do."""


# SQLite numbers rows only in a column typed exactly INTEGER; elsewhere it must be 64 bits wide.
Serial: Final[Any] = BigInteger().with_variant(Integer(), "sqlite")


def _org(*, primary_key: bool = False) -> "Column[int]":
    return Column("org", Integer, ForeignKey("organization.org"), nullable=False, primary_key=primary_key)


setting = Table(
    "setting",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Bytes, nullable=False),
)

organization = Table(
    "organization",
    metadata,
    Column("org", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False, unique=True),
    Column("revision", BigInteger, nullable=False),
    Column("live", BigInteger, nullable=False),
    Column("digest", BigInteger, nullable=False),
    Column("created_ms", BigInteger, nullable=False),
)

customer = Table(
    "customer",
    metadata,
    _org(primary_key=True),
    Column("name", Text, primary_key=True),
    Column("live", BigInteger, nullable=False),
    Column("digest", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

api_key = Table(
    "api_key",
    metadata,
    Column("id", Text, primary_key=True),
    _org(),
    Column("prefix", Text, nullable=False, unique=True),
    Column("salt", Bytes, nullable=False),
    Column("hashed", Bytes, nullable=False),
    Column("name", Text, nullable=False),
    Column("customer", Text),
    Column("created_ms", BigInteger, nullable=False),
    Column("revoked_ms", BigInteger),
)

call = Table(
    "call",
    metadata,
    Column("seq", Serial, primary_key=True),
    _org(),
    Column("customer", Text, nullable=False),
    Column("id", Text, nullable=False),
    Column("revision", BigInteger, nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    Column("operation", Text),
    Column("schema_version", Text),
    Column("model", Text, nullable=False),
    Column("finish_reason", Text),
    Column("tier", Text),
    Column("provider", Text),
    Column("quantization", Text),
    Column("fp_prompt", Text),
    Column("fp_exchange", Text),
    Column("fp_schema", Text),
    Column("fp_cache", Text),
    Column("latency_ms", Float),
    Column("cost_usd", Float),
    Column("passed", Boolean),
    Column("metered", Boolean, nullable=False),
    Column("rating", Text),
    Column("corrected", Boolean, nullable=False),
    Column("feedback", Bytes),
    # The newest correction that stands, where another row counts; null where `feedback` is that correction.
    Column("correction", Bytes),
    Column("feedback_count", Integer, nullable=False),
    Column("deleted", Boolean, nullable=False),
    sqlite_autoincrement=True,
)
Index("call_id", call.c.org, call.c.id, unique=True)
Index("call_revision", call.c.org, call.c.revision, unique=True)
Index("call_customer_revision", call.c.org, call.c.customer, call.c.revision)
Index("call_newest", call.c.org, call.c.created_ms, call.c.seq)
Index("call_customer_newest", call.c.org, call.c.customer, call.c.created_ms, call.c.seq)
Index("call_operation_newest", call.c.org, call.c.operation, call.c.created_ms, call.c.seq)

call_document = Table(
    "call_document",
    metadata,
    Column("seq", Serial, ForeignKey("call.seq"), primary_key=True, autoincrement=False),
    Column("request", Bytes, nullable=False),
    Column("response", Bytes, nullable=False),
    Column("delivery", Bytes, nullable=False),
    Column("metadata", Bytes, nullable=False),
)

call_tag = Table(
    "call_tag",
    metadata,
    _org(primary_key=True),
    Column("tag", Text, primary_key=True),
    Column("seq", Serial, ForeignKey("call.seq"), primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)
Index("call_tag_seq", call_tag.c.seq)

feedback = Table(
    "feedback",
    metadata,
    Column("seq", Serial, primary_key=True),
    _org(),
    Column("customer", Text, nullable=False),
    Column("id", Text, nullable=False),
    Column("call_seq", BigInteger, ForeignKey("call.seq"), nullable=False),
    Column("reviewer", Text, nullable=False),
    Column("rating", Text),
    Column("corrected", Boolean, nullable=False),
    Column("clears", Boolean, nullable=False),
    Column("newest", Boolean, nullable=False),
    Column("body_hash", Bytes, nullable=False),
    Column("document", Bytes, nullable=False),
    sqlite_autoincrement=True,
)
Index("feedback_id", feedback.c.org, feedback.c.id, feedback.c.customer, unique=True)
Index("feedback_call", feedback.c.org, feedback.c.call_seq, feedback.c.seq)
Index("feedback_org", feedback.c.org, feedback.c.seq)
Index("feedback_reviewer", feedback.c.org, feedback.c.reviewer, feedback.c.seq)
Index(
    "feedback_newest",
    feedback.c.org,
    feedback.c.call_seq,
    feedback.c.reviewer,
    unique=True,
    # Written as queries write it, or SQLite would not use the index for them. The migration makes it so on
    # PostgreSQL too; to name that here would load its dialect, 25 ms at each start.
    sqlite_where=text("newest = 1"),
)

operation = Table(
    "operation",
    metadata,
    Column("seq", Serial, primary_key=True),
    _org(),
    Column("id", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("description", Text),
    Column("output_schema", Bytes),
    Column("schema_version", Text, nullable=False),
    Column("ship_gates", Bytes, nullable=False),
    Column("cache", Boolean, nullable=False),
    Column("registration", Text, nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    sqlite_autoincrement=True,
)
Index("operation_id", operation.c.org, operation.c.id, unique=True)
Index("operation_key", operation.c.org, operation.c.key, unique=True)

operation_schema = Table(
    "operation_schema",
    metadata,
    Column("operation_seq", Serial, ForeignKey("operation.seq"), primary_key=True, autoincrement=False),
    Column("schema_version", Text, primary_key=True),
    Column("output_schema", Bytes),
    Column("created_ms", BigInteger, nullable=False),
)

evaluator = Table(
    "evaluator",
    metadata,
    Column("seq", Serial, primary_key=True),
    _org(),
    Column("id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("config", Bytes, nullable=False),
    Column("version", Integer, nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    sqlite_autoincrement=True,
)
Index("evaluator_id", evaluator.c.org, evaluator.c.id, unique=True)

# Every config an evaluator ever had: scores remember the version they were made with.
evaluator_version = Table(
    "evaluator_version",
    metadata,
    Column("evaluator_seq", Serial, ForeignKey("evaluator.seq"), primary_key=True, autoincrement=False),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("config", Bytes, nullable=False),
    Column("created_ms", BigInteger, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("seq", Serial, primary_key=True),
    _org(),
    Column("created_ms", BigInteger, nullable=False),
    Column("actor", Text, nullable=False),
    Column("act", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("document", Bytes, nullable=False),
    sqlite_autoincrement=True,
)
Index("audit_subject", audit.c.org, audit.c.subject, audit.c.seq)

idempotency = Table(
    "idempotency",
    metadata,
    _org(primary_key=True),
    Column("customer", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("asked", Bytes, nullable=False),
    Column("status", Integer, nullable=False),
    Column("answer", Bytes, nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
Index("idempotency_created", idempotency.c.created_ms)
