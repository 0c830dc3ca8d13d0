"""The training bundle of a golden dataset, made when it is asked for: the dataset never changes any more."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from atlas_desktop.contract.datasets import DatasetItem
from atlas_desktop.server.storage import audit, datasets, operations, training
from atlas_desktop.server.storage.loop_tables import NOW, dataset_item
from atlas_desktop.server.storage.scope import Tenant

if TYPE_CHECKING:
    from atlas_desktop.domain.exporting.bundle import OpenFile

_AT_ONCE: Final = 100


def make(tenant: Tenant, dataset_id: str, training_id: str, *, veil: bool, open_file: "OpenFile") -> bytes:
    """The zip. Raises Refusal (404)."""
    # Late: the zip's and the veil's modules are for the few who ask for a bundle.
    from atlas_desktop.domain.exporting import veiled_text  # noqa: PLC0415
    from atlas_desktop.domain.exporting.bundle import bundle_of  # noqa: PLC0415

    held = datasets.standing(tenant, dataset_id)
    request = training.get(tenant, held, training_id)
    about = {
        "object": "training.bundle",
        "training_id": training_id,
        "notes": veiled_text(request["notes"]) if veil and request["notes"] else request["notes"],
        "requested_by": request["requested_by"],
        "requested_at": request["created_at"],
        "dataset_id": held.id,
        "dataset_version": held.version,
        "dataset_revision": held.revision,
        "operation_id": held.operation,
        "schema_version": held.schema_version,
        "content_hash": held.content_hash,
    }
    schema = operations.schema_named(tenant, held.operation, held.schema_version)
    made = bundle_of(_items(tenant, held.seq), about, output_schema=schema, veil=veil, open_file=open_file)
    with made.zip as archive:
        return archive.read()


def note_unveiled(tenant: Tenant, dataset_id: str, training_id: str) -> None:
    """Write down, in the trail of the operation, that somebody takes it unveiled. Raises Refusal (404)."""
    held = datasets.standing(tenant, dataset_id)
    training.get(tenant, held, training_id)
    about = {"dataset_id": held.id, "training_id": training_id}
    audit.record(tenant, "bundle_unveiled", operations.get(tenant, held.operation)["id"], about)


def _items(tenant: Tenant, dataset_seq: int) -> Iterator[DatasetItem]:
    after = -1
    while True:
        rows = tenant.all(
            sa.select(dataset_item.c.position, dataset_item.c.document)
            .where(
                tenant.mine(dataset_item),
                dataset_item.c.dataset == dataset_seq,
                dataset_item.c.until == NOW,
                dataset_item.c.position > after,
            )
            .order_by(dataset_item.c.position)
            .limit(_AT_ONCE)
        )
        for row in rows:
            yield DatasetItem.model_validate_json(row.document)
        if len(rows) < _AT_ONCE:
            return
        after = rows[-1].position
