"""Datasets as they stand. They belong to the organization: a key narrowed to a customer sees none."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from atlas_desktop.contract.base import Json
from atlas_desktop.contract.datasets import DatasetCreate
from atlas_desktop.contract.ids import Kind
from atlas_desktop.contract.listing import DatasetsQuery
from atlas_desktop.server.answers import moment
from atlas_desktop.server.dataset_rules import EMPTY_HASH, Wanted
from atlas_desktop.server.refusals import conflict, not_found, unprocessable
from atlas_desktop.server.storage import operations
from atlas_desktop.server.storage.loop_tables import NOW, dataset, dataset_item
from atlas_desktop.server.storage.scope import Row, Tenant
from atlas_desktop.server.storage.tables import operation, operation_schema


@dataclass(frozen=True, slots=True)
class DatasetPage:
    """Datasets, newest first, and the place of the last when there are more."""

    data: list[dict[str, Any]]
    position: int | None


@dataclass(frozen=True, slots=True)
class Standing:
    """A dataset as it is now."""

    seq: int
    id: str
    operation: str
    name: str
    schema_version: str
    status: str
    version: int
    revision: int
    item_count: int
    content_hash: str


def create(tenant: Tenant, asked: DatasetCreate, ids: Callable[[Kind], str]) -> dict[str, Any]:
    """Start a draft. Raises Refusal (422) for an operation or a schema version that is not known."""
    row = _operation(tenant, asked.operation_id)
    if row is None:
        message = f"there is no operation {asked.operation_id}"
        raise unprocessable("unknown_operation", message, param="operation_id")
    version = asked.schema_version or row.schema_version
    known = _versions(tenant, row.seq)
    if row.registration == "defined" and version not in known:
        message = f"the operation {row.key} has no schema_version {version}"
        raise unprocessable("unknown_schema_version", message, param="schema_version")
    return insert(
        tenant,
        ids("ds_"),
        {
            "operation": row.key,
            "name": asked.name,
            "schema_version": version,
            "version": 1,
            "revision": 0,
            "item_count": 0,
            "content_hash": EMPTY_HASH,
            "branched_from": None,
        },
    )


def insert(tenant: Tenant, dataset_id: str, values: dict[str, Any]) -> dict[str, Any]:
    """Keep a new draft."""
    fixed = {"org": tenant.scope.org, "id": dataset_id, "status": "draft", "created_ms": tenant.now_ms}
    tenant.run(sa.insert(dataset).values(**fixed, **values))
    return get(tenant, dataset_id)


def get(tenant: Tenant, dataset_id: str) -> dict[str, Any]:
    """One dataset. Raises Refusal (404)."""
    return wire(_known(tenant, dataset_id))


def page(tenant: Tenant, asked: DatasetsQuery, after: int | None) -> DatasetPage:
    """Datasets, newest first."""
    statement = sa.select(dataset).where(*visible(tenant, dataset))
    if asked.operation_id is not None:
        statement = statement.where(dataset.c.operation == asked.operation_id)
    if asked.status is not None:
        statement = statement.where(dataset.c.status == asked.status)
    if after is not None:
        statement = statement.where(dataset.c.seq < after)
    shown, more = tenant.page(statement.order_by(dataset.c.seq.desc()), asked.limit, lambda _: 500)
    return DatasetPage([wire(row) for row in shown], shown[-1].seq if more else None)


def standing(tenant: Tenant, dataset_id: str, *, to_change: bool = False) -> Standing:
    """A dataset as it is now; ``to_change`` locks it until COMMIT. Raises Refusal (404)."""
    row = _known(tenant, dataset_id, locked=to_change)
    return Standing(
        row.seq,
        row.id,
        row.operation,
        row.name,
        row.schema_version,
        row.status,
        row.version,
        row.revision,
        row.item_count,
        row.content_hash,
    )


def draft(tenant: Tenant, dataset_id: str) -> Standing:
    """A draft, locked until COMMIT. Raises Refusal (404, 409)."""
    found = standing(tenant, dataset_id, to_change=True)
    if found.status != "draft":
        raise conflict(
            "dataset_not_draft", f"the dataset {found.id} is {found.status}: branch it to change its items"
        )
    return found


def wanted(tenant: Tenant, found: Standing) -> tuple[Wanted, Json]:
    """What the dataset takes, and the schema its expected outputs have to conform to, if there is one."""
    row = _operation(tenant, found.operation)
    versions = [] if row is None else _versions(tenant, row.seq)
    first = versions[0] if versions else "1" if row is None else str(row.schema_version)
    schema = operations.schema_named(tenant, found.operation, found.schema_version)
    return Wanted(found.operation, found.schema_version, first), schema


def branch(tenant: Tenant, dataset_id: str, name: str | None, ids: Callable[[Kind], str]) -> dict[str, Any]:
    """A new draft with the same items, which keep their ids and revisions. Raises Refusal (404)."""
    found = standing(tenant, dataset_id, to_change=True)
    made = insert(
        tenant,
        ids("ds_"),
        {
            "operation": found.operation,
            "name": name or found.name,
            "schema_version": found.schema_version,
            "version": found.version,
            "revision": found.revision,
            "item_count": found.item_count,
            "content_hash": found.content_hash,
            "branched_from": found.id,
        },
    )
    seq = standing(tenant, made["id"]).seq
    copied = [column for column in dataset_item.c if column.name not in ("seq", "dataset")]
    items = (
        sa.select(sa.literal(seq), *copied)
        .where(tenant.mine(dataset_item), dataset_item.c.dataset == found.seq, dataset_item.c.until == NOW)
        .order_by(dataset_item.c.position)
    )
    tenant.run(sa.insert(dataset_item).from_select(["dataset", *(column.name for column in copied)], items))
    return made


def visible(tenant: Tenant, table: sa.Table) -> list[sa.ColumnElement[bool]]:
    """Datasets and what is made of them hold texts of every customer: a key narrowed to one sees none."""
    conditions = [tenant.mine(table)]
    if tenant.scope.customer is not None:
        conditions.append(sa.false())
    return conditions


def wire(row: Row) -> dict[str, Any]:
    """A row of ``dataset`` as it is sent."""
    return {
        "id": row.id,
        "object": "dataset",
        "operation_id": row.operation,
        "name": row.name,
        "schema_version": row.schema_version,
        "status": row.status,
        "version": row.version,
        "revision": row.revision,
        "item_count": row.item_count,
        "content_hash": row.content_hash,
        "branched_from": row.branched_from,
        "created_at": moment(row.created_ms),
        "promoted_at": None if row.promoted_ms is None else moment(row.promoted_ms),
    }


def _known(tenant: Tenant, dataset_id: str, *, locked: bool = False) -> Row:
    statement = sa.select(dataset).where(*visible(tenant, dataset), dataset.c.id == dataset_id)
    row = tenant.first(statement.with_for_update() if locked else statement)
    if row is None:
        raise not_found("dataset")
    return row


def _operation(tenant: Tenant, id_or_key: str) -> Row | None:
    either = sa.or_(operation.c.key == id_or_key, operation.c.id == id_or_key)
    best = sa.case((operation.c.key == id_or_key, 0), else_=1)
    return tenant.first(sa.select(operation).where(tenant.mine(operation), either).order_by(best))


def _versions(tenant: Tenant, operation_seq: int) -> list[str]:
    """Every schema version of a defined operation, the first one first."""
    rows = tenant.all(
        sa.select(operation_schema.c.schema_version)
        .where(operation_schema.c.operation_seq == operation_seq)
        .order_by(operation_schema.c.created_ms, operation_schema.c.schema_version)
    )
    return [row.schema_version for row in rows]
