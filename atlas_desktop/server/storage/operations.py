"""Operations: seen on calls (``auto``) or defined; their schemas by version; what was loosened, on record."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import sqlalchemy as sa

from atlas_desktop.contract.base import Json
from atlas_desktop.contract.ids import Kind, derived_id
from atlas_desktop.contract.operations import OperationCreate, OperationUpdate, ShipGate
from atlas_desktop.server.answers import moment
from atlas_desktop.server.operation_rules import Current, check_gates, loosened, next_schema, tightened
from atlas_desktop.server.refusals import conflict, not_found
from atlas_desktop.server.storage import audit, evaluators
from atlas_desktop.server.storage.scope import Row, Tenant
from atlas_desktop.server.storage.tables import call, operation, operation_schema


@dataclass(frozen=True, slots=True)
class OperationPage:
    """Operations by key, and the last key when there are more."""

    data: list[dict[str, Any]]
    position: str | None


def auto_register(tenant: Tenant, keys: set[str]) -> None:
    """Make the operations that calls name and nobody has made yet."""
    rows = tenant.all(sa.select(operation.c.key).where(tenant.mine(operation), operation.c.key.in_(keys)))
    for key in sorted(keys - {row.key for row in rows}):
        _insert(
            tenant, derived_id("op_", tenant.scope.organization_id, key), OperationCreate(key=key), "auto"
        )


def create(tenant: Tenant, asked: OperationCreate, ids: Callable[[Kind], str]) -> dict[str, Any]:
    """Define an operation, also one that was only seen so far. Raises Refusal (409, 422)."""
    check_gates(asked.ship_gates, known=_evaluators(tenant, asked.ship_gates))
    row = _find(tenant, asked.key)
    if row is None:
        _insert(tenant, ids("op_"), asked, "defined")
    elif row.registration == "auto":
        _change(tenant, row, _columns(asked) | {"registration": "defined"})
        _remember_schema(tenant, row.seq, asked.schema_version, asked.output_schema)
    else:
        raise conflict("operation_exists", f"the operation {asked.key} is defined already")
    made = get(tenant, asked.key)
    audit.record(tenant, "operation_defined", made["id"], {"schema_version": asked.schema_version})
    for gate in asked.ship_gates:
        about = {"evaluator_id": gate.evaluator_id, "from": None, "to": gate.min_score}
        audit.record(tenant, "gate_added", made["id"], about)
    return made


def get(tenant: Tenant, id_or_key: str) -> dict[str, Any]:
    """One operation. Raises Refusal (404)."""
    row = _find(tenant, id_or_key)
    if row is None:
        raise not_found("operation")
    return _shown(tenant, row)


def page(tenant: Tenant, after: str | None, limit: int) -> OperationPage:
    """Operations in the order of their keys."""
    statement = sa.select(operation).where(*_visible(tenant))
    if after is not None:
        statement = statement.where(operation.c.key > after)
    shown, more = tenant.page(statement.order_by(operation.c.key), limit, _size)
    return OperationPage([_shown(tenant, row) for row in shown], shown[-1].key if more else None)


def update(tenant: Tenant, id_or_key: str, asked: OperationUpdate) -> dict[str, Any]:
    """Change an operation by the rules of the contract. Raises Refusal (404, 409, 422)."""
    row = _find(tenant, id_or_key)
    if row is None:
        raise not_found("operation")
    given = asked.model_dump(exclude_unset=True, exclude={"allow_loosening"})
    current = Current(row.registration, _json(row.output_schema), row.schema_version, _json(row.ship_gates))
    changes: dict[str, Any] = {name: given[name] for name in ("name", "description") if name in given}
    if changes.get("name", "") is None:
        changes["name"] = row.key
    if asked.ship_gates is not None:
        _change_gates(tenant, row, current, asked)
        changes["ship_gates"] = orjson.dumps(given["ship_gates"])
    if asked.cache is not None and asked.cache != row.cache:
        audit.record(tenant, "cache_changed", row.id, {"from": row.cache, "to": asked.cache})
        changes["cache"] = asked.cache
    if "output_schema" in given or asked.schema_version is not None:
        schema, version = next_schema(current, asked, _versions(tenant, row.seq))
        changes |= {"output_schema": _bytes(schema), "schema_version": version}
        if version != row.schema_version:
            audit.record(tenant, "schema_changed", row.id, {"from": row.schema_version, "to": version})
        _remember_schema(tenant, row.seq, version, schema)
    if changes:
        _change(tenant, row, changes)
    return get(tenant, row.key)


def _change_gates(tenant: Tenant, row: Row, current: Current, asked: OperationUpdate) -> None:
    """Check what is asked for, and write down what it changes. Raises Refusal (409, 422)."""
    gates = asked.ship_gates or []
    check_gates(gates, known=_evaluators(tenant, gates))
    if gates and row.registration == "auto":
        raise conflict("operation_not_defined", "define the operation before giving it ship gates")
    for loss in loosened(current, asked):
        audit.record(tenant, "gate_loosened", row.id, loss)
    for act, about in tightened(current, asked):
        audit.record(tenant, act, row.id, about)


def judged_by(tenant: Tenant, id_or_key: str) -> list[str]:
    """What an audit of this operation is about: itself, and the evaluators of its gates. Raises Refusal (404)."""
    row = _find(tenant, id_or_key)
    if row is None:
        raise not_found("operation")
    return [row.id, *(gate["evaluator_id"] for gate in _json(row.ship_gates))]


def schemas(tenant: Tenant, id_or_key: str, after: str | None, limit: int) -> OperationPage:
    """Every schema version it had, newest first; with how many calls carry each. Raises Refusal (404)."""
    row = _find(tenant, id_or_key)
    if row is None:
        raise not_found("operation")
    versions = tenant.all(
        sa.select(operation_schema)
        .where(operation_schema.c.operation_seq == row.seq)
        .order_by(operation_schema.c.created_ms.desc(), operation_schema.c.schema_version.desc())
    )
    names = [each.schema_version for each in versions]
    begin = names.index(after) + 1 if after in names else 0
    shown = versions[begin : begin + limit]
    used = _calls_by_version(tenant, row.key)
    data = [_schema_wire(each, row, used.get(each.schema_version, 0)) for each in shown]
    more = begin + limit < len(versions)
    return OperationPage(data, shown[-1].schema_version if shown and more else None)


def schema_of(tenant: Tenant, key: str, version: str | None) -> Json:
    """The output schema that a call of this version was made for; the newest where it names no known version."""
    row = tenant.first(
        sa.select(operation.c.seq, operation.c.output_schema).where(
            tenant.mine(operation), operation.c.key == key
        )
    )
    if row is None:
        return None
    newest = _json(row.output_schema)
    return newest if version is None else _versions(tenant, row.seq).get(version, newest)


def schema_named(tenant: Tenant, key: str, version: str) -> Json:
    """The output schema of this very version; None where it has none, or nobody has defined the version yet.

    For datasets: the newest instead would become another one with the next version, and scores made by it stand.
    """
    row = tenant.first(sa.select(operation.c.seq).where(tenant.mine(operation), operation.c.key == key))
    return None if row is None else _versions(tenant, row.seq).get(version)


def _evaluators(tenant: Tenant, gates: Sequence[ShipGate]) -> set[str]:
    return evaluators.known(tenant, [gate.evaluator_id for gate in gates])


def _visible(tenant: Tenant) -> list[sa.ColumnElement[bool]]:
    """A key narrowed to a customer sees the operations of that customer's calls."""
    conditions = [tenant.mine(operation)]
    if tenant.scope.customer is not None:
        used = sa.exists().where(tenant.mine(call), call.c.operation == operation.c.key)
        conditions.append(used)
    return conditions


