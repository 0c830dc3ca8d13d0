"""Evaluators and every config each of them had; they belong to the organization."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import orjson
import sqlalchemy as sa

from atlas_desktop.contract.base import Json
from atlas_desktop.contract.evaluators import EvaluatorCreate
from atlas_desktop.contract.ids import Kind
from atlas_desktop.domain.same_json import same_json
from atlas_desktop.server.answers import moment
from atlas_desktop.server.refusals import conflict, not_found
from atlas_desktop.server.storage import audit
from atlas_desktop.server.storage.scope import Row, Tenant
from atlas_desktop.server.storage.tables import evaluator, evaluator_version


@dataclass(frozen=True, slots=True)
class EvaluatorPage:
    """Evaluators by id, and the last id when there are more."""

    data: list[dict[str, Any]]
    position: str | None


@dataclass(frozen=True, slots=True)
class Standing:
    """An evaluator as it is now."""

    seq: int
    id: str
    kind: Any
    config: dict[str, Json]
    version: int
    name: str = ""


def create(
    tenant: Tenant, asked: EvaluatorCreate, config: dict[str, Json], ids: Callable[[Kind], str]
) -> dict[str, Any]:
    """Keep a new evaluator with its checked config. Raises Refusal (409)."""
    name = asked.id or ids("ev_")
    if _find(tenant, name) is not None:
        raise conflict("evaluator_exists", f"there is an evaluator {name} already")
    values = {"kind": asked.kind, "config": orjson.dumps(config), "version": 1, "created_ms": tenant.now_ms}
    tenant.run(sa.insert(evaluator).values(org=tenant.scope.org, id=name, name=asked.name or name, **values))
    _remember(tenant, standing(tenant, name).seq, 1, config)
    return get(tenant, name)


def get(tenant: Tenant, name: str) -> dict[str, Any]:
    """One evaluator. Raises Refusal (404)."""
    return _wire(_known(tenant, name))


def page(tenant: Tenant, after: str | None, limit: int) -> EvaluatorPage:
    """Evaluators in the order of their ids."""
    statement = sa.select(evaluator).where(*_visible(tenant))
    if after is not None:
        statement = statement.where(evaluator.c.id > after)
    shown, more = tenant.page(statement.order_by(evaluator.c.id), limit, lambda row: len(row.config))
    return EvaluatorPage([_wire(row) for row in shown], shown[-1].id if more else None)


def standing(tenant: Tenant, name: str) -> Standing:
    """What a score is made by now. Raises Refusal (404)."""
    row = _known(tenant, name)
    return Standing(row.seq, row.id, row.kind, orjson.loads(row.config), row.version, row.name)


def update(
    tenant: Tenant, before: Standing, name: str | None, config: dict[str, Json]
) -> dict[str, Any] | None:
    """Change an evaluator from what it was ``before``; another config is another version.

    None when somebody else has changed it since. Raises Refusal (404).
    """
    now = standing(tenant, before.id)
    if now.version != before.version:
        return None
    changes: dict[str, Any] = {} if name is None else {"name": name}
    if not same_json(config, now.config):
        changes |= {"config": orjson.dumps(config), "version": now.version + 1}
        _remember(tenant, now.seq, now.version + 1, config)
        audit.record(tenant, "evaluator_changed", now.id, _difference(now, config))
    if changes:
        tenant.run(
            sa.update(evaluator).where(tenant.mine(evaluator), evaluator.c.seq == now.seq).values(**changes)
        )
    return get(tenant, before.id)


def known(tenant: Tenant, ids: Iterable[str]) -> set[str]:
    """Which of these there are."""
    rows = tenant.all(sa.select(evaluator.c.id).where(tenant.mine(evaluator), evaluator.c.id.in_(set(ids))))
    return {row.id for row in rows}


def _difference(before: Standing, config: dict[str, Json]) -> dict[str, Any]:
    """Versions, and which keys of the config are others: their values may be long, and are kept with the versions."""
    keys = sorted({*before.config, *config})
    changed = [key for key in keys if not same_json(before.config.get(key), config.get(key))]
    return {"evaluator_id": before.id, "from": before.version, "to": before.version + 1, "keys": changed}


def _visible(tenant: Tenant) -> list[sa.ColumnElement[bool]]:
    """A key narrowed to a customer sees none: they say how the organization judges."""
    conditions = [tenant.mine(evaluator)]
    if tenant.scope.customer is not None:
        conditions.append(sa.false())
    return conditions


def _find(tenant: Tenant, name: str) -> Row | None:
    return tenant.first(sa.select(evaluator).where(*_visible(tenant), evaluator.c.id == name))


def _known(tenant: Tenant, name: str) -> Row:
    row = _find(tenant, name)
    if row is None:
        raise not_found("evaluator")
    return row


def _remember(tenant: Tenant, seq: int, version: int, config: dict[str, Json]) -> None:
    tenant.run(
        sa.insert(evaluator_version).values(
            evaluator_seq=seq, version=version, config=orjson.dumps(config), created_ms=tenant.now_ms
        )
    )


def _wire(row: Row) -> dict[str, Any]:
    return {
        "id": row.id,
        "object": "evaluator",
        "name": row.name,
        "kind": row.kind,
        "config": orjson.Fragment(row.config),
        "version": row.version,
        "created_at": moment(row.created_ms),
    }
