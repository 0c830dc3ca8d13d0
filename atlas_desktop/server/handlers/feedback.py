"""Writing and listing feedback."""

from typing import Any, cast

import orjson
from pydantic import ValidationError

from atlas_desktop.contract.feedback import FeedbackBatch, FeedbackCreate
from atlas_desktop.contract.listing import FeedbackQuery
from atlas_desktop.contract.text import bad_text
from atlas_desktop.server.answers import Answered, answer, page
from atlas_desktop.server.asking import PARSE_INLINE, Asked
from atlas_desktop.server.atlas import Atlas
from atlas_desktop.server.feedback_rules import Said
from atlas_desktop.server.refusals import Refusal, invalid, invalid_text
from atlas_desktop.server.storage import feedback
from atlas_desktop.server.storage.scope import Tenant


async def create(atlas: Atlas, asked: Asked) -> Answered:
    """One act."""
    act: FeedbackCreate = asked.body

    def work(tenant: Tenant) -> Answered:
        (result,) = feedback.record(tenant, [act], atlas.config.ids)
        if isinstance(result, Refusal):
            raise result
        return Answered(result.document)

    return await atlas.act(asked, work)


async def batch(atlas: Atlas, asked: Asked) -> Answered:
    """Many acts, each on its own, in order."""
    body: FeedbackBatch = asked.body

    def read_items() -> list[FeedbackCreate | Refusal]:
        return [_item(index, item) for index, item in enumerate(body.items)]

    small = len(asked.raw) <= PARSE_INLINE
    acts = read_items() if small else await atlas.storage.compute(read_items)

    def work(tenant: Tenant) -> Answered:
        results = feedback.record(tenant, acts, atlas.config.ids)
        return answer({"results": [_result(result) for result in results]})

    return await atlas.act(asked, work)


async def listing(atlas: Atlas, asked: Asked) -> Answered:
    """Rows of feedback, newest first."""
    query: FeedbackQuery = asked.query
    after = cast("list[int] | None", atlas.unseal(asked))

    def ask(tenant: Tenant) -> Answered:
        position = after[0] if after else None
        found = feedback.page(tenant, query.call_id, query.reviewer, position, query.limit)
        return page(list(found.data), atlas.seal(asked, found.position))

    return await atlas.storage.read(asked.scope, ask)


def _item(index: int, item: dict[str, Any]) -> FeedbackCreate | Refusal:
    if (bad := bad_text(item)) is not None:
        return invalid_text(("items", index, *bad))
    try:
        return FeedbackCreate.model_validate(item, strict=True)
    except ValidationError as error:
        return invalid(error, at=("items", index))


def _result(result: Said | Refusal) -> dict[str, Any]:
    if isinstance(result, Refusal):
        return {"status": result.status, "error": result.error, **result.beside}
    return {"status": 200, "feedback": orjson.Fragment(result.document)}