def _find(tenant: Tenant, id_or_key: str) -> Row | None:
    either = sa.or_(operation.c.key == id_or_key, operation.c.id == id_or_key)
    # A key may look like another operation's id: the key wins.
    best = sa.case((operation.c.key == id_or_key, 0), else_=1)
    return tenant.first(sa.select(operation).where(*_visible(tenant), either).order_by(best))


def _insert(tenant: Tenant, operation_id: str, asked: OperationCreate, registration: str) -> None:
    tenant.run(
        sa.insert(operation).values(
            org=tenant.scope.org,
            id=operation_id,
            key=asked.key,
            registration=registration,
            created_ms=tenant.now_ms,
            **_columns(asked),
        )
    )
    if registration == "defined":
        row = tenant.one(
            sa.select(operation.c.seq).where(tenant.mine(operation), operation.c.key == asked.key)
        )
        _remember_schema(tenant, row.seq, asked.schema_version, asked.output_schema)


def _columns(asked: OperationCreate) -> dict[str, Any]:
    return {
        "name": asked.name or asked.key,
        "description": asked.description,
        "output_schema": _bytes(asked.output_schema),
        "schema_version": asked.schema_version,
        "ship_gates": orjson.dumps([gate.model_dump() for gate in asked.ship_gates]),
        "cache": asked.cache,
    }


