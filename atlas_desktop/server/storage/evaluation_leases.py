"""Which server process works on which run: two servers on one database never score the same item both."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

import sqlalchemy as sa

from atlas_desktop.server.storage.evaluations import LEASE_MS, OPEN
from atlas_desktop.server.storage.loop_tables import evaluation
from atlas_desktop.server.storage.scope import Tenant


@dataclass(frozen=True, slots=True)
class Lease:
    """A run that is not over, and who works on it."""

    id: str
    owner: str | None
    free: bool


def leases(tenant: Tenant, is_gone: Callable[[str], bool]) -> list[Lease]:
    """The runs that are not over, oldest first. Free: nobody works on it, or who did is gone or silent."""
    rows = tenant.all(
        sa.select(evaluation.c.id, evaluation.c.owner, evaluation.c.owned_until)
        .where(tenant.mine(evaluation), evaluation.c.status.in_(OPEN))
        .order_by(evaluation.c.seq)
    )
    return [
        Lease(row.id, row.owner, _is_free(row.owner, row.owned_until, tenant.now_ms, is_gone)) for row in rows
    ]


def claim(tenant: Tenant, lease: Lease, owner: str) -> bool:
    """Take a free run over. False when another process was quicker, or it is over."""
    same = evaluation.c.owner.is_(None) if lease.owner is None else evaluation.c.owner == lease.owner
    values = {"owner": owner, "owned_until": tenant.now_ms + LEASE_MS}
    here = sa.and_(tenant.mine(evaluation), evaluation.c.id == lease.id, evaluation.c.status.in_(OPEN), same)
    return tenant.run(sa.update(evaluation).where(here).values(**values)) > 0


def renew(tenant: Tenant, names: Collection[str], owner: str) -> None:
    """This process still works on these."""
    until = tenant.now_ms + LEASE_MS
    tenant.run(sa.update(evaluation).where(*_mine(tenant, names, owner)).values(owned_until=until))


def release(tenant: Tenant, names: Collection[str], owner: str) -> None:
    """This process ends: whoever comes next takes these up at once."""
    tenant.run(sa.update(evaluation).where(*_mine(tenant, names, owner)).values(owner=None))


def _mine(tenant: Tenant, names: Collection[str], owner: str) -> list[sa.ColumnElement[bool]]:
    return [tenant.mine(evaluation), evaluation.c.id.in_(list(names)), evaluation.c.owner == owner]


def _is_free(owner: str | None, until: int, now: int, is_gone: Callable[[str], bool]) -> bool:
    # A clock that was set back must not make a lease last for years.
    return owner is None or not now <= until <= now + LEASE_MS or is_gone(owner)
