"""Storing imported calls with the feedback they came with, and deleting calls."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson
import sqlalchemy as sa

from atlas_desktop.domain.recorded import Recorded, RecordedFeedback, Way
from atlas_desktop.server.answers import moment
from atlas_desktop.server.storage import release_results
from atlas_desktop.server.storage.figure_tables import call_score
from atlas_desktop.server.storage.gateway_tables import cached_answer, live_job, refund
from atlas_desktop.server.storage.ledger import Ledger
from atlas_desktop.server.storage.operations import auto_register
from atlas_desktop.server.storage.scope import Tenant
from atlas_desktop.server.storage.search import TEXT_LIMIT, add_texts, remove_texts
from atlas_desktop.server.storage.tables import call, call_document, call_tag, feedback

_LOOK_UP: Final = 500
_UNKNOWN: Final = Way()


@dataclass(frozen=True, slots=True)
class Stored:
    """How many calls of an import were new, and how many were there already."""

    imported: int
    duplicates: int


def record(tenant: Tenant, calls: Sequence[Recorded]) -> Stored:
    """Store what is new. A call that exists, even one deleted since, is left as it is."""
    fresh = len(record_new(tenant, calls))
    return Stored(fresh, len(calls) - fresh)


def record_new(tenant: Tenant, calls: Sequence[Recorded]) -> dict[str, int]:
    """The same; gives the numbers of the new calls by their ids."""
    fresh = _unknown(tenant, calls)
    if not fresh:
        return {}
    first = _insert(tenant, fresh)
    return {item.call_id: seq for seq, item in enumerate(fresh, first)}


def delete(tenant: Tenant, call_ids: Sequence[str]) -> int:
    """Delete calls with their feedback; a tombstone stays for the changes feed. The number deleted."""
    ledger = Ledger(tenant)
    live = (tenant.mine(call), call.c.id.in_(call_ids), call.c.deleted.is_(sa.false()))
    rows = tenant.all(sa.select(call.c.seq, call.c.id, call.c.customer, call.c.revision).where(*live))
    if not rows:
        return 0
    seqs = [row.seq for row in rows]
    tombstones = []
    for row in rows:
        tombstones.append({"b_seq": row.seq, "revision": ledger.next()})
        ledger.moved(row.customer, row.id, row.revision, None)
    empty: dict[str, Any] = {
        "deleted": True,
        "feedback": None,
        "feedback_count": 0,
        "rating": None,
        "corrected": False,
        "correction": None,
    }
    tenant.run(
        sa.update(call).where(tenant.mine(call), call.c.seq == sa.bindparam("b_seq")),
        [tombstone | empty for tombstone in tombstones],
    )
    tenant.run(
        sa.update(call_document)
        .where(call_document.c.seq.in_(seqs))
        .values(request=b"{}", response=b"{}", delivery=b"null", metadata=b"{}")
    )
    tenant.run(sa.delete(feedback).where(tenant.mine(feedback), feedback.c.call_seq.in_(seqs)))
    tenant.run(sa.delete(call_score).where(tenant.mine(call_score), call_score.c.call_seq.in_(seqs)))
    release_results.forget(tenant, [row.id for row in rows])
    for table in (live_job, refund, cached_answer):
        tenant.run(sa.delete(table).where(tenant.mine(table), table.c.call_seq.in_(seqs)))
    tenant.run(sa.delete(call_tag).where(tenant.mine(call_tag), call_tag.c.seq.in_(seqs)))
    remove_texts(tenant, seqs)
    ledger.save()
    return len(rows)


def _unknown(tenant: Tenant, calls: Sequence[Recorded]) -> list[Recorded]:
    """One of each id that is not there, in the order given."""
    by_id = {item.call_id: item for item in reversed(calls)}
    ids = list(by_id)
    known: set[str] = set()
    for start in range(0, len(ids), _LOOK_UP):
        part = ids[start : start + _LOOK_UP]
        # Any row of the organization with this id counts, since the id is unique in it.
        rows = tenant.all(sa.select(call.c.id).where(call.c.org == tenant.scope.org, call.c.id.in_(part)))
        known.update(row.id for row in rows)
    return [item for item in calls if by_id[item.call_id] is item and item.call_id not in known]


def _insert(tenant: Tenant, fresh: Sequence[Recorded]) -> int:
    """Store these; the number of the first."""
    ledger = Ledger(tenant)
    last = sa.func.coalesce(sa.func.max(call.c.seq), 0).label("last")
    before: int = tenant.one(sa.select(last)).last
    seq = before
    rows, documents, texts, said = [], [], [], []
    for item in fresh:
        seq += 1
        revision = ledger.next()
        customer = tenant.scope.customer or item.customer
        given = [_feedback_row(tenant, fact, item.call_id, customer, seq, revision) for fact in item.feedback]
        rows.append(_call_row(tenant, item, customer, seq, revision, given))
        documents.append(
            {
                "seq": seq,
                "request": item.request,
                "response": item.response,
                "delivery": item.delivery,
                "metadata": item.metadata,
            }
        )
        texts.append({"rowid": seq, "body": item.text[:TEXT_LIMIT]})
        said.extend(given)
        ledger.moved(customer, item.call_id, None, revision)
    auto_register(tenant, {item.operation for item in fresh if item.operation is not None})
    tenant.insert(call, rows)
    tenant.insert(call_document, documents)
    add_texts(tenant, texts)
    tenant.insert(feedback, said)
    ledger.save()
    return before + 1


def _call_row(
    tenant: Tenant, item: Recorded, customer: str, seq: int, revision: int, given: list[dict[str, Any]]
) -> dict[str, Any]:
    prints = item.fingerprints
    way = item.way or _UNKNOWN
    shown = given[-1] if given else None
    return {
        "seq": seq,
        "org": tenant.scope.org,
        "customer": customer,
        "id": item.call_id,
        "revision": revision,
        "created_ms": int(item.created_at.timestamp() * 1000),
        "operation": item.operation,
        "schema_version": item.schema_version,
        "model": item.model,
        "finish_reason": item.finish_reason,
        "tier": way.tier,
        "provider": way.provider,
        "quantization": way.quantization,
        "fp_prompt": prints.prompt,
        "fp_exchange": prints.exchange,
        "fp_schema": prints.json_schema,
        "fp_cache": prints.cache,
        "latency_ms": item.latency_ms,
        "cost_usd": item.cost_usd,
        "passed": None,
        "metered": True,
        "rating": shown["rating"] if shown else None,
        "corrected": bool(shown and shown["corrected"]),
        "feedback": shown["document"] if shown else None,
        "feedback_count": len(given),
        "deleted": False,
    }


def _feedback_row(
    tenant: Tenant, said: RecordedFeedback, call_id: str, customer: str, seq: int, revision: int
) -> dict[str, Any]:
    document = orjson.dumps(
        {
            "id": said.id,
            "object": "feedback",
            "call_id": call_id,
            "rating": said.rating,
            "correction": said.correction,
            "tags": [],
            "comment": said.comment,
            "clears": False,
            "reviewer": said.reviewer,
            "base_feedback_id": None,
            "created_at": moment(int(said.created_at.timestamp() * 1000)),
            "revision": revision,
        }
    )
    return {
        "org": tenant.scope.org,
        "customer": customer,
        "id": said.id,
        "call_seq": seq,
        "reviewer": said.reviewer,
        "rating": said.rating,
        "corrected": said.correction is not None,
        "clears": False,
        "newest": True,
        "body_hash": hashlib.sha256(document).digest(),
        "document": document,
    }
