"""A live call as it is kept: what the spool holds of it, and what becomes of that in the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson

from atlas_desktop.domain.recorded import Prints
from atlas_desktop.server.gateway.seams import Ending, LiveCall, Standing
from atlas_desktop.server.storage.scope import Scope

CUT: Final = frozenset({"cancelled", "interrupted", "error"})
"""Why a call ended without a whole answer: nobody judges it, so it is never refunded, nor given again."""


@dataclass(frozen=True, slots=True)
class PinnedGate:
    """A gate as it stood when the call was asked: what scores the call, whatever is changed meanwhile."""

    evaluator_id: str
    version: int
    min_score: float


@dataclass(frozen=True, slots=True)
class Begun:
    """What is kept of a call before it is sent upstream. ``raw`` is the client's body as it came."""

    id: str
    scope: Scope
    customer: str
    created_ms: int
    operation: str | None
    schema_version: str | None
    model: str
    tier: str
    metadata: bytes
    gates: tuple[PinnedGate, ...]
    cache: bool
    raw: bytes


@dataclass(frozen=True, slots=True)
class Ended:
    """What is kept of how a call ended: the JSON of the contract's fields, and what is searched by."""

    finish_reason: str | None
    response: bytes
    delivery: bytes
    prints: Prints
    latency_ms: float
    cost_nano: int | None
    cached: bool


@dataclass(frozen=True, slots=True)
class LiveRecord:
    """A call that is over, as it is committed."""

    begun: Begun
    ended: Ended

    @property
    def whole(self) -> bool:
        """Whether the model said all it wanted to: only that is judged and given again."""
        return self.ended.finish_reason is not None and self.ended.finish_reason not in CUT


def pinned(standing: Standing | None) -> tuple[PinnedGate, ...]:
    """The gates as they stand."""
    if standing is None:
        return ()
    return tuple(PinnedGate(gate.evaluator_id, gate.version, gate.min_score) for gate in standing.gates)


def begun(call: LiveCall) -> Begun:
    """What the spool keeps of a call that is about to be sent."""
    return Begun(
        id=call.id,
        scope=call.scope,
        customer=call.customer,
        created_ms=call.created_ms,
        operation=call.operation,
        schema_version=call.schema_version,
        model=call.model,
        tier=call.tier,
        metadata=orjson.dumps(call.metadata),
        gates=pinned(call.standing),
        cache=call.standing is not None and call.standing.cache,
        raw=call.raw,
    )


def ended(call: LiveCall, ending: Ending) -> Ended:
    """What the spool keeps of how it ended. The trace of the decision is put beside the delivery."""
    message = ending.message if ending.message is not None else {"role": "assistant", "content": None}
    response: dict[str, Any] = {
        "message": message,
        "finish_reason": ending.finish_reason,
        "usage": ending.usage,
    }
    prints = ending.fingerprints
    return Ended(
        finish_reason=ending.finish_reason,
        response=orjson.dumps(response),
        delivery=orjson.dumps(_delivery(ending, call.route)),
        prints=Prints(prints.prompt, prints.exchange, prints.json_schema, prints.cache),
        latency_ms=ending.latency_ms,
        cost_nano=None if ending.cost_usd is None else round(ending.cost_usd * 1_000_000_000),
        cached=ending.cached_from is not None,
    )


def _delivery(ending: Ending, route: Sequence[Any]) -> dict[str, Any]:
    """The block as it was sent, with what only the record holds: who was chosen from, and what really answered."""
    kept: dict[str, Any] = dict(ending.delivery or {})
    if ending.served is not None:
        kept["model"] = ending.served.model
    if route:
        kept["route"] = list(route)
    if ending.estimated:
        kept["usage_estimated"] = True
    if ending.error is not None:
        kept["error"] = ending.error
    if ending.cached_from is not None:
        kept["cached_from"] = ending.cached_from
    return kept | ending.extra
