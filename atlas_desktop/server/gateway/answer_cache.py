"""Answers from the record, for operations that allow it: the same request of the same customer."""

from functools import partial

import orjson

from atlas_desktop.server.gateway.live_call import REPEATABLE
from atlas_desktop.server.gateway.recorder import LiveRecorder
from atlas_desktop.server.gateway.seams import CachedAnswer, Served
from atlas_desktop.server.storage import cached_answers
from atlas_desktop.server.storage.cached_answers import Place
from atlas_desktop.server.storage.scope import Scope
from atlas_desktop.server.storage.storage import Storage


class RecordedAnswers:
    """Looks answers up in the calls that were recorded, and in those that are about to be."""

    def __init__(self, storage: Storage, recorder: LiveRecorder) -> None:
        self._storage = storage
        self._recorder = recorder

    async def look_up(
        self, scope: Scope, customer: str, operation: str, fp_cache: str
    ) -> CachedAnswer | None:
        """The newest answer to the same request of the same customer; never a refunded one, nor one rated down."""
        place = Place(customer, operation, fp_cache)
        if (fresh := self._recorder.answer(scope, place)) is not None:
            return _answer(fresh.begun.id, fresh.ended.response, fresh.ended.delivery)
        row = await self._storage.read(scope, partial(cached_answers.find, place=place))
        return None if row is None else _answer(row.id, row.response, row.delivery)


def _answer(call_id: str, said: bytes, how: bytes) -> CachedAnswer | None:
    response, delivery = orjson.loads(said), orjson.loads(how)
    if response["finish_reason"] not in REPEATABLE or "provider" not in delivery:
        return None
    served = Served(
        provider=delivery["provider"],
        model=delivery["model"],
        quantization=delivery["quantization"],
        served_by=delivery["served_by"],
    )
    return CachedAnswer(call_id, response["message"], response["finish_reason"], response["usage"], served)
