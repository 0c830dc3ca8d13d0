"""The same POST twice is done once: the first answer is kept for seven days and given again."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from atlas_desktop.contract.capabilities import HEADER_REPLAYED
from atlas_desktop.server.answers import Answered, refused
from atlas_desktop.server.refusals import Refusal, conflict
from atlas_desktop.server.storage.scope import Tenant
from atlas_desktop.server.storage.tables import idempotency

KEPT_MS: Final = 7 * 24 * 3600 * 1000
MOST_FORGOTTEN: Final = 100
"""Expired answers that one write deletes, so that none pays for a week of others."""


@dataclass(frozen=True, slots=True)
class Token:
    """An ``Idempotency-Key`` and the SHA-256 of the request it came with."""

    key: str
    request: bytes


def once(tenant: Tenant, token: Token | None, work: Callable[[Tenant], Answered]) -> Answered:
    """Do the work, or give the first answer again. Raises Refusal (409) when the key had another body.

    A refusal that the work decided on (a 404, a conflict) is kept as well: a copy of the request that
    arrives late must not be applied after its sender was told that it was not.
    """
    if token is None:
        return work(tenant)
    if (before := replay(tenant, token)) is not None:
        return before
    try:
        with tenant.attempt():
            done = work(tenant)
    except Refusal as refusal:
        done = refused(refusal)
    keep(tenant, token, done)
    return done


def replay(tenant: Tenant, token: Token) -> Answered | None:
    """The kept answer to this key, if any. Raises Refusal (409) when it was given for another request."""
    table = idempotency
    row = tenant.first(
        sa.select(table.c.asked, table.c.status, table.c.answer).where(
            *_mine(tenant, token), table.c.created_ms > tenant.now_ms - KEPT_MS
        )
    )
    if row is None:
        return None
    if row.asked != token.request:
        raise conflict("idempotency_conflict", "this Idempotency-Key was used for another request")
    return Answered(row.answer, row.status, {HEADER_REPLAYED: "true"})


def keep(tenant: Tenant, token: Token, done: Answered) -> None:
    """Remember the first answer to this key, and forget some of those older than seven days."""
    tenant.run(sa.delete(idempotency).where(*_mine(tenant, token)))
    old = idempotency.alias("old")
    oldest = (
        sa.select(old.c.org, old.c.customer, old.c.key)
        .where(old.c.created_ms <= tenant.now_ms - KEPT_MS)
        .order_by(old.c.created_ms)
        .limit(MOST_FORGOTTEN)
    )
    names = sa.tuple_(idempotency.c.org, idempotency.c.customer, idempotency.c.key)
    tenant.run(sa.delete(idempotency).where(names.in_(oldest)))
    tenant.run(
        sa.insert(idempotency).values(
            org=tenant.scope.org,
            customer=tenant.scope.customer or "",
            key=token.key,
            asked=token.request,
            status=done.status,
            answer=done.body,
            created_ms=tenant.now_ms,
        )
    )


def _mine(tenant: Tenant, token: Token) -> tuple[sa.ColumnElement[bool], ...]:
    """Kept per organization and scope of the key: the whole organization is the customer "" here."""
    return (
        idempotency.c.org == tenant.scope.org,
        idempotency.c.customer == (tenant.scope.customer or ""),
        idempotency.c.key == token.key,
    )
