"""Answers from the record, for operations that allow it: the same request of the same customer."""

from functools import partial

import orjson

from atlas_desktop.server.gateway.live_call import REPEATABLE
from atlas_desktop.server.gateway.seams import CachedAnswer, Served
from atlas_desktop.server.storage import cached_answers
from atlas_desktop.server.storage.cached_answers import Place
from atlas_desktop.server.storage.scope import Row, Scope
from atlas_desktop.server.storage.storage import Storage


class RecordedAnswers:
    """Looks answers up in the calls that were recorded."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def look_up(
        self, scope: Scope, customer: str, operation: str, fp_cache: str
    ) -> CachedAnswer | None:
        """The newest answer to the same request of the same customer; never a refunded one, nor one rated down."""
        place = Place(customer, operation, fp_cache)
        row = await self._storage.read(scope, partial(cached_answers.find, place=place))
        return None if row is None else _answer(row)


def _answer(row: Row) -> CachedAnswer | None:
    response, delivery = orjson.loads(row.response), orjson.loads(row.delivery)
    if response["finish_reason"] not in REPEATABLE or "provider" not in delivery:
        return None
    served = Served(
        provider=delivery["provider"],
        model=delivery["model"],
        quantization=delivery["quantization"],
        served_by=delivery["served_by"],
    )
    return CachedAnswer(row.id, response["message"], response["finish_reason"], response["usage"], served)
