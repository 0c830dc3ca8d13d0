"""Committing live calls: the call, what it counts for, and what is to come of it, all or nothing."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import orjson

from atlas_desktop.contract.text import storable
from atlas_desktop.domain.recorded import Recorded, searched
from atlas_desktop.server.gateway.live_call import LiveRecord
from atlas_desktop.server.storage import cached_answers, live_jobs, release_results, usage_events
from atlas_desktop.server.storage.cached_answers import Place
from atlas_desktop.server.storage.live_jobs import OpenGate
from atlas_desktop.server.storage.recording import record_new
from atlas_desktop.server.storage.scope import Tenant
from atlas_desktop.server.storage.usage_events import Used, used_by

_BESIDE: Final = ("model", "metadata")
"""Fields of a body that the call has beside its request."""
_NUL: Final = b"\\u0000"


def commit(tenant: Tenant, records: Sequence[LiveRecord]) -> list[LiveRecord]:
    """Store those that are new, and meter them; those that were. The tenant must be a whole organization."""
    if tenant.scope.customer is not None:
        raise ValueError("live calls say themselves whose they are")
    made = [_made(record) for record in records]
    numbers = record_new(tenant, [call for call, _ in made])
    fresh = [
        (record, used) for record, (_, used) in zip(records, made, strict=True) if record.begun.id in numbers
    ]
    # The same id twice in a group is one call: the first of them.
    once: dict[str, tuple[LiveRecord, Used]] = {}
    for record, used in fresh:
        once.setdefault(record.begun.id, (record, used))
    kept = [record for record, _ in once.values()]
    usage_events.meter(tenant, [used for _, used in once.values()])
    live_jobs.add(tenant, _jobs(kept, numbers))
    cached_answers.remember(tenant, _answers(kept, numbers))
    release_results.note(tenant, kept)
    return kept


def _made(record: LiveRecord) -> tuple[Recorded, Used]:
    begun, how = record.begun, record.ended
    body: dict[str, Any] = orjson.loads(begun.raw)
    request = {name: value for name, value in body.items() if name not in _BESIDE}
    request.setdefault("messages", _embedded(request.pop("input", None)))
    response: dict[str, Any] = orjson.loads(how.response)
    message = response["message"]
    nano = how.cost_nano
    call = Recorded(
        number=0,
        source_id=begun.id,
        call_id=begun.id,
        created_at=datetime.fromtimestamp(begun.created_ms / 1000, UTC),
        customer=begun.customer,
        operation=begun.operation,
        schema_version=begun.schema_version,
        model=begun.model,
        finish_reason=how.finish_reason,
        request=orjson.dumps(request),
        response=_kept(how.response),
        delivery=how.delivery,
        metadata=begun.metadata,
        text=_text(request, message),
        fingerprints=how.prints,
        latency_ms=how.latency_ms,
        cost_usd=None if nano is None else nano / 1_000_000_000,
        feedback=(),
        way=how.way,
    )
    return call, used_by(begun.id, begun.customer, begun.operation, response.get("usage"), nano)


def _text(request: Mapping[str, Any], message: Mapping[str, Any]) -> str:
    content = message.get("content")
    output = content if isinstance(content, str) else ""
    # Of what no store can keep, only NUL comes through the parser.
    return searched(request["messages"], output, message.get("tool_calls")).replace("\x00", "\ufffd")


def _embedded(given: Any) -> list[dict[str, Any]]:
    """What was to be embedded, as messages: a call has some."""
    texts = given if isinstance(given, list) else [given]
    return [
        {"role": "user", "content": text if isinstance(text, str) else orjson.dumps(text).decode()}
        for text in texts
        if text is not None
    ]


def _kept(response: bytes) -> bytes:
    """The response as every store can keep it: a model may say NUL."""
    return response if _NUL not in response else orjson.dumps(_storable(orjson.loads(response)))


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return storable(value)[0]
    if isinstance(value, dict):
        return {storable(name)[0]: _storable(member) for name, member in value.items()}
    return [_storable(member) for member in value] if isinstance(value, list) else value


def _jobs(records: Sequence[LiveRecord], numbers: Mapping[str, int]) -> list[tuple[int, list[OpenGate]]]:
    return [
        (
            numbers[record.begun.id],
            [OpenGate(gate.evaluator_id, gate.version, gate.min_score) for gate in record.begun.gates],
        )
        for record in records
        if record.judged
    ]


def place_of(record: LiveRecord) -> Place | None:
    """Where its answer is found again, if it may be given again."""
    begun = record.begun
    if not record.repeatable or begun.operation is None or release_results.in_canary(record):
        return None
    return Place(begun.customer, begun.operation, record.ended.prints.cache)


def _answers(records: Sequence[LiveRecord], numbers: Mapping[str, int]) -> list[tuple[Place, int]]:
    places = [(place_of(record), numbers[record.begun.id]) for record in records]
    return [(place, number) for place, number in places if place is not None]
