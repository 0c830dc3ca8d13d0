"""Runs of evaluations: begun, listed, counted up, finished. What they are made of, as it was when they began."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson
import sqlalchemy as sa

from atlas_desktop.contract.base import Json
from atlas_desktop.contract.evaluations import FINISHED, EvaluationCreate, EvaluationStatus
from atlas_desktop.contract.evaluators import EvaluatorKind
from atlas_desktop.contract.ids import Kind
from atlas_desktop.server.answers import moment
from atlas_desktop.server.evaluation_runs.material import Item, Rule
from atlas_desktop.server.refusals import Refusal, conflict, not_found, too_many, unprocessable
from atlas_desktop.server.storage import evaluators, operations
from atlas_desktop.server.storage.loop_tables import dataset, dataset_item, evaluation
from atlas_desktop.server.storage.scope import Row, Tenant
from atlas_desktop.server.storage.tables import evaluator, evaluator_version

MOST_UNFINISHED: Final = 100
"""Runs of one organization that wait or work."""
MOST_RESULTS: Final = 2_000_000
"""Of one run: who takes it up after a crash has in memory what is scored already, 200 MB for a million."""
PIECE_BYTES: Final = 4 * 1024 * 1024
LEASE_MS: Final = 4000
"""So long a run belongs to the process that works on it, unless that says so again."""
OPEN: Final = ("queued", "running")

_SHOWN: Final = sa.select(
    evaluation, dataset.c.id.label("dataset_id"), dataset.c.operation, dataset.c.schema_version
).join(dataset, dataset.c.seq == evaluation.c.dataset)


ModelOf = Callable[[EvaluatorKind, dict[str, Json]], str | None]
"""Which model a rule asks, where it asks one."""


@dataclass(frozen=True, slots=True)
class By:
    """Who will work on a run: the server process, and the models that it asks."""

    owner: str
    model_of: ModelOf


@dataclass(frozen=True, slots=True)
class EvaluationPage:
    """Runs, newest first, and the last one's number when there are more."""

    data: list[dict[str, Any]]
    position: int | None


@dataclass(frozen=True, slots=True)
class Plan:
    """All that a run needs to begin, or to go on."""

    seq: int
    id: str
    dataset: int
    revision: int
    predictions: str
    rules: tuple[Rule, ...]
    status: EvaluationStatus
    done: int
    total: int

    @property
    def finished(self) -> bool:
        """Whether it is over."""
        return self.status in FINISHED


def create(tenant: Tenant, asked: EvaluationCreate, ids: Callable[[Kind], str], by: By) -> str:
    """Begin a run of what the dataset holds now, by the evaluators as they are now; its id. Raises Refusal."""
    held = _dataset(tenant, asked.dataset_id)
    names = list(dict.fromkeys(asked.evaluator_ids))
    chosen = [_evaluator(tenant, name, by.model_of) for name in names]
    if not held.item_count:
        raise conflict("dataset_empty", "the dataset has no items to score")
    if held.item_count * len(chosen) > MOST_RESULTS:
        message = f"a run has {MOST_RESULTS:,} results at most: name fewer evaluators"
        raise unprocessable("evaluation_too_large", message, param="evaluator_ids")
    if _unfinished(tenant) >= MOST_UNFINISHED:
        message = f"{MOST_UNFINISHED} evaluations of this organization wait already"
        raise too_many(message, code="too_many_evaluations", retry_after=10)
    name = ids("evr_")
    values = {
        "org": tenant.scope.org,
        "id": name,
        "dataset": held.seq,
        "dataset_revision": held.revision,
        "predictions": asked.predictions,
        "status": "queued",
        "done": 0,
        "total": held.item_count * len(chosen),
        "document": orjson.dumps({"evaluators": chosen}),
        "created_ms": tenant.now_ms,
        "owner": by.owner,
        "owned_until": tenant.now_ms + LEASE_MS,
    }
    tenant.run(sa.insert(evaluation).values(**values))
    return name


