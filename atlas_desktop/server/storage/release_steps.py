"""The steps of releases: rows that are only added, each with an entry of the operation's audit trail."""

from typing import Any

import orjson
import sqlalchemy as sa

from atlas_desktop.server.answers import moment
from atlas_desktop.server.storage import audit
from atlas_desktop.server.storage.release_tables import release_step
from atlas_desktop.server.storage.scope import Row, Tenant
from atlas_desktop.server.storage.tables import operation

_LIVE = ("shadow", "canary", "prod")


def record(
    tenant: Tenant,
    row: Row,
    act: str,
    from_stage: str | None,
    to_stage: str,
    percent: int,
    *,
    reason: str | None = None,
    automatic: bool = False,
    details: dict[str, Any] | None = None,
) -> None:
    """Write down one step of a release, in the name of the key (or of the server), on what scores it was taken."""
    step = {
        "act": act,
        "from_stage": from_stage,
        "to_stage": to_stage,
        "percent": percent,
        "at": moment(tenant.now_ms),
        "actor": tenant.scope.reviewer,
        "automatic": automatic,
        "reason": reason,
        "details": details or {},
    }
    values = {"release": row.seq, "document": orjson.dumps(step), "created_ms": tenant.now_ms}
    tenant.run(sa.insert(release_step).values(org=tenant.scope.org, **values))
    about = {"release_id": row.id, "model": row.model, **step}
    audit.record(tenant, f"release_{act}", _operation_id(tenant, row.operation), about)


def of(tenant: Tenant, release_seq: int) -> list[Any]:
    """Every step of a release, oldest first, as on the wire."""
    rows = tenant.all(
        sa.select(release_step.c.document)
        .where(tenant.mine(release_step), release_step.c.release == release_seq)
        .order_by(release_step.c.seq)
    )
    return [orjson.Fragment(row.document) for row in rows]


def last_live_stage(tenant: Tenant, release_seq: int) -> str:
    """The stage a release that is over had before."""
    rows = tenant.all(
        sa.select(release_step.c.document)
        .where(tenant.mine(release_step), release_step.c.release == release_seq)
        .order_by(release_step.c.seq.desc())
    )
    named = (orjson.loads(row.document)["from_stage"] for row in rows)
    return next((stage for stage in named if stage in _LIVE), _LIVE[0])


def _operation_id(tenant: Tenant, key: str) -> str:
    asked = sa.select(operation.c.id).where(tenant.mine(operation), operation.c.key == key)
    return str(tenant.one(asked).id)
