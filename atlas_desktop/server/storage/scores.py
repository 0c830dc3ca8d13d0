"""Scores of calls: what evaluators found, early or late, and what follows for the call."""

from collections.abc import Sequence
from typing import Any

import orjson
import sqlalchemy as sa

from atlas_desktop.contract.calls import Score
from atlas_desktop.server.refusals import not_found
from atlas_desktop.server.storage.figure_tables import call_score
from atlas_desktop.server.storage.ledger import Ledger
from atlas_desktop.server.storage.scope import Tenant
from atlas_desktop.server.storage.tables import call


def record(tenant: Tenant, call_id: str, scores: Sequence[Score], *, metered: bool = True) -> None:
    """Keep what evaluators found on a call, each in the place of its last score, and whether the call is metered.

    The call has passed when every score that could be computed did. Raises Refusal (404).
    """
    row = tenant.first(
        sa.select(call.c.seq, call.c.customer, call.c.revision).where(
            tenant.mine(call), call.c.id == call_id, call.c.deleted.is_(sa.false())
        )
    )
    if row is None:
        raise not_found("call")
    named = [score.evaluator_id for score in scores]
    ours = (tenant.mine(call_score), call_score.c.call_seq == row.seq)
    tenant.run(sa.delete(call_score).where(*ours, call_score.c.evaluator_id.in_(named)))
    tenant.insert(call_score, [score_row(tenant, row.seq, score) for score in scores])
    ledger = Ledger(tenant)
    revision = ledger.next()
    ledger.moved(row.customer, call_id, row.revision, revision)
    documents = tenant.all(sa.select(call_score.c.document).where(*ours))
    passed = verdict([orjson.loads(document.document)["passed"] for document in documents])
    tenant.run(
        sa.update(call)
        .where(tenant.mine(call), call.c.seq == row.seq)
        .values(revision=revision, passed=passed, metered=metered)
    )
    ledger.save()


def scores_of(tenant: Tenant, seqs: Sequence[int]) -> dict[int, list[bytes]]:
    """The scores of these calls as they go on the wire."""
    found: dict[int, list[bytes]] = {}
    if seqs:
        for row in tenant.all(
            sa.select(call_score.c.call_seq, call_score.c.document)
            .where(tenant.mine(call_score), call_score.c.call_seq.in_(seqs))
            .order_by(call_score.c.call_seq, call_score.c.evaluator_id)
        ):
            found.setdefault(row.call_seq, []).append(row.document)
    return found


def score_row(tenant: Tenant, seq: int, score: Score) -> dict[str, Any]:
    """A score as it is kept."""
    return {
        "org": tenant.scope.org,
        "call_seq": seq,
        "evaluator_id": score.evaluator_id,
        "score": score.score,
        "document": score.model_dump_json().encode(),
    }


def verdict(passed: Sequence[bool | None]) -> bool | None:
    """Whether a call has passed, by its scores: when all did that could be made."""
    known = [each for each in passed if each is not None]
    return all(known) if known else None
