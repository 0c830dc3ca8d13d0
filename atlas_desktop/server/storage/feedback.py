"""Feedback rows: the acts of one request in one go, and lists of them."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import orjson
import sqlalchemy as sa

from atlas_desktop.contract.feedback import FeedbackCreate
from atlas_desktop.contract.ids import Kind
from atlas_desktop.server.answers import moment
from atlas_desktop.server.feedback_rules import CallState, Known, Said, decide
from atlas_desktop.server.refusals import Refusal
from atlas_desktop.server.storage.ledger import Ledger
from atlas_desktop.server.storage.scope import Row, Tenant
from atlas_desktop.server.storage.tables import call, call_tag, feedback


@dataclass(frozen=True, slots=True)
class FeedbackPage:
    """Wire documents, newest first, and the position after the last when there are more."""

    data: list[orjson.Fragment]
    position: int | None


def record(
    tenant: Tenant, acts: Sequence[FeedbackCreate | Refusal], ids: Callable[[Kind], str]
) -> list[Said | Refusal]:
    """What became of each act, in order; a refused one changes nothing and stops no other."""
    known = _known(tenant, [act for act in acts if isinstance(act, FeedbackCreate)])
    ledger = Ledger(tenant)
    before = {state.id: state.revision for state in known.calls.values()}
    fresh: dict[str, Said] = {}
    results: list[Said | Refusal] = []
    for act in acts:
        if isinstance(act, Refusal):
            results.append(act)
            continue
        try:
            said = decide(act, _body_hash(act), known, partial(_said, tenant, ids, ledger.revision + 1))
        except Refusal as refusal:
            results.append(refusal)
            continue
        if not said.stored and said.id not in fresh:
            known.calls[said.call_id].revision = ledger.next()
            fresh[said.id] = said
        results.append(said)
    if fresh:
        _store(tenant, list(fresh.values()), known, before, ledger)
    return results


def page(
    tenant: Tenant, call_id: str | None, reviewer: str | None, after: int | None, limit: int
) -> FeedbackPage:
    """Rows of one call, one reviewer, or all, newest first."""
    statement = sa.select(feedback.c.seq, feedback.c.document).where(tenant.mine(feedback))
    if call_id is not None:
        mine = sa.select(call.c.seq).where(tenant.mine(call), call.c.id == call_id)
        statement = statement.where(feedback.c.call_seq == mine.scalar_subquery())
    if reviewer is not None:
        statement = statement.where(feedback.c.reviewer == reviewer)
    if after is not None:
        statement = statement.where(feedback.c.seq < after)
    shown, more = tenant.page(statement.order_by(feedback.c.seq.desc()), limit, lambda row: len(row.document))
    position = shown[-1].seq if more else None
    return FeedbackPage([orjson.Fragment(row.document) for row in shown], position)


def _body_hash(act: FeedbackCreate) -> bytes:
    return hashlib.sha256(orjson.dumps(act.model_dump(), option=orjson.OPT_SORT_KEYS)).digest()


def _said(
    tenant: Tenant,
    ids: Callable[[Kind], str],
    revision: int,
    act: FeedbackCreate,
    body_hash: bytes,
    state: CallState,
) -> Said:
    feedback_id = act.id or ids("fb_")
    reviewer = act.reviewer or tenant.scope.reviewer
    document = {
        "id": feedback_id,
        "object": "feedback",
        "call_id": state.id,
        "rating": act.rating,
        "correction": act.correction,
        "tags": act.tags or [],
        "comment": act.comment,
        "clears": act.clears,
        "reviewer": reviewer,
        "base_feedback_id": act.base_feedback_id,
        "created_at": moment(tenant.now_ms),
        "revision": revision,
    }
    return Said(
        feedback_id,
        state.id,
        reviewer,
        act.rating,
        act.correction is not None,
        act.clears,
        tuple(dict.fromkeys(act.tags or ())),
        _next_order(state),
        body_hash,
        orjson.dumps(document),
    )


def _next_order(state: CallState) -> int:
    return max((said.order for said in state.standing.values()), default=0) + 1


def _known(tenant: Tenant, acts: Sequence[FeedbackCreate]) -> Known:
    """Everything the rules need for these acts, in three queries."""
    rows = tenant.all(
        sa.select(call.c.seq, call.c.id, call.c.customer, call.c.revision, call.c.feedback_count).where(
            tenant.mine(call),
            call.c.id.in_({act.call_id for act in acts}),
            call.c.deleted.is_(sa.false()),
        )
    )
    calls = {
        row.id: CallState(row.seq, row.id, row.customer, row.revision, row.feedback_count) for row in rows
    }
    by_seq = {state.seq: state for state in calls.values()}
    columns = sa.select(feedback).where(tenant.mine(feedback))
    for row in tenant.all(columns.where(feedback.c.call_seq.in_(list(by_seq)), feedback.c.newest)):
        state = by_seq[row.call_seq]
        state.standing[row.reviewer] = _stored(row)
    return Known(calls, _same_ids(tenant, acts), _bases(tenant, acts, by_seq))


def _same_ids(tenant: Tenant, acts: Sequence[FeedbackCreate]) -> dict[str, Said]:
    """The rows that have the acts' ids. Two customers may use one id: then it is the row of the act's call."""
    asked = {act.id: act.call_id for act in acts if act.id is not None}
    found: dict[str, Said] = {}
    if asked:
        for row in tenant.all(sa.select(feedback).where(tenant.mine(feedback), feedback.c.id.in_(asked))):
            said = _stored(row)
            if said.id not in found or said.call_id == asked[said.id]:
                found[said.id] = said
    return found


def _bases(
    tenant: Tenant, acts: Sequence[FeedbackCreate], by_seq: dict[int, CallState]
) -> dict[tuple[str, str], int]:
    asked = {act.base_feedback_id for act in acts if act.on_conflict == "reject" and act.base_feedback_id}
    if not asked:
        return {}
    rows = tenant.all(
        sa.select(feedback.c.seq, feedback.c.id, feedback.c.call_seq).where(
            tenant.mine(feedback), feedback.c.id.in_(asked), feedback.c.call_seq.in_(list(by_seq))
        )
    )
    return {(by_seq[row.call_seq].id, row.id): row.seq for row in rows}


def _stored(row: Row) -> Said:
    document = orjson.loads(row.document)
    return Said(
        row.id,
        document["call_id"],
        row.reviewer,
        row.rating,
        row.corrected,
        row.clears,
        tuple(document["tags"]),
        row.seq,
        row.body_hash,
        row.document,
        stored=True,
    )


def _store(tenant: Tenant, fresh: list[Said], known: Known, before: dict[str, int], ledger: Ledger) -> None:
    touched = {said.call_id: known.calls[said.call_id] for said in fresh}
    _unmark_replaced(tenant, fresh, touched)
    tenant.run(sa.insert(feedback), [_feedback_row(tenant, said, touched[said.call_id]) for said in fresh])
    for state in touched.values():
        ledger.moved(state.customer, state.id, before[state.id], state.revision)
    _update_calls(tenant, list(touched.values()))
    ledger.save()


def _unmark_replaced(tenant: Tenant, fresh: list[Said], touched: dict[str, CallState]) -> None:
    """The rows that were their reviewer's newest until now."""
    replaced = [{"b_seq": touched[said.call_id].seq, "b_reviewer": said.reviewer} for said in fresh]
    matches = (
        tenant.mine(feedback),
        feedback.c.newest,
        feedback.c.call_seq == sa.bindparam("b_seq"),
        feedback.c.reviewer == sa.bindparam("b_reviewer"),
    )
    tenant.run(sa.update(feedback).where(*matches).values(newest=sa.false()), replaced)


