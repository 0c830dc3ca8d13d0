"""The tables of figures: scores of calls, and sums over calls that follow them by revision."""

from typing import Final

from sqlalchemy import BigInteger, Column, Float, ForeignKey, Index, Integer, Table, Text

from atlas_desktop.server.storage.tables import Bytes, Serial, metadata

__all__ = [
    "DIMENSIONS",
    "MEASURES",
    "call_score",
    "metadata",
    "rolled_call",
    "rolled_cell",
    "rolled_kind",
    "rolled_up",
    "rolled_zone",
]

DIMENSIONS: Final = (
    "customer", "operation", "schema_version", "model", "tier", "provider", "quantization",
)  # fmt: skip
MEASURES: Final = (
    "calls", "good", "bad", "liked", "disliked",
    "refunded", "prompt_tokens", "completion_tokens", "gross_nano", "refunded_nano",
    "refunded_prompt_tokens", "refunded_completion_tokens",
)  # fmt: skip
"""What is summed: calls, those with each verdict by scores (good, bad) and by ratings, refunded ones, tokens, cost."""


def _org(*, primary_key: bool = False) -> "Column[int]":
    return Column("org", Integer, ForeignKey("organization.org"), nullable=False, primary_key=primary_key)


def _measures() -> "list[Column[int]]":
    return [Column(name, BigInteger, nullable=False) for name in MEASURES]


# The last score of a call by each evaluator that looked at it.
call_score = Table(
    "call_score",
    metadata,
    _org(primary_key=True),
    Column("call_seq", BigInteger, ForeignKey("call.seq"), primary_key=True, autoincrement=False),
    Column("evaluator_id", Text, primary_key=True),
    Column("score", Float),
    Column("document", Bytes, nullable=False),
    sqlite_with_rowid=False,
)

# What calls are filtered and grouped by, a row for each combination there is.
rolled_kind = Table(
    "rolled_kind",
    metadata,
    Column("seq", Serial, primary_key=True),
    _org(),
    *(Column(name, Text, nullable=name not in ("customer", "model")) for name in DIMENSIONS),
    sqlite_autoincrement=True,
)
Index("rolled_kind_org", rolled_kind.c.org, *(rolled_kind.c[name] for name in DIMENSIONS))

# What each call has in the sums: to be taken out again when it has changed, and to be summed where no sums are of
# those very hours. By time: of a year 1.5 s are read, as against 5 s from the calls themselves.
rolled_call = Table(
    "rolled_call",
    metadata,
    _org(primary_key=True),
    Column("created_ms", BigInteger, primary_key=True, autoincrement=False),
    Column("call_seq", BigInteger, ForeignKey("call.seq"), primary_key=True, autoincrement=False),
    Column("kind", BigInteger, ForeignKey("rolled_kind.seq"), nullable=False),
    *_measures(),
    sqlite_with_rowid=False,
)

# Sums of a day, counted from the first of the calendar, as the zone has it that the grid is of.
rolled_cell = Table(
    "rolled_cell",
    metadata,
    _org(primary_key=True),
    Column("grid", Integer, primary_key=True, autoincrement=False),
    Column("day", Integer, primary_key=True, autoincrement=False),
    Column("kind", BigInteger, ForeignKey("rolled_kind.seq"), primary_key=True, autoincrement=False),
    *_measures(),
    sqlite_with_rowid=False,
)

# Whose days are summed. `rules` tell apart what one name means before and after a government's decision; only calls
# created before `up_to_ms` are in the cells, while those are made.
rolled_zone = Table(
    "rolled_zone",
    metadata,
    _org(primary_key=True),
    Column("grid", Integer, primary_key=True, autoincrement=False),
    Column("zone", Text, nullable=False),
    Column("rules", Text, nullable=False),
    Column("up_to_ms", BigInteger, nullable=False),
    Column("asked_ms", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

# Up to which revision of an organization calls are in its sums; no call that came after `last_seq` is.
rolled_up = Table(
    "rolled_up",
    metadata,
    _org(primary_key=True),
    Column("revision", BigInteger, nullable=False),
    Column("last_seq", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
