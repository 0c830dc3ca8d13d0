"""Releases: begun, advanced on live scores, rolled back; one open and one in force for each operation at most."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson
import sqlalchemy as sa

from atlas_desktop.contract.ids import Kind
from atlas_desktop.contract.releases import ReleaseAdvance, ReleaseCreate, ReleasesQuery
from atlas_desktop.domain.releases import (
    WINDOW,
    Evidence,
    Gate,
    NoStepError,
    Step,
    evidence,
    must_roll_back,
    next_step,
    why_not,
)
from atlas_desktop.server.answers import moment
from atlas_desktop.server.refusals import conflict, not_found, unprocessable
from atlas_desktop.server.release_rules import gates_unmet, grounds, standing_wire, unmet
from atlas_desktop.server.storage import cached_answers, datasets, release_results, release_steps
from atlas_desktop.server.storage.release_tables import OPEN, release
from atlas_desktop.server.storage.scope import Row, Tenant
from atlas_desktop.server.storage.tables import evaluator, operation

LIVE = (*OPEN, "prod")
_NO_STEP = {
    "release_not_open": "this release is over or in prod already: there is no next stage",
    "percent_shrinks": "a canary only grows: ask for a larger percent, or roll it back",
}


@dataclass(frozen=True, slots=True)
class ReleasePage:
    """Releases, newest first, and the place of the last when there are more."""

    data: list[dict[str, Any]]
    position: int | None


@dataclass(frozen=True, slots=True)
class Active:
    """A release that has to do with traffic now."""

    seq: int
    id: str
    operation: str
    stage: str
    model: str
    provider: str | None
    quantization: str | None
    percent: int
    shadow_percent: int


def create(tenant: Tenant, asked: ReleaseCreate, ids: Callable[[Kind], str]) -> dict[str, Any]:
    """Begin a release in the shadow. Raises Refusal (404, 409, 422)."""
    key = _defined(tenant, asked.operation_id)
    if asked.dataset_id is not None:
        _check_dataset(tenant, asked.dataset_id, key)
    opened = sa.select(release.c.id).where(tenant.mine(release), release.c.opened == key)
    if (other := tenant.first(opened)) is not None:
        message = f"the operation {key} has a release under way: advance it or roll it back first"
        raise conflict("release_exists", message, beside={"release_id": other.id})
    kept = asked.model_dump(exclude={"operation_id", "dataset_id"})
    values: dict[str, Any] = kept | {
        "org": tenant.scope.org,
        "id": ids("rel_"),
        "operation": key,
        "dataset": asked.dataset_id,
        "stage": "shadow",
        "opened": key,
        "in_force": None,
        "superseded_by": None,
        "dropped": 0,
        "created_by": tenant.scope.reviewer,
        "created_ms": tenant.now_ms,
        "since_ms": tenant.now_ms,
    }
    tenant.run(sa.insert(release).values(**values))
    row = _known(tenant, values["id"])
    release_steps.record(tenant, row, "started", None, "shadow", 0)
    return get(tenant, row.id)


def get(tenant: Tenant, release_id: str) -> dict[str, Any]:
    """One release, with how it stands. Raises Refusal (404)."""
    row = _known(tenant, release_id)
    return _wire(tenant, row) | {"standing": _standing(tenant, row)}


def page(tenant: Tenant, asked: ReleasesQuery, before: int | None) -> ReleasePage:
    """Releases, newest first."""
    statement = sa.select(release).where(tenant.mine(release))
    if asked.operation_id is not None:
        statement = statement.where(release.c.operation == asked.operation_id)
    if asked.stage is not None:
        statement = statement.where(release.c.stage == asked.stage)
    if before is not None:
        statement = statement.where(release.c.seq < before)
    shown, more = tenant.page(statement.order_by(release.c.seq.desc()), asked.limit, lambda _: 500)
    return ReleasePage([_wire(tenant, row) for row in shown], shown[-1].seq if more else None)


def advance(tenant: Tenant, release_id: str, asked: ReleaseAdvance) -> dict[str, Any]:
    """The next step, on the live scores of this stage. Raises Refusal (400, 404, 409), nothing changed."""
    row = _known(tenant, release_id, locked=True)
    if asked.from_stage not in (None, row.stage):
        raise conflict("release_moved", f"this release is in the stage {row.stage} meanwhile")
    try:
        step = next_step(row.stage, row.percent, asked.percent)
    except NoStepError as error:
        raise conflict(error.code, _NO_STEP[error.code]) from None
    found = _evidence(tenant, row)
    if not found.gates and not asked.acknowledge_no_gates:
        raise conflict(
            "no_ship_gates",
            f"the operation {row.operation} has no ship gates: advance with acknowledge_no_gates if that is meant",
        )
    if unmet(found, row):
        raise gates_unmet(row.id, found, row)
    _go(tenant, row, step, found)
    return get(tenant, release_id)


def roll_back(tenant: Tenant, release_id: str, reason: str) -> dict[str, Any]:
    """Take the candidate out of the traffic. What it superseded in prod is in force again.

    Raises Refusal (404, 409).
    """
    row = _known(tenant, release_id, locked=True)
    if row.stage not in LIVE:
        raise conflict("release_not_open", "this release is out of the traffic already")
    _out(tenant, row, reason or None, _evidence(tenant, row), automatic=False)
    return get(tenant, release_id)


def roll_back_if_due(tenant: Tenant, release_id: str) -> bool:
    """Roll it back where its live scores demand it. Whether that was done, now and here."""
    row = _known(tenant, release_id, locked=True)
    found = _due(tenant, row)
    if found is None:
        return False
    _out(tenant, row, "pass_rate_below_gate", found, automatic=True)
    return True


def is_due(tenant: Tenant, release_id: str) -> bool:
    """Whether that would roll it back. Raises Refusal (404)."""
    return _due(tenant, _known(tenant, release_id)) is not None


def active(tenant: Tenant) -> list[Active]:
    """Every release of the organization that has to do with traffic."""
    rows = tenant.all(sa.select(release).where(tenant.mine(release), release.c.stage.in_(LIVE)))
    return [
        Active(
            row.seq,
            row.id,
            row.operation,
            row.stage,
            row.model,
            row.provider,
            row.quantization,
            row.percent,
            row.shadow_percent,
        )
        for row in rows
    ]


def dropped(tenant: Tenant, seq: int, many: int) -> None:
    """So many duplicates were left out."""
    this = (tenant.mine(release), release.c.seq == seq)
    tenant.run(sa.update(release).where(*this).values(dropped=release.c.dropped + many))


def gates_of(tenant: Tenant, key: str) -> list[Gate]:
    """The gates of an operation, with their evaluators as they are now."""
    row = tenant.first(
        sa.select(operation.c.ship_gates).where(tenant.mine(operation), operation.c.key == key)
    )
    least = {} if row is None else {gate["evaluator_id"]: gate["min_score"] for gate in orjson.loads(row[0])}
    rules = tenant.all(
        sa.select(evaluator.c.id, evaluator.c.version, evaluator.c.name, evaluator.c.kind).where(
            tenant.mine(evaluator), evaluator.c.id.in_(least)
        )
    )
    by_id = {rule.id: rule for rule in rules}
    return [
        Gate(name, by_id[name].version, score, by_id[name].name, by_id[name].kind)
        for name, score in least.items()
    ]


def _due(tenant: Tenant, row: Row) -> Evidence | None:
    if row.stage not in LIVE:
        return None
    found = _evidence(tenant, row, WINDOW)
    return found if must_roll_back(found.rate, row.min_pass_rate) else None


def _evidence(tenant: Tenant, row: Row, most: int | None = None) -> Evidence:
    """By the newest results of its stage: as many as it needs to advance, where nothing else is said."""
    most = most or max(WINDOW, row.min_samples)
    stage = row.stage if row.stage in LIVE else release_steps.last_live_stage(tenant, row.seq)
    return evidence(gates_of(tenant, row.operation), release_results.newest(tenant, row.seq, stage, most))


def _standing(tenant: Tenant, row: Row) -> dict[str, Any]:
    found = _evidence(tenant, row)
    reasons = why_not(found, needed=row.min_samples, min_rate=row.min_pass_rate)
    reasons = reasons if row.stage in OPEN else ["not_open"]
    seen = [release_results.traffic(tenant, row.seq, stage) for stage in LIVE]
    traffic = [each | {"dropped": row.dropped if each["stage"] == "shadow" else 0} for each in seen]
    return standing_wire(found, row, reasons, [each for each in traffic if each["calls"] or each["dropped"]])


def _go(tenant: Tenant, row: Row, step: Step, found: Evidence) -> None:
    values: dict[str, Any] = {"stage": step.stage, "percent": step.percent}
    if step.act == "advanced":
        values["since_ms"] = tenant.now_ms
        cached_answers.forget(tenant, row.operation)
    if step.stage == "prod":
        _supersede(tenant, row)
        values |= {"opened": None, "in_force": row.operation}
    _change(tenant, row.seq, values)
    details = grounds(found, row)
    release_steps.record(tenant, row, step.act, row.stage, step.stage, step.percent, details=details)


def _supersede(tenant: Tenant, row: Row) -> None:
    before = sa.select(release).where(tenant.mine(release), release.c.in_force == row.operation)
    old = tenant.first(before)
    if old is not None:
        gone = {"stage": "superseded", "in_force": None, "superseded_by": row.seq, "since_ms": tenant.now_ms}
        _change(tenant, old.seq, gone)
        release_steps.record(tenant, old, "superseded", "prod", "superseded", old.percent, reason=row.id)


def _out(tenant: Tenant, row: Row, reason: str | None, found: Evidence, *, automatic: bool) -> None:
    over = {"stage": "rolled_back", "opened": None, "in_force": None, "since_ms": tenant.now_ms}
    _change(tenant, row.seq, over)
    cached_answers.forget(tenant, row.operation)
    release_steps.record(
        tenant,
        row,
        "rolled_back",
        row.stage,
        "rolled_back",
        row.percent,
        reason=reason,
        automatic=automatic,
        details=grounds(found, row),
    )
    before = sa.select(release).where(tenant.mine(release), release.c.superseded_by == row.seq)
    old = tenant.first(before) if row.stage == "prod" else None
    if old is not None:
        again = {"stage": "prod", "in_force": row.operation, "superseded_by": None, "since_ms": tenant.now_ms}
        _change(tenant, old.seq, again)
        release_steps.record(
            tenant, old, "restored", "superseded", "prod", old.percent, reason=row.id, automatic=automatic
        )


def _change(tenant: Tenant, seq: int, values: dict[str, Any]) -> None:
    tenant.run(sa.update(release).where(tenant.mine(release), release.c.seq == seq).values(**values))


def _known(tenant: Tenant, release_id: str, *, locked: bool = False) -> Row:
    asked = sa.select(release).where(tenant.mine(release), release.c.id == release_id)
    row = tenant.first(asked.with_for_update() if locked else asked)
    if row is None:
        raise not_found("release")
    return row


def _defined(tenant: Tenant, id_or_key: str) -> str:
    either = sa.or_(operation.c.key == id_or_key, operation.c.id == id_or_key)
    best = sa.case((operation.c.key == id_or_key, 0), else_=1)
    asked = sa.select(operation.c.key, operation.c.registration).where(tenant.mine(operation), either)
    row = tenant.first(asked.order_by(best))
    if row is None:
        message = f"there is no operation {id_or_key}"
        raise unprocessable("unknown_operation", message, param="operation_id")
    if row.registration == "auto":
        raise conflict("operation_not_defined", f"define the operation {row.key} before releasing for it")
    return str(row.key)


def _check_dataset(tenant: Tenant, dataset_id: str, key: str) -> None:
    held = datasets.standing(tenant, dataset_id)
    if held.operation != key:
        message = f"the dataset {dataset_id} belongs to another operation"
        raise unprocessable("wrong_operation", message, param="dataset_id")
    if held.status != "golden":
        raise conflict("dataset_not_golden", "only what comes of a golden dataset is released")


def _wire(tenant: Tenant, row: Row) -> dict[str, Any]:
    return {
        "id": row.id,
        "object": "release",
        "operation_id": row.operation,
        "model": row.model,
        "provider": row.provider,
        "quantization": row.quantization,
        "dataset_id": row.dataset,
        "stage": row.stage,
        "open": row.stage in OPEN,
        "percent": row.percent,
        "shadow_percent": row.shadow_percent,
        "min_samples": row.min_samples,
        "min_pass_rate": row.min_pass_rate,
        "created_by": row.created_by,
        "created_at": moment(row.created_ms),
        "since": moment(row.since_ms),
        "steps": release_steps.of(tenant, row.seq),
        "standing": None,
    }