def get(tenant: Tenant, name: str) -> dict[str, Any]:
    """One run. Raises Refusal (404)."""
    return _wire(row_of(tenant, name))


def page(tenant: Tenant, dataset_id: str | None, before: int | None, limit: int) -> EvaluationPage:
    """Runs of a dataset or all, newest first."""
    statement = _SHOWN.where(*_visible(tenant))
    if dataset_id is not None:
        statement = statement.where(dataset.c.id == dataset_id)
    if before is not None:
        statement = statement.where(evaluation.c.seq < before)
    shown, more = tenant.page(
        statement.order_by(evaluation.c.seq.desc()), limit, lambda row: len(row.document)
    )
    return EvaluationPage([_wire(row) for row in shown], shown[-1].seq if more else None)


def cancel(tenant: Tenant, name: str) -> dict[str, Any]:
    """Stop a run. What it scored so far stays. Raises Refusal (404, 409)."""
    row = row_of(tenant, name)
    if row.status in ("completed", "failed"):
        raise conflict("evaluation_finished", f"this evaluation is {row.status} already")
    end(tenant, row.seq, "cancelled")
    return get(tenant, name)


def end(tenant: Tenant, seq: int, status: EvaluationStatus, **more: Any) -> bool:
    """The run is over, with ``more`` in its document; False when it was over before."""
    row = tenant.first(sa.select(evaluation.c.document).where(_this(tenant, seq), _open()))
    if row is None:
        return False
    document = orjson.dumps(orjson.loads(row.document) | more)
    values = {"status": status, "completed_ms": tenant.now_ms, "document": document}
    return tenant.run(sa.update(evaluation).where(_this(tenant, seq), _open()).values(**values)) > 0


def complete(
    tenant: Tenant, seq: int, summary: dict[str, float | None], counts: dict[str, dict[str, Any]]
) -> bool:
    """The run is done: its means, and what each evaluator said. False when it was over before."""
    row = tenant.one(sa.select(evaluation.c.document).where(_this(tenant, seq)))
    used = [one | counts[one["id"]] for one in orjson.loads(row.document)["evaluators"]]
    return end(tenant, seq, "completed", summary=summary, evaluators=used)


def plan(tenant: Tenant, name: str) -> Plan:
    """What the run is made of: the evaluators in the versions they had. Raises Refusal (404)."""
    row = row_of(tenant, name)
    used = orjson.loads(row.document)["evaluators"]
    schema = operations.schema_named(tenant, row.operation, row.schema_version)
    rules = tuple(_rule(tenant, one, schema) for one in used)
    return Plan(
        row.seq, row.id, row.dataset, row.dataset_revision, row.predictions, rules, row.status, row.done, row.total
    )  # fmt: skip


def members(tenant: Tenant, run: Plan) -> list[tuple[int, str]]:
    """Numbers and ids of the items that the run is about, in their order."""
    rows = tenant.all(
        sa.select(dataset_item.c.seq, dataset_item.c.id)
        .where(*held(tenant, run.dataset, run.revision))
        .order_by(dataset_item.c.position, dataset_item.c.seq)
    )
    return [(row.seq, row.id) for row in rows]


def items(tenant: Tenant, seqs: Sequence[int]) -> list[Item]:
    """The first of these items, in their order: four megabytes of them, but at least one."""
    columns = (dataset_item.c.seq, dataset_item.c.id, dataset_item.c.weight, dataset_item.c.document)
    found: list[Item] = []
    size = 0
    for start in range(0, len(seqs), _AT_ONCE):
        wanted = seqs[start : start + _AT_ONCE]
        rows = tenant.all(
            sa.select(*columns).where(tenant.mine(dataset_item), dataset_item.c.seq.in_(wanted))
        )
        by_seq = {row.seq: row for row in rows}
        for seq in wanted:
            row = by_seq[seq]
            if found and size + len(row.document) > PIECE_BYTES:
                return found
            size += len(row.document)
            found.append(Item(row.seq, row.id, row.weight, row.document))
    return found


_AT_ONCE: Final = 50
"""Items read by one statement: their texts may be long, and what goes beyond that is read in vain."""


