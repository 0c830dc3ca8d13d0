"""From draft to golden: the gates as they stand, the promotion itself, and who did it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson
import sqlalchemy as sa

from atlas_desktop.server.answers import moment
from atlas_desktop.server.promotion_rules import (
    Rule,
    Run,
    ShipGatesRefusal,
    Standing,
    Verdict,
    counts,
    standing,
)
from atlas_desktop.server.refusals import conflict
from atlas_desktop.server.storage import datasets
from atlas_desktop.server.storage.loop_tables import dataset, evaluation, promotion
from atlas_desktop.server.storage.scope import Row, Tenant
from atlas_desktop.server.storage.tables import evaluator, operation

_RUNS_AT_ONCE: Final = 20


@dataclass(frozen=True, slots=True)
class Demand:
    """What an operation asks of a dataset."""

    registration: str
    gates: list[tuple[Rule, float]]


@dataclass(frozen=True, slots=True)
class PromotionPage:
    """Promotions, newest first, and the last one's number when there are more."""

    data: list[dict[str, Any]]
    position: int | None


def gates(tenant: Tenant, dataset_id: str) -> dict[str, Any]:
    """Every ship gate of the dataset's operation. Raises Refusal (404)."""
    held = datasets.standing(tenant, dataset_id)
    found = _standings(tenant, held, _demand(tenant, held.operation))
    return {
        "object": "gates",
        "dataset_id": held.id,
        "dataset_revision": held.revision,
        "item_count": held.item_count,
        "met": bool(found) and all(gate.met for gate in found),
        "gates": [_wire(gate) for gate in found],
    }


def promote(tenant: Tenant, dataset_id: str, *, acknowledge_no_gates: bool) -> dict[str, Any]:
    """Make a draft golden, with a row that says on what grounds. Raises Refusal (400, 404, 409), nothing changed.

    Everything it depends on is locked first, in the order dataset, operation, evaluators: what they say cannot
    change before this transaction's end.
    """
    held = datasets.standing(tenant, dataset_id, to_change=True)
    if held.status != "draft":
        raise conflict("dataset_not_draft", "this dataset is golden already: edit a branch of it")
    demand = _demand(tenant, held.operation, lock=True)
    if demand.registration == "auto":
        raise conflict("operation_not_defined", f"define the operation {held.operation} before promoting")
    if not held.item_count:
        raise conflict("dataset_empty", "a dataset without items cannot be promoted")
    found = _standings(tenant, held, demand)
    if not found and not acknowledge_no_gates:
        raise conflict(
            "no_ship_gates",
            f"the operation {held.operation} has no ship gates: promote with acknowledge_no_gates if that is meant",
        )
    if not all(gate.met for gate in found):
        raise ShipGatesRefusal(held.id, found)
    _make_golden(tenant, held, found)
    return datasets.get(tenant, dataset_id)


def page(tenant: Tenant, dataset_id: str, before: int | None, limit: int) -> PromotionPage:
    """Who promoted this dataset. Raises Refusal (404)."""
    held = datasets.standing(tenant, dataset_id)
    statement = sa.select(promotion).where(tenant.mine(promotion), promotion.c.dataset == held.seq)
    if before is not None:
        statement = statement.where(promotion.c.seq < before)
    shown, more = tenant.page(
        statement.order_by(promotion.c.seq.desc()), limit, lambda row: len(row.document)
    )
    data = [orjson.loads(row.document) for row in shown]
    return PromotionPage(data, shown[-1].seq if more else None)


def _demand(tenant: Tenant, key: str, *, lock: bool = False) -> Demand:
    asked = sa.select(operation.c.registration, operation.c.ship_gates).where(
        tenant.mine(operation), operation.c.key == key
    )
    row = tenant.one(asked.with_for_update() if lock else asked)
    least = {gate["evaluator_id"]: gate["min_score"] for gate in orjson.loads(row.ship_gates)}
    # In the order of their ids: two that lock several never wait for each other.
    chosen = (
        sa.select(evaluator.c.id, evaluator.c.version, evaluator.c.name, evaluator.c.kind)
        .where(tenant.mine(evaluator), evaluator.c.id.in_(least))
        .order_by(evaluator.c.id)
    )
    rules = {
        row.id: Rule(row.id, row.version, row.name, row.kind)
        for row in tenant.all(chosen.with_for_update() if lock else chosen)
    }
    return Demand(row.registration, [(rules[name], score) for name, score in least.items()])


def _standings(tenant: Tenant, held: datasets.Standing, demand: Demand) -> list[Standing]:
    wanted = [rule for rule, _ in demand.gates]
    runs: list[Run] = []
    for run in _completed(tenant, held.seq) if wanted else ():
        runs.append(run)
        wanted = [rule for rule in wanted if not counts(run, rule)]
        if not wanted:
            break
    return [standing(rule, least, held.revision, runs) for rule, least in demand.gates]


def _completed(tenant: Tenant, dataset_seq: int) -> Iterator[Run]:
    """Completed runs, newest first; read a few at a time, for the newest mostly say it all."""
    before: int | None = None
    while True:
        statement = sa.select(evaluation).where(
            tenant.mine(evaluation), evaluation.c.dataset == dataset_seq, evaluation.c.status == "completed"
        )
        if before is not None:
            statement = statement.where(evaluation.c.seq < before)
        rows = tenant.all(statement.order_by(evaluation.c.seq.desc()).limit(_RUNS_AT_ONCE))
        for row in rows:
            yield _run(row)
        if len(rows) < _RUNS_AT_ONCE:
            return
        before = rows[-1].seq


def _run(row: Row) -> Run:
    document = orjson.loads(row.document)
    means = document.get("summary", {})
    verdicts = {
        one["id"]: Verdict(one["version"], means.get(one["id"]), one.get("unscored") or 0)
        for one in document["evaluators"]
    }
    return Run(row.id, row.dataset_revision, row.predictions, verdicts)


def _make_golden(tenant: Tenant, held: datasets.Standing, found: Sequence[Standing]) -> None:
    golden = {"status": "golden", "version": held.version + 1, "promoted_ms": tenant.now_ms}
    tenant.run(sa.update(dataset).where(tenant.mine(dataset), dataset.c.seq == held.seq).values(**golden))
    document = {
        "object": "promotion",
        "dataset_id": held.id,
        "dataset_version": held.version + 1,
        "dataset_revision": held.revision,
        "content_hash": held.content_hash,
        "item_count": held.item_count,
        "promoted_by": tenant.scope.reviewer,
        "promoted_at": moment(tenant.now_ms),
        "gates": [_kept(gate) for gate in found],
        "acknowledged_no_gates": not found,
    }
    tenant.run(
        sa.insert(promotion).values(
            org=tenant.scope.org,
            dataset=held.seq,
            dataset_version=held.version + 1,
            document=orjson.dumps(document),
            created_ms=tenant.now_ms,
        )
    )


def _wire(gate: Standing) -> dict[str, Any]:
    return {
        "evaluator_id": gate.rule.id,
        "evaluator_version": gate.rule.version,
        "name": gate.rule.name,
        "kind": gate.rule.kind,
        "min_score": gate.min_score,
        "score": gate.score,
        "met": gate.met,
        "reason": gate.reason,
        "unscored": gate.unscored,
        "evaluation_id": gate.evaluation_id,
    }


def _kept(gate: Standing) -> dict[str, Any]:
    return {
        "evaluator_id": gate.rule.id,
        "evaluator_version": gate.rule.version,
        "evaluation_id": gate.evaluation_id,
        "score": gate.score,
        "min_score": gate.min_score,
    }
