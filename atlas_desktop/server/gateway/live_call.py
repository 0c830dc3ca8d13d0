"""A live call as it is kept: what the spool holds of it, and what becomes of that in the database."""

import struct
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import orjson

from atlas_desktop.domain.fingerprints import fingerprints, says_all
from atlas_desktop.domain.recorded import Prints, Way
from atlas_desktop.server.gateway.seams import Ending, LiveCall
from atlas_desktop.server.gateway.standing import Standing
from atlas_desktop.server.storage.scope import Scope

_LENGTH: Final = struct.Struct("<I")
CUT: Final = frozenset({"cancelled", "interrupted", "error"})
"""Why a call ended without a whole answer: nobody judges it, so it is never refunded, nor given again."""


REPEATABLE: Final = frozenset({"stop", "tool_calls"})


class PinnedGate(NamedTuple):
    """A gate as it stood when the call was asked: what scores the call, whatever is changed meanwhile."""

    evaluator_id: str
    version: int
    min_score: float


class Begun(NamedTuple):
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


class Ended(NamedTuple):
    """What is kept of how a call ended: the JSON of the contract's fields, and what is searched by."""

    finish_reason: str | None
    response: bytes
    delivery: bytes
    prints: Prints
    latency_ms: float | None
    cost_nano: int | None
    cached: bool
    way: Way


@dataclass(frozen=True, slots=True)
class LiveRecord:
    """A call that is over, as it is committed."""

    begun: Begun
    ended: Ended

    @property
    def whole(self) -> bool:
        """Whether the model said all it wanted to: only that is judged. A provider that does not say why it ended is."""
        return self.ended.finish_reason not in CUT

    @property
    def judged(self) -> bool:
        """Whether its operation's gates are to score it."""
        return bool(self.begun.gates) and self.begun.operation is not None and self.whole

    @property
    def repeatable(self) -> bool:
        """Whether the same request may be answered by it again."""
        return self.begun.cache and not self.ended.cached and self.ended.finish_reason in REPEATABLE


def pinned(standing: Standing | None) -> tuple[PinnedGate, ...]:
    """The gates as they stand."""
    if standing is None:
        return ()
    return tuple(
        PinnedGate(gate.evaluator_id, gate.evaluator_version, gate.min_score) for gate in standing.gates
    )


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
        cache=call.standing is not None and call.standing.cache and says_all(call.request),
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
        way=_way(call, ending),
    )


def _way(call: LiveCall, ending: Ending) -> Way:
    served = ending.served
    tier = (ending.delivery or {}).get("tier", call.tier)
    return Way(tier, served.provider, served.quantization) if served is not None else Way(tier)


def _delivery(ending: Ending, route: Any) -> dict[str, Any]:
    """The block as it was sent, with what only the record holds: who was chosen from, and what really answered."""
    kept: dict[str, Any] = dict(ending.delivery or {})
    if ending.served is not None:
        kept["model"] = ending.served.model
    if route:
        kept["route"] = route
    if ending.estimated:
        kept["usage_estimated"] = True
    if ending.error is not None:
        kept["error"] = ending.error
    if ending.cached_from is not None:
        kept["cached_from"] = ending.cached_from
    return kept | ending.extra


def pack_begun(call: Begun) -> tuple[bytes, ...]:
    """The bytes of a spool's record."""
    scope = call.scope
    meta = orjson.dumps(
        {
            "id": call.id,
            "scope": (scope.org, scope.organization, scope.organization_id, scope.customer, scope.reviewer),
            "customer": call.customer,
            "created_ms": call.created_ms,
            "operation": call.operation,
            "schema_version": call.schema_version,
            "model": call.model,
            "tier": call.tier,
            "metadata": orjson.Fragment(call.metadata),
            "gates": [list(gate) for gate in call.gates],
            "cache": call.cache,
        }
    )
    return b"B", _LENGTH.pack(len(meta)), meta, call.raw


def pack_ended(call_id: str, how: Ended) -> tuple[bytes, ...]:
    """The bytes of a spool's record."""
    meta = orjson.dumps(
        {
            "id": call_id,
            "finish_reason": how.finish_reason,
            "delivery": orjson.Fragment(how.delivery),
            "prints": list(how.prints),
            "latency_ms": how.latency_ms,
            "cost_nano": how.cost_nano,
            "cached": how.cached,
            "way": list(how.way),
        }
    )
    return b"E", _LENGTH.pack(len(meta)), meta, how.response


def unpack(record: bytes) -> Begun | tuple[str, Ended]:
    """What a spool's record says: a call that began, or the id of one and how it ended. Raises ValueError."""
    try:
        start = 1 + _LENGTH.size
        end = start + _LENGTH.unpack_from(record, 1)[0]
        meta: dict[str, Any] = orjson.loads(record[start:end])
        return _begun(meta, record[end:]) if record[:1] == b"B" else _ended(meta, record[end:])
    except (KeyError, TypeError, struct.error) as error:
        raise ValueError(f"this is no record of a call ({type(error).__name__})") from error


def _begun(meta: dict[str, Any], raw: bytes) -> Begun:
    meta["scope"] = Scope(*meta["scope"])
    meta["metadata"] = orjson.dumps(meta["metadata"])
    meta["gates"] = tuple(PinnedGate(*gate) for gate in meta["gates"])
    return Begun(raw=raw, **meta)


def _ended(meta: dict[str, Any], response: bytes) -> tuple[str, Ended]:
    meta["delivery"] = orjson.dumps(meta["delivery"])
    meta["prints"] = Prints(*meta["prints"])
    meta["way"] = Way(*meta["way"])
    return meta.pop("id"), Ended(response=response, **meta)


def interrupted(call: Begun) -> LiveRecord:
    """A call that began and of which nobody knows how it ended: this server did, meanwhile."""
    body = orjson.loads(call.raw)
    prints = fingerprints({**body, "model": call.model}, None)
    known = {"tier": call.tier, "fingerprints": prints.model_dump(by_alias=True)}
    response = {
        "message": {"role": "assistant", "content": None},
        "finish_reason": "interrupted",
        "usage": None,
    }
    how = Ended(
        "interrupted",
        orjson.dumps(response),
        orjson.dumps(known),
        Prints(prints.prompt, prints.exchange, prints.json_schema, prints.cache),
        None,
        None,
        cached=False,
        way=Way(call.tier),
    )
    return LiveRecord(call, how)
