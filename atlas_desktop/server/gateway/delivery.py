"""The delivery block of an answer, what it cost, and what was used where the provider does not say."""

from collections.abc import Mapping
from typing import Final

import orjson

from atlas_desktop.contract.base import Json
from atlas_desktop.contract.delivery import Fingerprints, Tier
from atlas_desktop.domain.routing.model import Variant
from atlas_desktop.domain.routing.prices import cost_nano, usd_of
from atlas_desktop.server.gateway.seams import Served
from atlas_desktop.server.storage.usage_events import MOST_TOKENS

_COUNTS: Final = ("prompt_tokens", "completion_tokens", "total_tokens")
_BYTES_A_TOKEN: Final = 4
"""Of English text, about; a guess is said to be one."""


def block(
    *,
    tier: Tier,
    served: Served,
    upgraded: bool,
    cost_usd: float | None,
    latency_ms: float,
    gates: int,
    prints: Fingerprints,
) -> dict[str, Json]:
    """The block in the order of the seed."""
    return {
        "tier": tier,
        "served_by": served.served_by,
        "provider": served.provider,
        "quantization": served.quantization,
        "upgraded": upgraded,
        "cost_usd": cost_usd,
        "latency_ms": latency_ms,
        "evals": {"gates": gates, "scheduled": gates > 0},
        "fingerprints": {
            "prompt": prints.prompt,
            "exchange": prints.exchange,
            "schema": prints.json_schema,
            "cache": prints.cache,
        },
    }


def cost_of(variant: Variant, usage: Mapping[str, Json]) -> float:
    """US dollars for these tokens."""
    details = usage.get("prompt_tokens_details")
    cached = details.get("cached_tokens") if isinstance(details, dict) else None
    prompt, completion = tokens(usage, "prompt_tokens"), tokens(usage, "completion_tokens")
    return usd_of(cost_nano(variant, prompt, completion, _count(cached)))


def tokens(usage: Mapping[str, Json], name: str) -> int:
    """A count of tokens; 0 where it says none."""
    return _count(usage.get(name))


def usable(usage: Json) -> bool:
    """Whether this says how many tokens were used, in numbers that can be."""
    if not isinstance(usage, dict) or not _count(usage.get("prompt_tokens")):
        return False
    return all(_is_count(usage[name]) for name in _COUNTS if usage.get(name) is not None)


def estimate(request: Mapping[str, Json], text: str) -> dict[str, Json]:
    """Usage of a call by its length, where its provider gave none or it was cut short."""
    asked = [request.get(name) for name in ("messages", "input", "tools") if name in request]
    prompt = max(1, len(orjson.dumps(asked)) // _BYTES_A_TOKEN)
    completion = -(-len(text.encode("utf-8", "replace")) // _BYTES_A_TOKEN)
    return {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
        "estimated": True,
    }


def _count(value: Json) -> int:
    return value if _is_count(value) else 0


def _is_count(value: Json) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST_TOKENS
