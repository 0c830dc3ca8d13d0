"""Training requests on golden datasets."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson
import sqlalchemy as sa

from atlas_desktop.contract.base import format_time
from atlas_desktop.contract.ids import Kind
from atlas_desktop.contract.promotions import TrainingCreate
from atlas_desktop.server.answers import moment
from atlas_desktop.server.promotion_rules import next_business_day
from atlas_desktop.server.refusals import conflict, not_found
from atlas_desktop.server.storage.datasets import Standing, standing
from atlas_desktop.server.storage.loop_tables import training
from atlas_desktop.server.storage.scope import Tenant


@dataclass(frozen=True, slots=True)
class TrainingPage:
    """Requests, newest first, and the last one's number when there are more."""

    data: list[dict[str, Any]]
    position: int | None


def create(
    tenant: Tenant, dataset_id: str, asked: TrainingCreate, ids: Callable[[Kind], str]
) -> dict[str, Any]:
    """Ask for training. Raises Refusal (404, 409)."""
    held = standing(tenant, dataset_id)
    if held.status != "golden":
        raise conflict("dataset_not_golden", "training takes a golden dataset: promote this one first")
    document = {
        "id": ids("tr_"),
        "object": "training",
        "dataset_id": held.id,
        "status": "requested",
        "notes": asked.notes,
        "respond_by": format_time(next_business_day(tenant.now)),
        "requested_by": tenant.scope.reviewer,
        "created_at": moment(tenant.now_ms),
    }
    tenant.run(
        sa.insert(training).values(
            org=tenant.scope.org,
            id=document["id"],
            dataset=held.seq,
            document=orjson.dumps(document),
            created_ms=tenant.now_ms,
        )
    )
    return document


def page(tenant: Tenant, dataset_id: str, before: int | None, limit: int) -> TrainingPage:
    """The requests on this dataset. Raises Refusal (404)."""
    held = standing(tenant, dataset_id)
    statement = sa.select(training).where(tenant.mine(training), training.c.dataset == held.seq)
    if before is not None:
        statement = statement.where(training.c.seq < before)
    shown, more = tenant.page(statement.order_by(training.c.seq.desc()), limit, lambda row: len(row.document))
    return TrainingPage([orjson.loads(row.document) for row in shown], shown[-1].seq if more else None)


def get(tenant: Tenant, held: Standing, training_id: str) -> dict[str, Any]:
    """One request on this dataset. Raises Refusal (404)."""
    row = tenant.first(
        sa.select(training.c.document).where(
            tenant.mine(training), training.c.dataset == held.seq, training.c.id == training_id
        )
    )
    if row is None:
        raise not_found("training")
    found: dict[str, Any] = orjson.loads(row.document)
    return found
