"""The way of a chat request: what it is about, whether it may be answered from the record, and by whom else."""

import time
from functools import partial
from typing import TYPE_CHECKING, Final

import orjson

from atlas_desktop.contract.base import Json
from atlas_desktop.contract.chat import CallMetadata, ChatCompletionCreate
from atlas_desktop.contract.ids import is_operation_key
from atlas_desktop.domain.fingerprints import fingerprints
from atlas_desktop.domain.routing.model import NoVariantError
from atlas_desktop.server.answers import Answered, Streamed, answer
from atlas_desktop.server.asking import Asked
from atlas_desktop.server.gateway.completing import complete
from atlas_desktop.server.gateway.live import Live
from atlas_desktop.server.gateway.presence import ClientGoneError, Presence
from atlas_desktop.server.gateway.seams import LiveCall
from atlas_desktop.server.gateway.spool import SpoolError
from atlas_desktop.server.gateway.standing import Standing
from atlas_desktop.server.gateway.streaming import Stream
from atlas_desktop.server.gateway.upstream_errors import UpstreamError
from atlas_desktop.server.refusals import Refusal, unprocessable

if TYPE_CHECKING:
    from atlas_desktop.server.gateway.gateway import Gateway

_NOBODY: Final = CallMetadata()


async def chat(gateway: "Gateway", asked: Asked) -> Answered | Streamed:
    """The answer to a chat request. Raises Refusal."""
    started = time.perf_counter()
    live = await _prepared(gateway, asked, started)
    if live.call.tier == "batch" and gateway.batch is not None:
        return await gateway.batch.take(live.call, asked.token)
    if live.call.request.get("stream"):
        return _streamed(gateway, live, asked)
    return await _plain(gateway, live, asked)


async def _prepared(gateway: "Gateway", asked: Asked, started: float) -> Live:
    """The call and who answers it: nothing is sent or written yet. Raises Refusal."""
    call = await live_call(gateway, asked)
    prints = fingerprints(call.request, None)
    if gateway.releases is not None and call.operation is not None:
        call.release = gateway.releases.overlay(asked.scope, call, prints)
    try:
        decision = gateway.decide(call, prints)
    except NoVariantError as error:
        raise refusal_of(error) from None
    return Live(call, prints, decision, started, gateway.ended)


def _begin(gateway: "Gateway", live: Live) -> None:
    """From here on the call has an end, whatever happens. Raises Refusal (500): nothing is sent then."""
    try:
        gateway.recorder.begin(live.call)
    except SpoolError:
        message = "the call could not be recorded, so nothing was sent to a provider"
        raise Refusal(500, "internal_error", "cannot_record", message) from None
    if live.call.standing is not None:
        gateway.standings.took(live.call.scope, live.call.standing, live.decision)


async def _plain(gateway: "Gateway", live: Live, asked: Asked) -> Answered:
    _begin(gateway, live)
    try:
        async with Presence(gateway.tasks, asked.receive):
            completion = await complete(gateway.providers, live)
    except ClientGoneError:
        live.cut("cancelled")
        return Answered(b"", 499)
    except UpstreamError as error:
        live.fail(error)
        raise error.refusal from None
    finally:
        live.cut("interrupted")
    return answer(completion)


def _streamed(gateway: "Gateway", live: Live, asked: Asked) -> Streamed:
    begin = partial(_begin, gateway, live)
    return Streamed(Stream(gateway.providers, live, gateway.tasks, asked.receive, begin).run)


def refusal_of(error: NoVariantError) -> Refusal:
    """What the router's no is to the caller."""
    if error.code == "model_not_found":
        return Refusal(404, "not_found_error", error.code, error.message, param="model")
    return Refusal(503, "no_provider", error.code, error.message)


async def live_call(gateway: "Gateway", asked: Asked) -> LiveCall:
    """What the request is, before anybody is asked. Raises Refusal (422)."""
    body: ChatCompletionCreate = asked.body
    request: dict[str, Json] = orjson.loads(asked.raw)
    metadata = body.metadata or _NOBODY
    operation = metadata.operation_id
    standing = await _standing(gateway, asked, operation)
    current = standing.schema_version if standing is not None else None
    return LiveCall(
        id=gateway.config.ids("chatcmpl-"),
        scope=asked.scope,
        customer=asked.scope.customer or metadata.customer or "default",
        created_ms=int(gateway.config.clock.now().timestamp() * 1000),
        operation=operation,
        schema_version=metadata.schema_version or current,
        model=body.model,
        tier=body.tier or "standard",
        raw=asked.raw,
        request=request,
        metadata=request.get("metadata") or {},
        standing=standing,
    )


async def _standing(gateway: "Gateway", asked: Asked, operation: str | None) -> Standing | None:
    if operation is None:
        return None
    if not is_operation_key(operation):
        message = "metadata.operation_id is 1 to 64 of a-z 0-9 _ . -, the first a letter or digit"
        raise unprocessable("invalid_field", message, param="metadata.operation_id")
    standings = gateway.standings
    return standings.remembered(asked.scope, operation) or await standings.of(asked.scope, operation)
