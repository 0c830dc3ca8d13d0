"""Calls that are answered later: kept from the moment they are taken until the transaction that records them."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from atlas_desktop.server.storage.release_tables import batch_job
from atlas_desktop.server.storage.scope import Row, Tenant

LEASE_MS: Final = 10_000
"""So long a job belongs to the process that took it, unless it says so again or has certainly ended."""


@dataclass(frozen=True, slots=True)
class BatchJob:
    """A call that waits: ``document`` is what the spool would keep of it. ``attempts`` failed so far."""

    seq: int
    id: str
    document: bytes
    attempts: int
    created_ms: int


def add(tenant: Tenant, call_id: str, customer: str, document: bytes) -> None:
    """Take a call."""
    tenant.run(
        sa.insert(batch_job).values(
            org=tenant.scope.org,
            customer=customer,
            id=call_id,
            document=document,
            attempts=0,
            due_ms=tenant.now_ms,
            owner=None,
            owned_until=0,
            created_ms=tenant.now_ms,
        )
    )


def find(tenant: Tenant, call_id: str) -> BatchJob | None:
    """The job of a call; None when there is none, or it is done."""
    row = tenant.first(sa.select(batch_job).where(tenant.mine(batch_job), batch_job.c.id == call_id))
    return None if row is None else _job(row)


def claim(tenant: Tenant, owner: str, is_gone: Callable[[str], bool], most: int) -> list[BatchJob]:
    """Take jobs that are due and that nobody works on, oldest first."""
    owners = sa.select(batch_job.c.owner).where(tenant.mine(batch_job), batch_job.c.owner.is_not(None))
    gone = [row.owner for row in tenant.all(owners.distinct()) if is_gone(row.owner)]
    now = tenant.now_ms
    free = sa.or_(
        batch_job.c.owner.is_(None),
        batch_job.c.owner.in_(gone),
        # A clock that was set back must not make a lease last for years.
        sa.not_(batch_job.c.owned_until.between(now, now + LEASE_MS)),
    )
    rows = tenant.all(
        sa.select(batch_job)
        .where(tenant.mine(batch_job), batch_job.c.due_ms <= now, free)
        .order_by(batch_job.c.due_ms, batch_job.c.seq)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    taken = {"owner": owner, "owned_until": now + LEASE_MS}
    these = (tenant.mine(batch_job), batch_job.c.seq.in_([row.seq for row in rows]))
    tenant.run(sa.update(batch_job).where(*these).values(**taken))
    return [_job(row) for row in rows]


def renew(tenant: Tenant, seqs: Collection[int], owner: str) -> None:
    """This process still works on these."""
    until = tenant.now_ms + LEASE_MS
    tenant.run(sa.update(batch_job).where(*_mine(tenant, seqs, owner)).values(owned_until=until))


def release(tenant: Tenant, seqs: Collection[int], owner: str) -> None:
    """This process ends: whoever comes next takes these up at once."""
    tenant.run(sa.update(batch_job).where(*_mine(tenant, seqs, owner)).values(owner=None))


def put_off(tenant: Tenant, seq: int, owner: str, due_ms: int) -> None:
    """Nobody answered: to be tried again, not before then."""
    values = {"owner": None, "due_ms": due_ms, "attempts": batch_job.c.attempts + 1}
    tenant.run(sa.update(batch_job).where(*_mine(tenant, [seq], owner)).values(**values))


def done(tenant: Tenant, seq: int, owner: str) -> bool:
    """The job goes, in the transaction that records its call. False: it is no longer of this process."""
    return tenant.run(sa.delete(batch_job).where(*_mine(tenant, [seq], owner))) > 0


def next_due(tenant: Tenant) -> int | None:
    """When there is something to do next, in milliseconds since 1970; None: there is no job."""
    soonest = sa.func.min(batch_job.c.due_ms).label("due")
    due = tenant.one(sa.select(soonest).where(tenant.mine(batch_job))).due
    return None if due is None else int(due)


def _mine(tenant: Tenant, seqs: Collection[int], owner: str) -> list[sa.ColumnElement[bool]]:
    return [tenant.mine(batch_job), batch_job.c.seq.in_(list(seqs)), batch_job.c.owner == owner]


def _job(row: Row) -> BatchJob:
    return BatchJob(row.seq, row.id, row.document, row.attempts, row.created_ms)