def _feedback_row(tenant: Tenant, said: Said, state: CallState) -> dict[str, Any]:
    return {
        "org": tenant.scope.org,
        "customer": state.customer,
        "id": said.id,
        "call_seq": state.seq,
        "reviewer": said.reviewer,
        "rating": said.rating,
        "corrected": said.corrected,
        "clears": said.clears,
        "newest": state.standing[said.reviewer] is said,
        "body_hash": said.body_hash,
        "document": said.document,
    }


def _update_calls(tenant: Tenant, states: list[CallState]) -> None:
    rows, tags = [], []
    for state in states:
        shown, correction = state.effective, state.correction
        rows.append(
            {
                "b_seq": state.seq,
                "revision": state.revision,
                "feedback_count": state.count,
                "rating": shown.rating if shown else None,
                "corrected": correction is not None,
                "feedback": shown.document if shown else None,
                "correction": correction.document if correction and correction is not shown else None,
            }
        )
        tags += [{"org": tenant.scope.org, "tag": tag, "seq": state.seq} for tag in state.tags]
    tenant.run(sa.update(call).where(tenant.mine(call), call.c.seq == sa.bindparam("b_seq")), rows)
    seqs = [state.seq for state in states]
    tenant.run(sa.delete(call_tag).where(tenant.mine(call_tag), call_tag.c.seq.in_(seqs)))
    tenant.run(sa.insert(call_tag), tags)
