"""The tables of releases, of what their candidates answered, and of calls that are answered later."""

from typing import Final

from sqlalchemy import BigInteger, Column, Float, ForeignKey, Index, Integer, Table, Text

from atlas_desktop.server.storage.tables import Bytes, Serial, metadata

__all__ = ["OPEN", "batch_job", "metadata", "release", "release_result", "release_step"]

OPEN: Final = ("shadow", "canary")
"""The stages of a release that may still advance."""


def _org() -> "Column[int]":
    return Column("org", Integer, ForeignKey("organization.org"), nullable=False)


def _release() -> "Column[int]":
    return Column("release", BigInteger, ForeignKey("release.seq"), nullable=False)


release = Table(
    "release",
    metadata,
    Column("seq", Serial, primary_key=True),
    _org(),
    Column("id", Text, nullable=False),
    Column("operation", Text, nullable=False),
    Column("model", Text, nullable=False),
    Column("provider", Text),
    Column("quantization", Text),
    Column("dataset", Text),
    Column("stage", Text, nullable=False),
    # The operation while it is open, and while it is in force; null otherwise. Unique: one of each at most.
    Column("opened", Text),
    Column("in_force", Text),
    # The release that took its place in prod: rolled back, it gives it back.
    Column("superseded_by", BigInteger),
    Column("percent", Integer, nullable=False),
    Column("shadow_percent", Integer, nullable=False),
    Column("min_samples", Integer, nullable=False),
    Column("min_pass_rate", Float, nullable=False),
    Column("dropped", BigInteger, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    Column("since_ms", BigInteger, nullable=False),
    sqlite_autoincrement=True,
)
Index("release_id", release.c.org, release.c.id, unique=True)
Index("release_newest", release.c.org, release.c.seq)
Index("release_operation", release.c.org, release.c.operation, release.c.seq)
Index("release_opened", release.c.org, release.c.opened, unique=True)
Index("release_in_force", release.c.org, release.c.in_force, unique=True)

# Rows are only ever added.
release_step = Table(
    "release_step",
    metadata,
    Column("seq", Serial, primary_key=True),
    _org(),
    _release(),
    Column("document", Bytes, nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    sqlite_autoincrement=True,
)
Index("release_step_release", release_step.c.org, release_step.c.release, release_step.c.seq)

# What the candidate made of one call, in the shadow beside its answer or as its answer. Its cost in the shadow is
# here and nowhere else: nobody is billed for it.
release_result = Table(
    "release_result",
    metadata,
    Column("seq", Serial, primary_key=True),
    _org(),
    _release(),
    Column("stage", Text, nullable=False),
    Column("call_id", Text, nullable=False),
    Column("customer", Text, nullable=False),
    # waiting (for its scores), judged, failed (the candidate did not answer) or left (nothing could be scored)
    Column("state", Text, nullable=False),
    Column("failure", Text),
    Column("latency_ms", Float),
    Column("cost_nano", BigInteger, nullable=False),
    Column("prompt_tokens", BigInteger, nullable=False),
    Column("completion_tokens", BigInteger, nullable=False),
    # While a shadow's answer waits: what was asked and answered. Then only its scores.
    Column("document", Bytes, nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    sqlite_autoincrement=True,
)
Index(
    "release_result_call",
    release_result.c.org,
    release_result.c.release,
    release_result.c.stage,
    release_result.c.call_id,
    unique=True,
)
Index("release_result_of", release_result.c.org, release_result.c.call_id)
Index(
    "release_result_newest",
    release_result.c.org,
    release_result.c.release,
    release_result.c.stage,
    release_result.c.seq,
)
# What a stage saw is summed from the index alone: of a release that is in prod for months there are many rows.
Index(
    "release_result_traffic",
    release_result.c.org,
    release_result.c.release,
    release_result.c.stage,
    release_result.c.state,
    release_result.c.failure,
    release_result.c.cost_nano,
    release_result.c.latency_ms,
)

# A call of tier batch that was taken and is not recorded yet. Its row goes with the transaction that records it.
batch_job = Table(
    "batch_job",
    metadata,
    Column("seq", Serial, primary_key=True),
    _org(),
    Column("customer", Text, nullable=False),
    Column("id", Text, nullable=False),
    Column("document", Bytes, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due_ms", BigInteger, nullable=False),
    # Which server process works on it, and until when that holds unless it says so again.
    Column("owner", Text),
    Column("owned_until", BigInteger, nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    sqlite_autoincrement=True,
)
Index("batch_job_id", batch_job.c.org, batch_job.c.id, unique=True)
Index("batch_job_due", batch_job.c.org, batch_job.c.due_ms)
