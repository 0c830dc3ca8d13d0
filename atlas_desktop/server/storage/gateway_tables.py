"""The tables of the gateway: what was metered, what was refunded, what is still to be scored, what may be answered again."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, Table, Text

from atlas_desktop.server.storage.tables import Bytes, Serial, metadata

__all__ = ["cached_answer", "live_job", "metadata", "refund", "usage_event"]


def _org(*, primary_key: bool = False) -> "Column[int]":
    return Column("org", Integer, ForeignKey("organization.org"), nullable=False, primary_key=primary_key)


# Rows are only ever added: what a call costs (kind `call`), that it is taken back (`refund`, the same with a minus),
# that it counts all the same (`overturn`). The key lets each happen once. It outlives the call.
usage_event = Table(
    "usage_event",
    metadata,
    _org(primary_key=True),
    Column("call_id", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("customer", Text, nullable=False),
    Column("operation", Text),
    Column("prompt_tokens", BigInteger, nullable=False),
    Column("completion_tokens", BigInteger, nullable=False),
    Column("nano", BigInteger, nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

# A call that is not metered, why, and what a reviewer says to that.
refund = Table(
    "refund",
    metadata,
    Column("seq", Serial, primary_key=True),
    _org(),
    Column("customer", Text, nullable=False),
    Column("call_seq", BigInteger, ForeignKey("call.seq"), nullable=False),
    Column("call_id", Text, nullable=False),
    Column("operation", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    Column("document", Bytes, nullable=False),
    sqlite_autoincrement=True,
)
Index("refund_call", refund.c.org, refund.c.call_seq, unique=True)
Index("refund_newest", refund.c.org, refund.c.seq)

# A call whose scores are to come. Deleted with the last of them: what is here is still to be done.
live_job = Table(
    "live_job",
    metadata,
    Column("seq", Serial, primary_key=True),
    _org(),
    Column("call_seq", BigInteger, ForeignKey("call.seq"), nullable=False),
    Column("gates", Bytes, nullable=False),
    Column("due_ms", BigInteger, nullable=False),
    Column("owner", Text),
    Column("owned_until", BigInteger, nullable=False),
    sqlite_autoincrement=True,
)
Index("live_job_call", live_job.c.org, live_job.c.call_seq, unique=True)
Index("live_job_due", live_job.c.org, live_job.c.due_ms)

# The newest call whose answer may be given again, for each request of a customer.
cached_answer = Table(
    "cached_answer",
    metadata,
    _org(primary_key=True),
    Column("customer", Text, primary_key=True),
    Column("operation", Text, primary_key=True),
    Column("fp_cache", Text, primary_key=True),
    Column("call_seq", BigInteger, ForeignKey("call.seq"), nullable=False),
    sqlite_with_rowid=False,
)
Index("cached_answer_call", cached_answer.c.org, cached_answer.c.call_seq)
