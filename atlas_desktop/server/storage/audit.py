"""The audit trail: who changed what an organization demands. Rows are only ever added."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import sqlalchemy as sa

from atlas_desktop.server.answers import moment
from atlas_desktop.server.storage.scope import Row, Tenant
from atlas_desktop.server.storage.tables import audit


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Entries, newest first, and the place of the last when there are more."""

    data: list[dict[str, Any]]
    position: int | None


def record(tenant: Tenant, act: str, subject: str, document: dict[str, Any]) -> None:
    """Write down one change of ``subject`` (an id), in the name of the key."""
    tenant.run(
        sa.insert(audit).values(
            org=tenant.scope.org,
            created_ms=tenant.now_ms,
            actor=tenant.scope.reviewer,
            act=act,
            subject=subject,
            document=orjson.dumps(document),
        )
    )


def page(tenant: Tenant, subjects: Iterable[str], after: int | None, limit: int) -> AuditPage:
    """What was done to any of these."""
    statement = sa.select(audit).where(tenant.mine(audit), audit.c.subject.in_(set(subjects)))
    if after is not None:
        statement = statement.where(audit.c.seq < after)
    shown, more = tenant.page(statement.order_by(audit.c.seq.desc()), limit, lambda row: len(row.document))
    return AuditPage([_wire(row) for row in shown], _last(shown) if more else None)


def _last(shown: Sequence[Row]) -> int:
    return int(shown[-1].seq)


def _wire(row: Row) -> dict[str, Any]:
    return {
        "object": "audit.entry",
        "act": row.act,
        "actor": row.actor,
        "created_at": moment(row.created_ms),
        "details": orjson.Fragment(row.document),
    }
