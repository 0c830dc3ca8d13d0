"""One call in flight: whatever becomes of it, its recorder hears of its end exactly once."""

import time
from collections.abc import Callable, Mapping
from typing import Final

import orjson

from atlas_desktop.contract.base import Json
from atlas_desktop.contract.delivery import Fingerprints
from atlas_desktop.domain.fingerprints import fingerprints
from atlas_desktop.domain.routing.model import Decision, Variant
from atlas_desktop.domain.routing.trace import explain
from atlas_desktop.server.gateway import delivery
from atlas_desktop.server.gateway.seams import Ending, LiveCall, Served
from atlas_desktop.server.gateway.upstream_errors import UpstreamError

OURS: Final = frozenset(
    {"tier", "tier_strict", "forbid_atlas_network", "metadata", "model", "stream_options"}
    # What tells some gateways where to go, with which key, or to ask another model than was decided (threat 11).
    | {"api_base", "base_url", "api_key", "api_version", "user_config", "custom_llm_provider", "model_list"}
    | {
        "extra_headers",
        "headers",
        "provider",
        "models",
        "route",
        "fallbacks",
        "litellm_params",
        "mock_response",
    }
)
"""Fields of a request that are for the gateway alone, or not for a caller to say."""

Done = Callable[[LiveCall, Ending], None]


class Live:
    """``done`` is called once, by the first of :meth:`finish`, :meth:`cut` and :meth:`fail`."""

    __slots__ = ("_done", "_started", "call", "decision", "ended", "prints", "variant")

    def __init__(
        self, call: LiveCall, prints: Fingerprints, decision: Decision, started: float, done: Done
    ) -> None:
        self.call = call
        self.prints = prints
        self.decision = decision
        self.variant: Variant = decision.variant
        self.ended = False
        self._started = started
        self._done = done

    def body_for(self, variant: Variant) -> bytes:
        """What this variant is asked: all that the client said and is not ours, and what pins the decision."""
        request = self.call.request
        body: dict[str, Json] = {name: value for name, value in request.items() if name not in OURS}
        body["model"] = variant.upstream_model
        body |= variant.send
        if request.get("stream"):
            options = request.get("stream_options")
            body["stream_options"] = (options if isinstance(options, dict) else {}) | {"include_usage": True}
        return orjson.dumps(body)

    def finish(
        self, message: dict[str, Json], finish_reason: str | None, usage: Json, text: str = ""
    ) -> tuple[dict[str, Json], dict[str, Json]]:
        """The call ended as it should: the delivery block and the usage to send. ``text`` is what to count."""
        return self._end(message, finish_reason, usage, text, None)

    def cut(
        self, reason: str, message: dict[str, Json] | None = None, usage: Json = None, text: str = ""
    ) -> None:
        """It ended before it was whole: ``cancelled`` by the client, ``interrupted`` by us; billed so far."""
        if not self.ended:
            self._end(message, reason, usage, text, None)

    def fail(
        self, error: UpstreamError, message: dict[str, Json] | None = None, usage: Json = None, text: str = ""
    ) -> None:
        """The provider failed; what it said until then is kept."""
        if not self.ended:
            self._end(message, "error", usage, text, error)

    def _end(
        self,
        message: dict[str, Json] | None,
        reason: str | None,
        usage: Json,
        text: str,
        error: UpstreamError | None,
    ) -> tuple[dict[str, Json], dict[str, Json]]:
        self.ended = True
        call, variant = self.call, self.variant
        nothing = error is not None and not text and message is None
        estimated = not delivery.usable(usage) and not nothing
        if nothing:
            used: dict[str, Json] = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}
        else:
            used = delivery.estimate(call.request.get("messages"), text) if estimated else dict(usage)
        prints = self.prints if message is None else fingerprints(call.request, message)
        latency = round((time.perf_counter() - self._started) * 1000, 1)
        cost = delivery.cost_of(variant, used)
        block = delivery.block(
            tier=self.decision.tier,
            variant=variant,
            upgraded=self.decision.upgraded,
            cost_usd=cost,
            latency_ms=latency,
            gates=len(call.standing.gates) if call.standing is not None else 0,
            prints=prints,
        )
        call.route = explain(self.decision)
        ending = Ending(
            message=message,
            finish_reason=reason,
            usage=used,
            delivery=block,
            fingerprints=prints,
            served=served_by(variant),
            latency_ms=latency,
            cost_usd=cost,
            estimated=estimated,
            error=error.code if error is not None else None,
            extra=_extra(call, error),
        )
        self._done(call, ending)
        return block, used


def served_by(variant: Variant) -> Served:
    """Who answered, for the record."""
    return Served(
        provider=variant.provider,
        model=variant.model,
        quantization=variant.quantization,
        served_by=variant.served_by,
        prompt_price=variant.prompt_price,
        completion_price=variant.completion_price,
    )


def _extra(call: LiveCall, error: UpstreamError | None) -> dict[str, Json]:
    extra: dict[str, Json] = {}
    if call.release is not None:
        extra["release"] = {"id": call.release.release_id, "stage": call.release.stage}
    if error is not None:
        extra["error_status"] = error.refusal.status
    return extra


def wants_usage(request: Mapping[str, Json]) -> bool:
    """Whether the client wants the usage at the end of its stream."""
    options = request.get("stream_options")
    return isinstance(options, dict) and options.get("include_usage") is True
