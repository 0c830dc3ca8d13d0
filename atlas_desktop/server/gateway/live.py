"""One call in flight: whatever becomes of it, its recorder hears of its end exactly once."""

import time
from collections.abc import Callable, Mapping
from typing import Final

import orjson

from atlas_desktop.contract.base import Json
from atlas_desktop.domain.fingerprints import RequestPrints
from atlas_desktop.domain.routing.model import Decision, Variant
from atlas_desktop.domain.routing.trace import explain
from atlas_desktop.server.gateway import delivery
from atlas_desktop.server.gateway.seams import CachedAnswer, Ending, LiveCall, Served
from atlas_desktop.server.gateway.upstream_errors import UpstreamError

OURS: Final = frozenset(
    {"tier", "tier_strict", "forbid_atlas_network", "metadata", "model", "stream_options"}
    # What tells some gateways where to go, with which key, or to ask another model than was decided (threat 11).
    | {"base_url", "user_config", "model_list"}
    | {
        "extra_headers",
        "headers",
        "provider",
        "models",
        "route",
        "fallbacks",
        "preset",
        "base_model",
        "deployment_id",
        "specific_deployment",
        "organization",
        "project",
        "region_name",
        "proxy",
        "extra_body",
        "extra_query",
        "kv_transfer_params",
        "model_info",
        "prompt_id",
        "num_retries",
        "callbacks",
        "success_callback",
        "failure_callback",
        "input_cost_per_token",
        "output_cost_per_token",
    }
)
"""Fields of a request that are for the gateway alone, or not for a caller to say."""

_NEVER: Final = (
    "api_",
    "aws_",
    "azure_",
    "vertex_",
    "gcs_",
    "s3_",
    "hf_",
    "litellm_",
    "custom_llm_",
    "mock_",
)
"""How fields begin that are credentials, addresses or switches of such gateways; none is of the protocol."""

Done = Callable[[LiveCall, Ending], None]
_NOTHING: Final[dict[str, Json]] = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}


class Live:
    """``done`` is called once, by the first of :meth:`finish`, :meth:`cut`, :meth:`fail` and :meth:`repeat`."""

    __slots__ = ("_decision", "_done", "_missed", "_started", "_variant", "call", "ended", "prints")

    def __init__(self, call: LiveCall, prints: RequestPrints, started: float, done: Done) -> None:
        self.call = call
        self.prints = prints
        self.ended = False
        self._decision: Decision | None = None
        self._variant: Variant | None = None
        self._missed: list[str] = []
        self._started = started
        self._done = done

    @property
    def is_decided(self) -> bool:
        """Whether somebody was chosen to answer it; not where its answer was found in the record."""
        return self._decision is not None

    @property
    def decision(self) -> Decision:
        """Who was to answer."""
        assert self._decision is not None  # noqa: S101 - asked by those who follow decided()
        return self._decision

    @property
    def variant(self) -> Variant:
        """Who answers."""
        return self._variant or self.decision.variant

    def decided(self, decision: Decision, variant: Variant | None = None) -> None:
        """Who answers; where it is not the first choice, who else."""
        self._decision = decision
        self._variant = variant or decision.variant

    def missed(self) -> None:
        """Nothing could be sent to whoever was to answer."""
        self._missed.append(self.variant.provider)

    def body_for(self, variant: Variant) -> bytes:
        """What this variant is asked: all that the client said and is not ours, and what pins the decision."""
        request = self.call.request
        body: dict[str, Json] = {
            name: value for name, value in request.items() if name not in OURS and not name.startswith(_NEVER)
        }
        body["model"] = variant.upstream_model
        body |= variant.send
        if request.get("stream"):
            options = request.get("stream_options")
            body["stream_options"] = (options if isinstance(options, dict) else {}) | {"include_usage": True}
        return orjson.dumps(body)

    def finish(
        self, message: dict[str, Json] | None, finish_reason: str | None, usage: Json, text: str
    ) -> tuple[dict[str, Json], dict[str, Json]]:
        """The call ended as it should: the delivery block and the usage to send. ``text`` is what to count."""
        used, estimated = self._used(usage, text)
        cost = delivery.cost_of(self.variant, used)
        ending = self._ending(message, finish_reason, used, served_by(self.variant), cost)
        ending.estimated = estimated
        return self._end(ending), used

    def cut(
        self, reason: str, message: dict[str, Json] | None = None, usage: Json = None, text: str = ""
    ) -> None:
        """It ended before it was whole: ``cancelled`` by the client, ``interrupted`` by us; billed so far."""
        if not self.ended:
            used, estimated = self._used(usage, text)
            cost = delivery.cost_of(self.variant, used)
            ending = self._ending(message, reason, used, served_by(self.variant), cost)
            ending.estimated = estimated
            self._end(ending)

    def fail(
        self, error: UpstreamError, message: dict[str, Json] | None = None, usage: Json = None, text: str = ""
    ) -> None:
        """The provider failed; what it said until then is kept, and billed where it said something."""
        if self.ended:
            return
        used, estimated = self._used(usage, text) if message is not None else (_NOTHING, False)
        cost = delivery.cost_of(self.variant, used)
        ending = self._ending(message, "error", used, served_by(self.variant), cost)
        ending.estimated = estimated
        ending.error = error.code
        ending.extra["error_status"] = error.refusal.status
        self._end(ending)

    def repeat(self, found: CachedAnswer) -> tuple[dict[str, Json], dict[str, Json]]:
        """It is answered from the record, for nothing."""
        usage = found.usage or _NOTHING
        ending = self._ending(found.message, found.finish_reason, usage, found.served, 0.0)
        ending.cached_from = found.call_id
        assert ending.delivery is not None  # noqa: S101 - made a line above
        ending.delivery["cached_from"] = found.call_id
        return self._end(ending), usage

    def _used(self, usage: Json, text: str) -> tuple[dict[str, Json], bool]:
        if delivery.usable(usage):
            return usage, False
        return delivery.estimate(self.call.request, text), True

    def _ending(
        self,
        message: dict[str, Json] | None,
        reason: str | None,
        used: dict[str, Json],
        served: Served,
        cost: float,
    ) -> Ending:
        call, decision = self.call, self._decision
        prints = self.prints.with_answer(message)
        latency = round((time.perf_counter() - self._started) * 1000, 1)
        block = delivery.block(
            tier=decision.tier if decision is not None else call.tier,
            served=served,
            upgraded=decision is not None and decision.upgraded,
            cost_usd=cost,
            latency_ms=latency,
            gates=len(call.standing.gates) if call.standing is not None else 0,
            prints=prints,
        )
        ending = Ending(message, reason, used, block, prints, served, latency, cost)
        if call.release is not None:
            ending.extra["release"] = {"id": call.release.release_id, "stage": call.release.stage}
        return ending

    def _end(self, ending: Ending) -> dict[str, Json]:
        if self._decision is not None:
            self.call.route = explain(self._decision)
            if self._missed:
                self.call.route["unreachable"] = self._missed
        self._done(self.call, ending)
        # Only now: what could not be recorded so may still be recorded as interrupted.
        self.ended = True
        assert ending.delivery is not None  # noqa: S101 - made by _ending
        return ending.delivery


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


def wants_usage(request: Mapping[str, Json]) -> bool:
    """Whether the client wants the usage at the end of its stream."""
    options = request.get("stream_options")
    return isinstance(options, dict) and options.get("include_usage") is True
