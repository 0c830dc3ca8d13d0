"""How well each operation is served by which quantization and provider."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from atlas_desktop.server.storage.figure_tables import call_score
from atlas_desktop.server.storage.scope import Tenant
from atlas_desktop.server.storage.tables import call

_BY = (call.c.operation, call.c.quantization, call.c.provider)


def report(tenant: Tenant, conditions: Sequence[sa.ColumnElement[bool]]) -> list[dict[str, Any]]:
    """A row for each operation, quantization and provider, in that order; every score counts alike."""
    live = (tenant.mine(call), call.c.deleted.is_(sa.false()), *conditions)
    calls = tenant.all(sa.select(*_BY, sa.func.count().label("calls")).where(*live).group_by(*_BY))
    means = sa.select(
        *_BY,
        sa.func.count(sa.distinct(call.c.seq)).label("scored"),
        sa.func.avg(call_score.c.score).label("mean"),
    ).join(call_score, (call_score.c.org == call.c.org) & (call_score.c.call_seq == call.c.seq))
    scored = {
        tuple(row[:3]): row
        for row in tenant.all(
            means.where(*live, tenant.mine(call_score), call_score.c.score.is_not(None)).group_by(*_BY)
        )
    }
    rows = [_row(row, scored.get(tuple(row[:3]))) for row in calls]
    return sorted(
        rows, key=lambda row: [row[name] or "" for name in ("operation_id", "quantization", "provider")]
    )


def _row(row: Any, score: Any) -> dict[str, Any]:
    return {
        "operation_id": row.operation,
        "quantization": row.quantization,
        "provider": row.provider,
        "calls": row.calls,
        "scored": 0 if score is None else score.scored,
        "average_score": None if score is None else score.mean,
    }
