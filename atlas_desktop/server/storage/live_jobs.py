"""Calls that are still to be scored: made with the call, taken by one process at a time, gone with the last score."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import orjson
import sqlalchemy as sa

from atlas_desktop.server.storage.gateway_tables import live_job
from atlas_desktop.server.storage.scope import Tenant

LEASE_MS: Final = 600_000
"""So long jobs belong to the process that took them; on this computer only until it has ended."""


@dataclass(frozen=True, slots=True)
class OpenGate:
    """A score that is to be made: by this version of the evaluator. ``tries`` failed so far; not before ``due_ms``."""

    evaluator_id: str
    version: int
    min_score: float
    tries: int = 0
    due_ms: int = 0


@dataclass(frozen=True, slots=True)
class Job:
    """A call, and the scores it lacks."""

    seq: int
    call_seq: int
    gates: tuple[OpenGate, ...]


def add(tenant: Tenant, jobs: Iterable[tuple[int, Sequence[OpenGate]]]) -> None:
    """These calls (by number) are to be scored by these gates."""
    tenant.insert(
        live_job,
        [
            {
                "org": tenant.scope.org,
                "call_seq": call_seq,
                "gates": _packed(gates),
                "due_ms": 0,
                "owner": None,
                "owned_until": 0,
            }
            for call_seq, gates in jobs
        ],
    )


def claim(tenant: Tenant, owner: str, limit: int) -> list[Job]:
    """Take jobs that are due and free: this process works on them from now on."""
    now = tenant.now_ms
    # A clock that was set back must not make a lease last for years.
    free = sa.or_(
        live_job.c.owner.is_(None), live_job.c.owned_until < now, live_job.c.owned_until > now + LEASE_MS
    )
    rows = tenant.all(
        sa.select(live_job.c.seq, live_job.c.call_seq, live_job.c.gates)
        .where(tenant.mine(live_job), live_job.c.due_ms <= now, free)
        .order_by(live_job.c.due_ms, live_job.c.seq)
        .limit(limit)
    )
    taken = {"owner": owner, "owned_until": now + LEASE_MS}
    seqs = [row.seq for row in rows]
    if seqs:
        tenant.run(sa.update(live_job).where(tenant.mine(live_job), live_job.c.seq.in_(seqs)).values(**taken))
    return [Job(row.seq, row.call_seq, _unpacked(row.gates)) for row in rows]


def open_jobs(tenant: Tenant, seqs: Sequence[int]) -> dict[int, Job]:
    """Those of these jobs that are not done, by number."""
    rows = tenant.all(
        sa.select(live_job.c.seq, live_job.c.call_seq, live_job.c.gates).where(
            tenant.mine(live_job), live_job.c.seq.in_(seqs)
        )
    )
    return {row.seq: Job(row.seq, row.call_seq, _unpacked(row.gates)) for row in rows}


def put(tenant: Tenant, jobs: Sequence[Job]) -> None:
    """What is left of jobs: they are done with when nothing is. Whoever is free takes them when they are due."""
    done = [job.seq for job in jobs if not job.gates]
    if done:
        tenant.run(sa.delete(live_job).where(tenant.mine(live_job), live_job.c.seq.in_(done)))
    this = sa.and_(tenant.mine(live_job), live_job.c.seq == sa.bindparam("b_seq"))
    tenant.run(
        sa.update(live_job).where(this).values(owner=None),
        [
            {
                "b_seq": job.seq,
                "gates": _packed(job.gates),
                "due_ms": min(gate.due_ms for gate in job.gates),
            }
            for job in jobs
            if job.gates
        ],
    )


def put_off(gate: OpenGate, now_ms: int, pauses_ms: Sequence[int]) -> OpenGate | None:
    """The gate, to be tried again later; None after as many tries as there are pauses."""
    if gate.tries >= len(pauses_ms):
        return None
    return replace(gate, tries=gate.tries + 1, due_ms=now_ms + pauses_ms[gate.tries])


def put_back(tenant: Tenant, jobs: Sequence[Job], due_ms: int) -> None:
    """Let others be scored first."""
    seqs = [job.seq for job in jobs]
    tenant.run(
        sa.update(live_job)
        .where(tenant.mine(live_job), live_job.c.seq.in_(seqs))
        .values(owner=None, due_ms=due_ms)
    )


def release(tenant: Tenant, is_free: Callable[[str], bool]) -> None:
    """Nobody works on the jobs of these owners any more."""
    rows = tenant.all(sa.select(live_job.c.owner).where(tenant.mine(live_job)).distinct())
    gone = [row.owner for row in rows if row.owner is not None and is_free(row.owner)]
    if gone:
        tenant.run(
            sa.update(live_job).where(tenant.mine(live_job), live_job.c.owner.in_(gone)).values(owner=None)
        )


def next_due(tenant: Tenant) -> int | None:
    """When the first job is due that nobody works on (ms); None where there is none."""
    due = sa.func.min(live_job.c.due_ms).label("due")
    found: int | None = tenant.one(
        sa.select(due).where(tenant.mine(live_job), live_job.c.owner.is_(None))
    ).due
    return found


def any_waits(tenant: Tenant) -> bool:
    """Whether there is a job, whoever works on it."""
    return tenant.first(sa.select(live_job.c.seq).where(tenant.mine(live_job)).limit(1)) is not None


def _packed(gates: Sequence[OpenGate]) -> bytes:
    return orjson.dumps(
        [[gate.evaluator_id, gate.version, gate.min_score, gate.tries, gate.due_ms] for gate in gates]
    )


def _unpacked(document: bytes) -> tuple[OpenGate, ...]:
    found: list[list[Any]] = orjson.loads(document)
    return tuple(OpenGate(*gate) for gate in found)
