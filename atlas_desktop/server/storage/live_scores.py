"""Writing down what came of live calls: scores, the verdict on the call, its refund, what is left to be done."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import sqlalchemy as sa

from atlas_desktop.contract.calls import Score
from atlas_desktop.domain.routing.model import VariantKey
from atlas_desktop.server.storage import live_jobs, refunds, release_results, standing
from atlas_desktop.server.storage.figure_tables import call_score
from atlas_desktop.server.storage.ledger import Ledger
from atlas_desktop.server.storage.live_jobs import Job, OpenGate
from atlas_desktop.server.storage.live_material import Subject
from atlas_desktop.server.storage.refunds import Failing
from atlas_desktop.server.storage.scope import Row, Tenant
from atlas_desktop.server.storage.scores import score_row, verdict
from atlas_desktop.server.storage.tables import call


@dataclass(frozen=True, slots=True)
class Made:
    """A score that was made for a gate of a job; ``again``: the gate as it is to be tried once more."""

    gate: OpenGate
    score: Score
    again: OpenGate | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """What of a job was really written, since nobody had before."""

    job: Job
    scores: tuple[Score, ...]
    refunded: bool


def write(
    tenant: Tenant, results: Mapping[int, Sequence[Made]], subjects: Mapping[int, Subject]
) -> list[Written]:
    """Write down scores by the number of their job. What another process wrote meanwhile stands."""
    jobs = live_jobs.open_jobs(tenant, list(results))
    news = {seq: _news(jobs[seq], results[seq]) for seq in jobs}
    news = {seq: made for seq, made in news.items() if made}
    if not news:
        return []
    rows = _calls(tenant, [jobs[seq].call_seq for seq in news])
    live_jobs.put(tenant, [_left(jobs[seq], made) for seq, made in news.items()])
    _put_scores(tenant, {jobs[seq].call_seq: [each.score for each in made] for seq, made in news.items()})
    back = {
        job.call_seq
        for seq, made in news.items()
        if _refunded(tenant, rows[(job := jobs[seq]).call_seq], made)
    }
    _put_calls(tenant, rows, back)
    scores = {seq: [each.score for each in made] for seq, made in news.items()}
    _tell_history(tenant, subjects, scores)
    for seq in news:
        if subjects[seq].released:
            release_results.judged(tenant, subjects[seq].call_id, scores[seq])
    return [
        Written(jobs[seq], tuple(each.score for each in made), jobs[seq].call_seq in back)
        for seq, made in news.items()
    ]


def _tell_history(
    tenant: Tenant, subjects: Mapping[int, Subject], scores: Mapping[int, Sequence[Score]]
) -> None:
    """Who answers is chosen by such scores: each operation and variant learns all of a group at once."""
    groups: defaultdict[tuple[str, VariantKey], list[tuple[int, int, Sequence[Score]]]] = defaultdict(list)
    for seq, made in scores.items():
        subject = subjects[seq]
        if subject.provider is not None and subject.quantization is not None:
            served = VariantKey(subject.model, subject.quantization, subject.provider)
            one = subject.job.call_seq, subject.created_ms, made
            groups[subject.operation, served].append(one)
    for (operation, served), some in groups.items():
        standing.learn_all(tenant, operation, served, some)


def _news(job: Job, made: Sequence[Made]) -> list[Made]:
    """Those that the job still waits for."""
    waiting = {(gate.evaluator_id, gate.version, gate.tries) for gate in job.gates}
    return [each for each in made if (each.gate.evaluator_id, each.gate.version, each.gate.tries) in waiting]


def _left(job: Job, made: Sequence[Made]) -> Job:
    after = {each.gate: each.again for each in made}
    gates = [after.get(gate, gate) for gate in job.gates]
    return Job(job.seq, job.call_seq, tuple(gate for gate in gates if gate is not None))


def _calls(tenant: Tenant, seqs: Sequence[int]) -> dict[int, Row]:
    rows = tenant.all(
        sa.select(
            call.c.seq, call.c.id, call.c.customer, call.c.revision, call.c.operation, call.c.model
        ).where(tenant.mine(call), call.c.seq.in_(seqs))
    )
    return {row.seq: row for row in rows}


def _put_scores(tenant: Tenant, scores: Mapping[int, Sequence[Score]]) -> None:
    this = sa.and_(
        tenant.mine(call_score),
        call_score.c.call_seq == sa.bindparam("b_seq"),
        call_score.c.evaluator_id == sa.bindparam("b_evaluator"),
    )
    before = tenant.all(
        sa.select(call_score.c.call_seq, call_score.c.evaluator_id).where(
            tenant.mine(call_score), call_score.c.call_seq.in_(list(scores))
        )
    )
    known = {(row.call_seq, row.evaluator_id) for row in before}
    again = [
        {"b_seq": seq, "b_evaluator": score.evaluator_id}
        for seq, made in scores.items()
        for score in made
        if (seq, score.evaluator_id) in known
    ]
    tenant.run(sa.delete(call_score).where(this), again)
    tenant.insert(
        call_score, [score_row(tenant, seq, score) for seq, made in scores.items() for score in made]
    )


def _refunded(tenant: Tenant, row: Row, made: Sequence[Made]) -> bool:
    """Whether this takes the call back: a score that is too low does, one that could not be made never."""
    for each in made:
        value = each.score.score
        if value is not None and value < each.gate.min_score:
            return refunds.make(
                tenant,
                Failing(
                    row.seq,
                    row.id,
                    row.customer,
                    row.operation,
                    row.model,
                    each.gate.evaluator_id,
                    each.gate.version,
                    value,
                    each.gate.min_score,
                ),
            )
    return False


def _put_calls(tenant: Tenant, rows: Mapping[int, Row], back: set[int]) -> None:
    said: dict[int, list[bytes]] = {}
    for found in tenant.all(
        sa.select(call_score.c.call_seq, call_score.c.document).where(
            tenant.mine(call_score), call_score.c.call_seq.in_(list(rows))
        )
    ):
        said.setdefault(found.call_seq, []).append(found.document)
    ledger = Ledger(tenant)
    changes: list[dict[str, Any]] = []
    for row in sorted(rows.values(), key=lambda row: int(row.seq)):
        revision = ledger.next()
        ledger.moved(row.customer, row.id, row.revision, revision)
        passed = verdict([orjson.loads(document)["passed"] for document in said.get(row.seq, [])])
        changes.append({"b_seq": row.seq, "revision": revision, "passed": passed})
    this = sa.and_(tenant.mine(call), call.c.seq == sa.bindparam("b_seq"))
    tenant.run(sa.update(call).where(this), changes)
    if back:
        tenant.run(sa.update(call).where(tenant.mine(call), call.c.seq.in_(back)).values(metered=False))
    ledger.save()