def _change(tenant: Tenant, row: Row, changes: dict[str, Any]) -> None:
    tenant.run(
        sa.update(operation).where(tenant.mine(operation), operation.c.seq == row.seq).values(**changes)
    )


def _versions(tenant: Tenant, seq: int) -> dict[str, Any]:
    """Every schema version this operation ever had."""
    rows = tenant.all(sa.select(operation_schema).where(operation_schema.c.operation_seq == seq))
    return {row.schema_version: _json(row.output_schema) for row in rows}


def _calls_by_version(tenant: Tenant, key: str) -> dict[str | None, int]:
    rows = tenant.all(
        sa.select(call.c.schema_version, sa.func.count().label("many"))
        .where(tenant.mine(call), call.c.operation == key, call.c.deleted.is_(sa.false()))
        .group_by(call.c.schema_version)
    )
    return {row.schema_version: row.many for row in rows}


def _schema_wire(version: Row, row: Row, calls: int) -> dict[str, Any]:
    schema = version.output_schema
    return {
        "object": "operation.schema",
        "schema_version": version.schema_version,
        "output_schema": None if schema is None else orjson.Fragment(schema),
        "current": version.schema_version == row.schema_version,
        "calls": calls,
        "created_at": moment(version.created_ms),
    }


def _remember_schema(tenant: Tenant, seq: int, version: str, schema: dict[str, Any] | None) -> None:
    """A version that is known keeps the day it was first there."""
    this = (operation_schema.c.operation_seq == seq, operation_schema.c.schema_version == version)
    if tenant.run(sa.update(operation_schema).where(*this).values(output_schema=_bytes(schema))):
        return
    tenant.run(
        sa.insert(operation_schema).values(
            operation_seq=seq, schema_version=version, output_schema=_bytes(schema), created_ms=tenant.now_ms
        )
    )


def _shown(tenant: Tenant, row: Row) -> dict[str, Any]:
    """A key narrowed to a customer learns what its calls are about, not what the organization defined."""
    whole = _wire(row)
    if tenant.scope.customer is None:
        return whole
    return {name: whole[name] for name in ("id", "object", "key", "name", "registration")}


def _wire(row: Row) -> dict[str, Any]:
    return {
        "id": row.id,
        "object": "operation",
        "key": row.key,
        "name": row.name,
        "description": row.description,
        "output_schema": None if row.output_schema is None else orjson.Fragment(row.output_schema),
        "schema_version": row.schema_version,
        "ship_gates": orjson.Fragment(row.ship_gates),
        "cache": row.cache,
        "registration": row.registration,
        "created_at": moment(row.created_ms),
    }


def _size(row: Row) -> int:
    return len(row.output_schema or b"") + len(row.description or "") + len(row.ship_gates)


def _json(document: bytes | None) -> Any:
    return None if document is None else orjson.loads(document)


def _bytes(value: Any) -> bytes | None:
    return None if value is None else orjson.dumps(value)
