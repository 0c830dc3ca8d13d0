"""Live calls without a provider: a recorder on a real database, and what it made of them."""

from collections.abc import Coroutine
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import orjson
import sqlalchemy as sa

from atlas_desktop.contract.delivery import Fingerprints
from atlas_desktop.contract.evaluators import EvaluatorCreate
from atlas_desktop.contract.ids import new_id
from atlas_desktop.contract.operations import OperationCreate, ShipGate
from atlas_desktop.domain.fingerprints import fingerprints
from atlas_desktop.domain.routing.model import NO_HISTORY
from atlas_desktop.server.config import ServerConfig, sqlite_url
from atlas_desktop.server.gateway.live_scoring import LiveScoring
from atlas_desktop.server.gateway.recorder import LiveRecorder
from atlas_desktop.server.gateway.seams import Ending, LiveCall, Served
from atlas_desktop.server.gateway.standing import Standing
from atlas_desktop.server.scoring.scorer import Scorer
from atlas_desktop.server.storage import calls, evaluators, operations
from atlas_desktop.server.storage.registry import organization_named
from atlas_desktop.server.storage.scope import Scope, Tenant
from atlas_desktop.server.storage.standing import Gate
from atlas_desktop.server.storage.storage import Storage

T = TypeVar("T")
PII: Any = {"pattern": "ssn|credit card", "must_match": False}
SERVED = Served(provider="Hyperbolic", model="meta/llama-3.1", quantization="q8")


def gate(
    evaluator: str = "ev_pii", min_score: float = 1.0, version: int = 1, pattern: str = PII["pattern"]
) -> Gate:
    """A gate that nothing passes in which the pattern is found."""
    return Gate(evaluator, min_score, version, "regex", PII | {"pattern": pattern})


def standing(*gates: Gate, cache: bool = False) -> Standing:
    return Standing(gates=gates, cache=cache, history=NO_HISTORY)


def asked(scope: Scope, number: int, **more: Any) -> LiveCall:
    """A call that is about to be sent upstream."""
    body = {"model": "atlas-1", "messages": [{"role": "user", "content": f"question {number}"}]}
    body |= more.pop("body", {})
    said: dict[str, Any] = {
        "id": name_of(number),
        "scope": scope,
        "customer": scope.customer or "default",
        "created_ms": 1_795_000_000_000 + number,
        "operation": "extract",
        "schema_version": None,
        "model": body["model"],
        "tier": "standard",
        "raw": orjson.dumps(body),
        "request": body,
        "metadata": {"operation_id": "extract"},
    }
    return LiveCall(**(said | more))


def answered(call: LiveCall, text: str | None = "fine", **more: Any) -> Ending:
    """How it ended: with this text, for 10 tokens and 3, 41 nano-dollars."""
    message: dict[str, Any] = {"role": "assistant", "content": text}
    prints = fingerprints(call.request, message)
    cost = more.pop("cost_usd", 41 / 1e9)
    said: dict[str, Any] = {
        "message": message,
        "finish_reason": "stop",
        "usage": {"prompt_tokens": 10, "completion_tokens": 3, "total_tokens": 13},
        "delivery": delivery(prints, cost),
        "fingerprints": prints,
        "served": SERVED,
        "latency_ms": 12.5,
        "cost_usd": cost,
    }
    return Ending(**(said | more))


def delivery(prints: Fingerprints, cost: float | None) -> dict[str, Any]:
    return {
        "tier": "standard",
        "served_by": "provider",
        "provider": SERVED.provider,
        "quantization": SERVED.quantization,
        "upgraded": False,
        "cost_usd": cost,
        "latency_ms": 12.5,
        "evals": {"gates": 1, "scheduled": True},
        "fingerprints": {
            "prompt": prints.prompt,
            "exchange": prints.exchange,
            "schema": prints.json_schema,
            "cache": prints.cache,
        },
    }


class Room:
    """A recorder and a scorer of one organization, in the test's own thread; another one is the next process.

    ``spool`` is beside this path; the storage may be another's, which goes on.
    """

    def __init__(
        self, path: Path, config: ServerConfig, storage: Storage | None = None, scope: Scope | None = None
    ) -> None:
        self._own = storage is None
        self.storage = Storage.open(config) if storage is None else storage
        self.config = replace(config, database_url=sqlite_url(path))
        self.scorer = Scorer(config)
        self.scoring = LiveScoring(self.config, self.storage, self.scorer)
        self.recorder = LiveRecorder(self.config, self.storage, self.scoring)
        self.scope = scope or self._scope(path.stem)

    def _scope(self, name: str) -> Scope:
        """An organization of this name."""
        with self.storage._write_engine.begin() as connection:
            organization_named(connection, name, self.config.clock.now())
        known = {scope.organization: scope for scope in self.storage.registry.organizations()}
        return replace(known[name], reviewer="alice")

    def crash(self) -> None:
        """The process ends: nothing is tidied up, the kernel closes its files."""
        self.recorder.abandon()
        self.scorer.stop()
        if self._own:
            self.storage.close()

    def write(self, act: Any) -> Any:
        """In a transaction of the whole organization."""
        return run(self.storage.write(self.whole, act))

    def settle(self) -> None:
        run(self.scoring.settle(self.scope))

    def start(self) -> None:
        run(self.recorder.start())

    @property
    def whole(self) -> Scope:
        return replace(self.scope, customer=None)

    def rows(self, sql: str) -> list[Any]:
        given = {"org": self.scope.org} if ":org" in sql else {}
        return run(
            self.storage.read(self.whole, lambda tenant: list(tenant.all(sa.text(sql).bindparams(**given))))
        )

    def define(self, *gates: Gate, key: str = "extract", cache: bool = False) -> None:
        """The operation and its evaluators."""

        def act(tenant: Tenant) -> None:
            for each in gates:
                if not evaluators.known(tenant, [each.evaluator_id]):
                    body = EvaluatorCreate(id=each.evaluator_id, kind=each.kind, config=dict(each.config))
                    evaluators.create(tenant, body, dict(each.config), new_id)
            wanted = [ShipGate(evaluator_id=each.evaluator_id, min_score=each.min_score) for each in gates]
            operations.create(tenant, OperationCreate(key=key, ship_gates=wanted, cache=cache), new_id)

        self.write(act)

    def call(self, number: int) -> dict[str, Any]:
        """As it goes on the wire."""
        found = run(self.storage.read(self.whole, lambda tenant: calls.get(tenant, name_of(number))))
        wire: dict[str, Any] = orjson.loads(orjson.dumps(found))
        return wire

    def net(self, number: int) -> tuple[int, int, int]:
        """What a call counts for: tokens, and nano-dollars."""
        sums = (
            "SELECT sum(prompt_tokens), sum(completion_tokens), sum(nano) FROM usage_event WHERE org = :org"
        )
        (row,) = self.rows(f"{sums} AND call_id = '{name_of(number)}'")
        return row[0], row[1], row[2]


def name_of(number: int) -> str:
    return f"chatcmpl-{number:026d}"


def run(coro: Coroutine[Any, Any, T]) -> T:
    """What it returns; inline, nothing is ever waited for."""
    try:
        coro.send(None)
    except StopIteration as done:
        return done.value  # type: ignore[no-any-return]
    coro.close()
    raise AssertionError("it waited for something")
