"""Calls as what items of a dataset are made from."""

from collections.abc import Collection
from typing import Final

import orjson
import sqlalchemy as sa

from atlas_desktop.contract.chat import Message
from atlas_desktop.domain.answer import answer_text
from atlas_desktop.server.dataset_rules import Source
from atlas_desktop.server.refusals import too_large
from atlas_desktop.server.storage.scope import Row, Tenant
from atlas_desktop.server.storage.tables import call, call_document

MOST_BYTES: Final = 16 * 1024 * 1024
"""What the calls of one request may have together: they are read, checked, kept and sent back at once."""


def sources(tenant: Tenant, call_ids: Collection[str]) -> dict[str, Source]:
    """Those of these calls that there are, by id. Raises Refusal (413) when they are too large together."""
    if not call_ids:
        return {}
    which = (tenant.mine(call), call.c.id.in_(call_ids), call.c.deleted.is_(sa.false()))
    joined = call_document.c.seq == call.c.seq
    sizes = sa.func.length(call_document.c.request) + sa.func.length(call_document.c.response)
    total = tenant.one(
        sa.select(sa.func.coalesce(sa.func.sum(sizes), 0).label("bytes"))
        .select_from(call)
        .join(call_document, joined)
        .where(*which)
    )
    if total.bytes > MOST_BYTES:
        message = (
            f"these calls have more than {MOST_BYTES // 1024**2} MiB together: add them in smaller parts"
        )
        raise too_large(message, code="items_too_large")
    rows = tenant.all(
        sa.select(
            call.c.id,
            call.c.operation,
            call.c.schema_version,
            call.c.fp_prompt,
            call.c.rating,
            call.c.corrected,
            call.c.feedback,
            call.c.correction,
            call_document.c.request,
            call_document.c.response,
        )
        .join(call_document, joined)
        .where(*which)
    )
    return {row.id: _source(row) for row in rows}


def still_there(tenant: Tenant, call_ids: Collection[str]) -> set[str]:
    """Which of these calls there are now."""
    rows = tenant.all(
        sa.select(call.c.id).where(tenant.mine(call), call.c.id.in_(call_ids), call.c.deleted.is_(sa.false()))
    )
    return {row.id for row in rows}


def _source(row: Row) -> Source:
    said = row.correction or (row.feedback if row.corrected else None)
    return Source(
        row.id,
        row.operation,
        row.schema_version,
        row.fp_prompt,
        orjson.loads(row.request),
        answer_text(Message.model_validate(orjson.loads(row.response)["message"])),
        None if said is None else orjson.loads(said)["correction"],
        row.rating == "thumbs_up",
    )
