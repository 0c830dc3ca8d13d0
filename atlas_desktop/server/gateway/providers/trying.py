"""One tiny completion of a provider, to see whether it is set up right."""

import asyncio
import time
from dataclasses import replace
from typing import Any, Final

import orjson

from atlas_desktop.contract.providers import ModelSpec, ProviderSpec, ProviderTrial
from atlas_desktop.server.gateway.providers.book import Endpoint
from atlas_desktop.server.gateway.providers.variants import variants_of
from atlas_desktop.server.gateway.upstream import Upstream, let_go, read_object
from atlas_desktop.server.gateway.upstream_errors import UpstreamError, too_slow
from atlas_desktop.server.scoring.address import is_this_computer, target_of

SECONDS: Final = 10.0
_TOKENS: Final = 16
_LONGEST_REPLY: Final = 200
_HINTS: Final = {
    "provider_refused_key": "Check the key: it may be another account's, or revoked.",
    "provider_lacks_model": "Check the base URL, which usually ends with /v1, and the model's id.",
    "provider_redirects": "Give the address it redirects to: redirects are not followed, since the key would go along.",
    "provider_nonsense": "Check the base URL, which usually ends with /v1: this may be a web page.",
    "provider_timeout": "A model on your own machine may have to be loaded first: try again.",
}


async def attempt(
    upstream: Upstream, provider: ProviderSpec, model: ModelSpec, to: Endpoint
) -> ProviderTrial:
    """Ask, and say what came of it. Never raises for what a provider does."""
    hurried = replace(to, connect_seconds=SECONDS, first_byte_seconds=SECONDS, total_seconds=SECONDS)
    began = time.perf_counter()
    try:
        async with asyncio.timeout(SECONDS):
            value = await _asked(upstream, provider, model, hurried)
    except TimeoutError:
        return _failed(provider, model, too_slow(provider.name), began)
    except UpstreamError as error:
        return _failed(provider, model, error, began)
    return ProviderTrial(
        ok=True,
        model=model.id,
        served_model=_shown(value.get("model"), to),
        latency_ms=_milliseconds(began),
        status=200,
        reply=_shown(_reply(value), to),
    )


async def _asked(
    upstream: Upstream, provider: ProviderSpec, model: ModelSpec, to: Endpoint
) -> dict[str, Any]:
    alone = provider.model_copy(update={"models": [model]})
    sent = next(variants_of([alone], {provider.name})).send
    if model.kind == "embedding":
        return await _post(upstream, provider, to, "/embeddings", {"model": model.id, "input": "OK", **sent})
    body = {"model": model.id, "messages": [{"role": "user", "content": "Answer with OK."}], **sent}
    try:
        return await _post(upstream, provider, to, "/chat/completions", {**body, "max_tokens": _TOKENS})
    except UpstreamError as error:
        # OpenAI's newer models take it by another name only, which other upstreams do not know.
        if error.refusal.error.get("param") != "max_tokens":
            raise
    return await _post(
        upstream, provider, to, "/chat/completions", {**body, "max_completion_tokens": _TOKENS}
    )


async def _post(
    upstream: Upstream, provider: ProviderSpec, to: Endpoint, path: str, body: dict[str, Any]
) -> dict[str, Any]:
    answer = await upstream.post(provider.name, to, path, orjson.dumps(body))
    try:
        return await read_object(provider.name, answer)
    finally:
        let_go(answer)


def _failed(provider: ProviderSpec, model: ModelSpec, error: UpstreamError, began: float) -> ProviderTrial:
    hint = _HINTS.get(error.code)
    if error.code == "provider_unreachable":
        local = is_this_computer(target_of(provider.base_url).host)
        hint = "Is it running on this computer?" if local else "Check the base URL and the network."
    words = error.words[:1].upper() + error.words[1:]
    return ProviderTrial(
        ok=False,
        model=model.id,
        latency_ms=_milliseconds(began),
        status=error.refusal.status,
        code=error.code,
        error=f"{words}. {hint}" if hint else f"{words}.",
    )


def _milliseconds(began: float) -> float:
    return round((time.perf_counter() - began) * 1000, 1)


def _reply(value: dict[str, Any]) -> Any:
    choices = value.get("choices")
    first = choices[0] if isinstance(choices, list) and choices else None
    message = first.get("message") if isinstance(first, dict) else None
    return message.get("content") if isinstance(message, dict) else None


def _shown(text: Any, to: Endpoint) -> str | None:
    """What a provider said, as far as it is shown; one that repeats its key must not bring it on a screen."""
    if not isinstance(text, str):
        return None
    return (text if to.key is None else text.replace(to.key, "…"))[:_LONGEST_REPLY]
