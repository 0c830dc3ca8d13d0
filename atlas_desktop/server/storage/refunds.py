"""Refunds: made once a call, confirmed or overturned by a reviewer, kept with the reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import orjson
import sqlalchemy as sa

from atlas_desktop.contract.refunds import RefundsQuery
from atlas_desktop.server.answers import moment
from atlas_desktop.server.refusals import conflict, not_found
from atlas_desktop.server.storage import audit, usage_events
from atlas_desktop.server.storage.gateway_tables import refund
from atlas_desktop.server.storage.ledger import Ledger
from atlas_desktop.server.storage.scope import Row, Tenant
from atlas_desktop.server.storage.tables import call

REASON = "a score below the operation's min_score"


@dataclass(frozen=True, slots=True)
class RefundPage:
    """Refunds, newest first, and the last one's number when there are more."""

    data: list[dict[str, Any]]
    position: int | None


@dataclass(frozen=True, slots=True)
class Failing:
    """A call, and the score that was too low."""

    call_seq: int
    call_id: str
    customer: str
    operation: str
    model: str
    evaluator_id: str
    version: int
    score: float
    min_score: float


def make(tenant: Tenant, failing: Failing) -> bool:
    """Take a call back, once: False when it was before, or never counted. Its row in ``call`` is the caller's."""
    used = usage_events.add(tenant, failing.call_id, "refund")
    if used is None:
        return False
    document = {
        "object": "refund",
        "call_id": failing.call_id,
        "operation_id": failing.operation,
        "customer": failing.customer,
        "model": failing.model,
        "reason": REASON,
        "evaluator_id": failing.evaluator_id,
        "evaluator_version": failing.version,
        "score": failing.score,
        "min_score": failing.min_score,
        "amount_nano": used.nano,
        "amount_usd": used.nano / 1_000_000_000,
        "prompt_tokens": used.prompt_tokens,
        "completion_tokens": used.completion_tokens,
        "created_at": moment(tenant.now_ms),
    }
    values = {
        "org": tenant.scope.org,
        "customer": failing.customer,
        "call_seq": failing.call_seq,
        "call_id": failing.call_id,
        "operation": failing.operation,
        "state": "open",
        "created_ms": tenant.now_ms,
        "document": orjson.dumps(document | _undecided()),
    }
    tenant.insert(refund, [values])
    return True


def page(tenant: Tenant, asked: RefundsQuery, before: int | None) -> RefundPage:
    """Refunds, newest first."""
    statement = sa.select(refund.c.seq, refund.c.document).where(tenant.mine(refund))
    wanted = {"operation": asked.operation_id, "customer": asked.customer, "state": asked.state}
    for name, value in wanted.items():
        if value is not None:
            statement = statement.where(refund.c[name] == value)
    if before is not None:
        statement = statement.where(refund.c.seq < before)
    shown, more = tenant.page(statement.order_by(refund.c.seq.desc()), asked.limit, _size)
    return RefundPage([orjson.loads(row.document) for row in shown], shown[-1].seq if more else None)


def of_calls(tenant: Tenant, seqs: Sequence[int]) -> Mapping[int, bytes]:
    """The refunds of these calls as they go on the wire."""
    if not seqs:
        return {}
    rows = tenant.all(
        sa.select(refund.c.call_seq, refund.c.document).where(
            tenant.mine(refund), refund.c.call_seq.in_(seqs)
        )
    )
    return {row.call_seq: row.document for row in rows}


def decide(
    tenant: Tenant, call_id: str, state: Literal["confirmed", "overturned"], note: str | None
) -> dict[str, Any]:
    """Say what a reviewer says of a refund. Overturned, the call is metered again, once and for good.

    The same said again changes nothing. Raises Refusal (404, 409).
    """
    row = tenant.first(sa.select(refund).where(tenant.mine(refund), refund.c.call_id == call_id))
    if row is None:
        raise not_found("refund")
    document: dict[str, Any] = orjson.loads(row.document)
    if row.state == state:
        if (document["reviewer"], document["note"]) == (tenant.scope.reviewer, note):
            return document
        raise conflict(f"refund_{state}", f"this refund was {state} by {document['reviewer']} already")
    if row.state == "overturned":
        raise conflict("refund_overturned", "this refund was overturned: the call is metered for good")
    document |= {
        "state": state,
        "metered": state == "overturned",
        "decided_at": moment(tenant.now_ms),
        "reviewer": tenant.scope.reviewer,
        "note": note,
    }
    if state == "overturned":
        usage_events.add(tenant, call_id, "overturn")
    tenant.run(
        sa.update(refund)
        .where(tenant.mine(refund), refund.c.seq == row.seq)
        .values(state=state, document=orjson.dumps(document))
    )
    _touch(tenant, row.call_seq, metered=state == "overturned")
    about = {"from": row.state, "to": state, "note": note, "amount_nano": document["amount_nano"]}
    audit.record(tenant, f"refund_{state}", call_id, about)
    return document


def _touch(tenant: Tenant, call_seq: int, *, metered: bool) -> None:
    """The call has changed: whoever follows the changes sees it."""
    this = (tenant.mine(call), call.c.seq == call_seq)
    row = tenant.one(sa.select(call.c.id, call.c.customer, call.c.revision).where(*this))
    ledger = Ledger(tenant)
    revision = ledger.next()
    ledger.moved(row.customer, row.id, row.revision, revision)
    tenant.run(sa.update(call).where(*this).values(revision=revision, metered=metered))
    ledger.save()


def _undecided() -> dict[str, Any]:
    return {"metered": False, "state": "open", "decided_at": None, "reviewer": None, "note": None}


def _size(row: Row) -> int:
    return len(row.document)
