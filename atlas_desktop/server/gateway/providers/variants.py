"""The table as it is written, made into what the router chooses from."""

from collections.abc import Container, Iterator, Sequence
from typing import Any, Final

from atlas_desktop.contract.providers import ModelSpec, ProviderSpec
from atlas_desktop.domain.routing.model import FULL, TIERS, Variant
from atlas_desktop.domain.routing.prices import nano_of

_QUANTIZATIONS: Final = {
    FULL: ["bf16", "fp16", "fp32"],
    "q8": ["fp8", "int8"],
    "q4": ["fp4", "int4"],
}
"""Ours in OpenRouter's words (openrouter.ai/docs/features/provider-routing)."""


def variants_of(providers: Sequence[ProviderSpec], ready: Container[str]) -> Iterator[Variant]:
    """Every variant, in the order of the table. ``ready``: the providers that can be asked now."""
    for provider in providers:
        for model in provider.models:
            yield _variant(provider, model, ready=provider.name in ready)


def public_name(provider: ProviderSpec, model: ModelSpec) -> str:
    """What the model is asked for by: ``vendor/model``."""
    if model.model is not None:
        return model.model
    return model.id if "/" in model.id else f"{provider.name}/{model.id}"


def served_as(provider: ProviderSpec, model: ModelSpec) -> str:
    """Who serves it in the end, as the delivery names it."""
    if model.via is not None:
        return model.title or model.via
    return provider.title or provider.name


def _variant(provider: ProviderSpec, model: ModelSpec, *, ready: bool) -> Variant:
    usual = TIERS if model.quantization == FULL else ("standard", "batch")
    return Variant(
        entry=provider.name,
        provider=served_as(provider, model),
        model=public_name(provider, model),
        upstream_model=model.id,
        quantization=model.quantization,
        prompt_nano=nano_of(model.prompt_usd),
        completion_nano=nano_of(model.completion_usd),
        cached_nano=None if model.cached_usd is None else nano_of(model.cached_usd),
        served_by=provider.served_by,
        open_weight=model.open_weight,
        kind=model.kind,
        tiers=frozenset(model.tiers or usual),
        frontier=model.frontier,
        vetted=model.vetted,
        lacks=frozenset(model.lacks),
        send=_sent(provider, model),
        ready=ready,
    )


def _sent(provider: ProviderSpec, model: ModelSpec) -> dict[str, Any]:
    """The body's fields that hold the upstream to the decision."""
    if provider.pins != "openrouter":
        return model.send
    pins: dict[str, Any] = {"sort": "price", "allow_fallbacks": False}
    if model.via is not None:
        pins["only"] = [model.via]
    # What serves closed weights says "unknown" there: a filter would leave nobody.
    if model.open_weight and model.quantization in _QUANTIZATIONS:
        pins["quantizations"] = _QUANTIZATIONS[model.quantization]
    own = model.send.get("provider")
    return model.send | {"provider": (own if isinstance(own, dict) else {}) | pins}
