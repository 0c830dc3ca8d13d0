"""The usage ledger: rows are only ever added, and what a call counts for is their sum."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import sqlalchemy as sa

from atlas_desktop.server.storage.gateway_tables import usage_event
from atlas_desktop.server.storage.scope import Row, Tenant

Kind = Literal["call", "refund", "overturn"]

MOST_TOKENS: Final = 10**9
MOST_NANO: Final = 10_000 * 10**9
"""A call is counted with no more than this, as figures count it (storage/figures.py)."""


@dataclass(frozen=True, slots=True)
class Used:
    """What one call counts for: tokens, and 10⁻⁹ US dollars."""

    call_id: str
    customer: str
    operation: str | None
    prompt_tokens: int
    completion_tokens: int
    nano: int


def used_by(call_id: str, customer: str, operation: str | None, usage: Any, cost_nano: int | None) -> Used:
    """What the provider's report of a call counts for."""
    found = usage if isinstance(usage, dict) else {}
    tokens = [_count(found.get(name), MOST_TOKENS) for name in ("prompt_tokens", "completion_tokens")]
    return Used(call_id, customer, operation, tokens[0], tokens[1], _count(cost_nano, MOST_NANO))


def meter(tenant: Tenant, calls: Sequence[Used]) -> None:
    """Count calls that are new."""
    tenant.insert(usage_event, [_row(tenant, used, "call", 1) for used in calls])


def add(tenant: Tenant, call_id: str, kind: Literal["refund", "overturn"]) -> Used | None:
    """Take a call back, or count it again: what it counted for. None when that was done already, or it never counted."""
    mine = (tenant.mine(usage_event), usage_event.c.call_id == call_id)
    rows = {row.kind: row for row in tenant.all(sa.select(usage_event).where(*mine))}
    first = rows.get("call")
    if first is None or kind in rows or (kind == "overturn" and "refund" not in rows):
        return None
    used = _used(first)
    tenant.insert(usage_event, [_row(tenant, used, kind, -1 if kind == "refund" else 1)])
    return used


def _count(value: Any, most: int) -> int:
    return int(min(max(value, 0), most)) if isinstance(value, int | float) else 0


def _used(row: Row) -> Used:
    return Used(row.call_id, row.customer, row.operation, row.prompt_tokens, row.completion_tokens, row.nano)


def _row(tenant: Tenant, used: Used, kind: Kind, sign: int) -> dict[str, Any]:
    return {
        "org": tenant.scope.org,
        "call_id": used.call_id,
        "kind": kind,
        "customer": used.customer,
        "operation": used.operation,
        "prompt_tokens": sign * used.prompt_tokens,
        "completion_tokens": sign * used.completion_tokens,
        "nano": sign * used.nano,
        "created_ms": tenant.now_ms,
    }
