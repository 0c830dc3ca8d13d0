"""The way of a chat request: what it is about, whether it may be answered from the record, and by whom else."""

import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final, TypeVar

import orjson

from atlas_desktop.contract.base import Json
from atlas_desktop.contract.chat import CallMetadata, ChatCompletionCreate
from atlas_desktop.contract.embeddings import EmbeddingsCreate
from atlas_desktop.contract.ids import is_operation_key
from atlas_desktop.domain.fingerprints import RequestPrints, says_all
from atlas_desktop.domain.routing.model import NoVariantError
from atlas_desktop.server.answers import Answered, Streamed, answer
from atlas_desktop.server.asking import PARSE_INLINE, Asked
from atlas_desktop.server.gateway.completing import complete, repeated
from atlas_desktop.server.gateway.live import Live
from atlas_desktop.server.gateway.presence import ClientGoneError, Presence
from atlas_desktop.server.gateway.providers.refusing import refusal_of
from atlas_desktop.server.gateway.seams import CachedAnswer, LiveCall
from atlas_desktop.server.gateway.standing import Standing
from atlas_desktop.server.gateway.streaming import Stream
from atlas_desktop.server.gateway.upstream_errors import UpstreamError
from atlas_desktop.server.refusals import unprocessable

if TYPE_CHECKING:
    from atlas_desktop.server.gateway.gateway import Gateway

T = TypeVar("T")

_NOBODY: Final = CallMetadata()


async def chat(gateway: "Gateway", asked: Asked) -> Answered | Streamed:
    """The answer to a chat request. Raises Refusal."""
    started = time.perf_counter()
    call = await live_call(gateway, asked)
    whole = await _worked(gateway, asked, lambda: RequestPrints(call.request))
    prints = whole.prints
    live = Live(call, whole, started, gateway.ended)
    if call.operation is not None and call.tier != "batch":
        release = gateway.overlay(asked.scope, call, prints)
        # A canary is answered by its candidate, always: an older answer is another model's.
        found = None
        if release is None or release.stage != "canary":
            found = await _recorded(gateway, call, prints.cache)
        if found is not None:
            return _repeated(gateway, live, asked, found)
        call.release = release
    try:
        live.decided(gateway.decide(call, prints))
    except NoVariantError as error:
        raise refusal_of(error) from None
    if call.tier == "batch" and gateway.batch is not None:
        return await gateway.batch.take(call, asked.token)
    if call.request.get("stream"):
        return Streamed(stream_of(gateway, live, asked).run)
    return await _plain(gateway, live, asked)


async def _plain(gateway: "Gateway", live: Live, asked: Asked) -> Answered:
    gateway.begin(live)
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


async def _recorded(gateway: "Gateway", call: LiveCall, fp_cache: str) -> CachedAnswer | None:
    """An answer from the record, where the operation allows it and the fingerprint says all that matters."""
    if call.standing is None or not call.standing.cache or not says_all(call.request):
        return None
    assert call.operation is not None  # noqa: S101 - something stands for it
    found = await gateway.cache.look_up(call.scope, call.customer, call.operation, fp_cache)
    forbidden = call.request.get("forbid_atlas_network") is True
    if found is not None and forbidden and found.served.served_by == "atlas_network":
        return None
    return found


def _repeated(gateway: "Gateway", live: Live, asked: Asked, found: CachedAnswer) -> Answered | Streamed:
    if live.call.request.get("stream"):
        return Streamed(stream_of(gateway, live, asked, found).run)
    gateway.begin(live)
    return answer(repeated(live, found))


def stream_of(gateway: "Gateway", live: Live, asked: Asked, found: CachedAnswer | None = None) -> Stream:
    """The stream of a call that was decided, or whose answer was found."""
    return Stream(
        gateway.providers, live, gateway.tasks, asked.receive, begin=partial(gateway.begin, live), found=found
    )


async def live_call(gateway: "Gateway", asked: Asked) -> LiveCall:
    """What the request is, before anybody is asked. Raises Refusal (422)."""
    body: ChatCompletionCreate | EmbeddingsCreate = asked.body
    request: dict[str, Json] = await _worked(gateway, asked, lambda: orjson.loads(asked.raw))
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


async def _worked(gateway: "Gateway", asked: Asked, work: Callable[[], T]) -> T:
    """What this makes of a request: at once, or in a thread where it is so long that the loop would stand still."""
    if len(asked.raw) <= PARSE_INLINE:
        return work()
    return await gateway.storage.compute(work)