def row_of(tenant: Tenant, name: str) -> Row:
    """The row of a run, with its dataset's id. Raises Refusal (404)."""
    row = tenant.first(_SHOWN.where(*_visible(tenant), evaluation.c.id == name))
    if row is None:
        raise not_found("evaluation")
    return row


def count_up(tenant: Tenant, seq: int, results: int, owner: str) -> int | None:
    """So many more results; how many are done now. None when the run is over, or another process has taken it."""
    until = tenant.now_ms + LEASE_MS
    values = {"done": evaluation.c.done + results, "status": "running", "owned_until": until}
    mine = sa.and_(_this(tenant, seq), _open(), evaluation.c.owner == owner)
    counted = sa.update(evaluation).where(mine).values(**values)
    row = tenant.first(counted.returning(evaluation.c.done))
    return None if row is None else int(row.done)


def _visible(tenant: Tenant) -> list[sa.ColumnElement[bool]]:
    """A key narrowed to a customer sees none: they are about what the whole organization recorded."""
    conditions = [tenant.mine(evaluation), tenant.mine(dataset)]
    if tenant.scope.customer is not None:
        conditions.append(sa.false())
    return conditions


def _this(tenant: Tenant, seq: int) -> sa.ColumnElement[bool]:
    return sa.and_(tenant.mine(evaluation), evaluation.c.seq == seq)


def _open() -> sa.ColumnElement[bool]:
    return evaluation.c.status.in_(OPEN)


def _unfinished(tenant: Tenant) -> int:
    counted = sa.select(sa.func.count()).select_from(evaluation).where(tenant.mine(evaluation), _open())
    return int(tenant.one(counted)[0])


def held(tenant: Tenant, dataset_seq: int, revision: int) -> list[sa.ColumnElement[bool]]:
    """What a dataset held at this revision."""
    return [
        tenant.mine(dataset_item),
        dataset_item.c.dataset == dataset_seq,
        dataset_item.c.revision <= revision,
        dataset_item.c.until > revision,
    ]


def _dataset(tenant: Tenant, name: str) -> Row:
    row = tenant.first(sa.select(dataset).where(tenant.mine(dataset), dataset.c.id == name))
    if row is None or tenant.scope.customer is not None:
        raise not_found("dataset")
    return row


def _evaluator(tenant: Tenant, name: str, model_of: ModelOf) -> dict[str, Any]:
    try:
        found = evaluators.standing(tenant, name)
    except Refusal:
        message = f"there is no evaluator {name}"
        raise unprocessable("unknown_evaluator", message, param="evaluator_ids") from None
    model = model_of(found.kind, found.config)
    return {"id": found.id, "version": found.version, "name": found.name, "kind": found.kind, "model": model}


def _rule(tenant: Tenant, used: dict[str, Any], schema: Any) -> Rule:
    """The evaluator with the config of that version."""
    row = tenant.one(
        sa.select(evaluator_version.c.config)
        .join(evaluator, evaluator.c.seq == evaluator_version.c.evaluator_seq)
        .where(
            tenant.mine(evaluator),
            evaluator.c.id == used["id"],
            evaluator_version.c.version == used["version"],
        )
    )
    config = orjson.loads(row.config)
    needs = used["kind"] == "json_schema" and config.get("schema") is None
    return Rule(used["id"], used["kind"], config, schema if needs else None)


def _wire(row: Row) -> dict[str, Any]:
    document = orjson.loads(row.document)
    return {
        "id": row.id,
        "object": "evaluation",
        "dataset_id": row.dataset_id,
        "dataset_revision": row.dataset_revision,
        "evaluator_ids": [one["id"] for one in document["evaluators"]],
        "predictions": row.predictions,
        "status": row.status,
        "progress": {"done": row.done, "total": row.total},
        "summaryScores": document.get("summary", {}),
        "evaluators": document["evaluators"],
        "error": document.get("error"),
        "created_at": moment(row.created_ms),
        "completed_at": None if row.completed_ms is None else moment(row.completed_ms),
    }
