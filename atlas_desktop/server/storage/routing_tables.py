"""The table of routing: how well each variant has done lately on each operation."""

from sqlalchemy import Column, ForeignKey, Integer, Table, Text

from atlas_desktop.server.storage.tables import Bytes, metadata

__all__ = ["metadata", "variant_score"]

# The newest scored calls of a model at a precision by a provider, oldest first: [[call_seq, created_ms,
# {evaluator: [version, score]}], …]. One short row a variant, since the router wants all of an operation at once.
variant_score = Table(
    "variant_score",
    metadata,
    Column("org", Integer, ForeignKey("organization.org"), nullable=False, primary_key=True),
    Column("operation", Text, primary_key=True),
    Column("model", Text, primary_key=True),
    Column("quantization", Text, primary_key=True),
    Column("provider", Text, primary_key=True),
    Column("outcomes", Bytes, nullable=False),
    sqlite_with_rowid=False,
)
