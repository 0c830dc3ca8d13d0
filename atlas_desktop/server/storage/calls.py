"""Reading calls: one, a filtered page, the changes feed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson
import sqlalchemy as sa

from atlas_desktop.contract.calls import CallConditions, CallFilters
from atlas_desktop.server.answers import moment
from atlas_desktop.server.refusals import not_found
from atlas_desktop.server.storage import refunds
from atlas_desktop.server.storage.ledger import totals
from atlas_desktop.server.storage.scope import Row, Tenant
from atlas_desktop.server.storage.scores import scores_of
from atlas_desktop.server.storage.search import contains
from atlas_desktop.server.storage.tables import call, call_document, call_tag, feedback

_SHOWN: Final = sa.select(
    call.c.seq,
    call.c.id,
    call.c.customer,
    call.c.revision,
    call.c.created_ms,
    call.c.operation,
    call.c.schema_version,
    call.c.model,
    call.c.passed,
    call.c.metered,
    call.c.feedback,
    call.c.corrected,
    call.c.correction,
    call.c.feedback_count,
    call.c.deleted,
    call_document.c.request,
    call_document.c.response,
    call_document.c.delivery,
    call_document.c.metadata,
).join(call_document, call_document.c.seq == call.c.seq)

_MOST_SAID: Final = 200
_EQUAL: Final = {
    "operation_id": call.c.operation,
    "customer": call.c.customer,
    "model": call.c.model,
    "provider": call.c.provider,
    "quantization": call.c.quantization,
    "tier": call.c.tier,
    "schema_version": call.c.schema_version,
    "finish_reason": call.c.finish_reason,
    "corrected": call.c.corrected,
    "metered": call.c.metered,
}
_FINGERPRINTS: Final = {
    "fp_p_": call.c.fp_prompt,
    "fp_e_": call.c.fp_exchange,
    "fp_s_": call.c.fp_schema,
    "fp_c_": call.c.fp_cache,
}


@dataclass(frozen=True, slots=True)
class CallPage:
    """Calls as wire objects, and the position after the last one when there are more."""

    data: list[dict[str, Any]]
    position: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class CallFacts:
    """What scoring another answer to the same call needs."""

    operation: str | None
    schema_version: str | None
    messages: list[dict[str, Any]]
    correction: str | None


def facts(tenant: Tenant, call_id: str) -> CallFacts:
    """A call without its answer. Raises Refusal (404)."""
    row = tenant.first(_SHOWN.where(tenant.mine(call), call.c.id == call_id, call.c.deleted.is_(sa.false())))
    if row is None:
        raise not_found("call")
    said = _correction(row)
    correction = None if said is None else orjson.loads(said)["correction"]
    return CallFacts(row.operation, row.schema_version, orjson.loads(row.request)["messages"], correction)


def get(tenant: Tenant, call_id: str) -> dict[str, Any]:
    """A call with its newest feedback, newest first; the list of feedback has the rest. Raises Refusal (404)."""
    row = tenant.first(_SHOWN.where(tenant.mine(call), call.c.id == call_id, call.c.deleted.is_(sa.false())))
    if row is None:
        raise not_found("call")
    newest = (
        sa.select(feedback.c.document)
        .where(tenant.mine(feedback), feedback.c.call_seq == row.seq)
        .order_by(feedback.c.seq.desc())
    )
    said, _ = tenant.page(newest, _MOST_SAID, lambda item: len(item.document))
    return _wire(row, _beside(tenant, [row])) | {
        "all_feedback": [orjson.Fragment(item.document) for item in said]
    }


def page(tenant: Tenant, filters: CallFilters, after: tuple[int, int] | None) -> CallPage:
    """The calls that match, from a position on."""
    newest = filters.order == "newest"
    place = sa.tuple_(call.c.created_ms, call.c.seq)
    statement = _SHOWN.where(tenant.mine(call), call.c.deleted.is_(sa.false()), *conditions(tenant, filters))
    if after is not None:
        here = sa.tuple_(sa.literal(after[0]), sa.literal(after[1]))
        statement = statement.where(place < here if newest else place > here)
    columns = (call.c.created_ms, call.c.seq)
    order = [column.desc() if newest else column.asc() for column in columns]
    shown, more = tenant.page(statement.order_by(*order), filters.limit, _size)
    beside = _beside(tenant, shown)
    return CallPage(
        [_wire(row, beside) for row in shown], (shown[-1].created_ms, shown[-1].seq) if more else None
    )


def changes(tenant: Tenant, after: int, limit: int) -> dict[str, Any]:
    """What changed since a revision, oldest first; with the sums of the whole scope on the last page."""
    statement = _SHOWN.where(tenant.mine(call), call.c.revision > after).order_by(call.c.revision)
    shown, has_more = tenant.page(statement, limit, _size)
    beside = _beside(tenant, shown)
    answer: dict[str, Any] = {
        "object": "list",
        "data": [_change(row, beside) for row in shown],
        "next_after": shown[-1].revision if shown else after,
        "has_more": has_more,
    }
    if not has_more:
        answer["total"], answer["digest"] = totals(tenant)
    return answer


def _size(row: Row) -> int:
    said = (row.feedback or b"", _correction(row) or b"")
    documents = (row.request, row.response, row.delivery, row.metadata, *said)
    return sum(map(len, documents))


@dataclass(frozen=True, slots=True)
class _Beside:
    """What other tables know of some calls: what the asking reviewer says, their scores, their refunds."""

    of_asker: Mapping[int, bytes]
    scores: Mapping[int, Sequence[bytes]]
    refunds: Mapping[int, bytes]
    narrowed: bool
    """Whether who asks sees one customer only: who might have served its calls, at which price, is not for it."""


def _beside(tenant: Tenant, rows: Sequence[Row]) -> _Beside:
    # A call that was scored has an outcome, or a score that could not be computed.
    scored = [row.seq for row in rows if not row.deleted]
    scores = scores_of(tenant, scored)
    # Only what was scored is ever refunded.
    back = refunds.of_calls(tenant, list(scores))
    return _Beside(_of_asker(tenant, rows), scores, back, narrowed=tenant.scope.customer is not None)


def _of_asker(tenant: Tenant, rows: Sequence[Row]) -> dict[int, bytes]:
    """What the asking reviewer says about each of these calls, as far as anybody said something."""
    said = [row.seq for row in rows if row.feedback_count and not row.deleted]
    if not said:
        return {}
    found = tenant.all(
        sa.select(feedback.c.call_seq, feedback.c.document).where(
            tenant.mine(feedback),
            feedback.c.newest,
            feedback.c.clears.is_(sa.false()),
            feedback.c.reviewer == tenant.scope.reviewer,
            feedback.c.call_seq.in_(said),
        )
    )
    return {row.call_seq: row.document for row in found}


def _change(row: Row, beside: _Beside) -> dict[str, Any]:
    if row.deleted:
        return {"type": "call.deleted", "id": row.id, "revision": row.revision}
    return {"type": "call", "call": _wire(row, beside)}


def _correction(row: Row) -> bytes | None:
    correction: bytes | None = row.correction or (row.feedback if row.corrected else None)
    return correction


def _wire(row: Row, beside: _Beside) -> dict[str, Any]:
    correction, mine = _correction(row), beside.of_asker.get(row.seq)
    back = beside.refunds.get(row.seq)
    if mine in (row.feedback, correction):
        mine = None
    return {
        "id": row.id,
        "object": "call",
        "revision": row.revision,
        "created_at": moment(row.created_ms),
        "customer": row.customer,
        "operation_id": row.operation,
        "schema_version": row.schema_version,
        "model": row.model,
        "request": orjson.Fragment(row.request),
        "response": orjson.Fragment(row.response),
        "delivery": orjson.Fragment(_without_route(row.delivery) if beside.narrowed else row.delivery),
        "scores": [orjson.Fragment(document) for document in beside.scores.get(row.seq, ())],
        "passed": row.passed,
        "metered": row.metered,
        "refund": None if back is None else orjson.Fragment(back),
        "feedback": None if row.feedback is None else orjson.Fragment(row.feedback),
        "correction": None if correction is None else orjson.Fragment(correction),
        "mine": None if mine is None else orjson.Fragment(mine),
        "feedback_count": row.feedback_count,
        "metadata": orjson.Fragment(row.metadata),
    }


def _without_route(delivery: bytes) -> bytes:
    found = orjson.loads(delivery)
    if not isinstance(found, dict) or found.pop("route", None) is None:
        return delivery
    return orjson.dumps(found)


def conditions(tenant: Tenant, filters: CallConditions) -> list[sa.ColumnElement[bool]]:
    """What must hold for a row of ``call`` that is asked for."""
    asked = filters.model_dump(include=set(_EQUAL), exclude_none=True)
    found: list[sa.ColumnElement[bool]] = [_EQUAL[name] == value for name, value in asked.items()]
    if filters.rating is not None:
        wanted = None if filters.rating == "none" else filters.rating
        found.append(call.c.rating.is_(None) if wanted is None else call.c.rating == wanted)
    if filters.passed is not None:
        wanted_pass = {"true": True, "false": False, "none": None}[filters.passed]
        found.append(call.c.passed.is_(None) if wanted_pass is None else call.c.passed == wanted_pass)
    if filters.created_after is not None:
        found.append(call.c.created_ms >= int(filters.created_after.timestamp() * 1000))
    if filters.created_before is not None:
        found.append(call.c.created_ms < int(filters.created_before.timestamp() * 1000))
    if filters.fingerprint is not None:
        column = _FINGERPRINTS.get(filters.fingerprint[:5])
        found.append(sa.false() if column is None else column == filters.fingerprint)
    found.extend(_tagged(tenant, tag) for tag in filters.tag)
    if filters.q is not None and filters.q.strip():
        found.append(contains(filters.q))
    return found


def _tagged(tenant: Tenant, tag: str) -> sa.ColumnElement[bool]:
    return call.c.seq.in_(sa.select(call_tag.c.seq).where(tenant.mine(call_tag), call_tag.c.tag == tag))
