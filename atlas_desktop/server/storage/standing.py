"""What stands for an operation, as it is stored: its gates with their evaluators, and how each variant has done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson
import sqlalchemy as sa

from atlas_desktop.contract.base import Json
from atlas_desktop.contract.calls import Score
from atlas_desktop.domain.routing.history import Outcome
from atlas_desktop.domain.routing.model import VariantKey
from atlas_desktop.server.storage.routing_tables import variant_score
from atlas_desktop.server.storage.scope import Row, Tenant
from atlas_desktop.server.storage.tables import evaluator, operation

MOST_OUTCOMES: Final = 100


@dataclass(frozen=True, slots=True)
class Gate:
    """A ship gate as it stands: its evaluator's version is the one a score must be made with."""

    evaluator_id: str
    min_score: float
    evaluator_version: int
    kind: str
    config: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Stored:
    """What stands for an operation. ``outcomes`` are by time, oldest first."""

    schema_version: str | None
    gates: tuple[Gate, ...]
    cache: bool
    outcomes: Mapping[VariantKey, Sequence[Outcome]]


def read(tenant: Tenant, key: str) -> Stored:
    """Everything about the operation of this key; nothing stands for one that nobody has defined."""
    row = tenant.first(
        sa.select(operation.c.schema_version, operation.c.ship_gates, operation.c.cache).where(
            tenant.mine(operation), operation.c.key == key
        )
    )
    if row is None:
        return Stored(None, (), cache=False, outcomes={})
    gates = _gates(tenant, orjson.loads(row.ship_gates))
    return Stored(row.schema_version, gates, bool(row.cache), _outcomes(tenant, key) if gates else {})


Scored = tuple[int, int, Sequence[Score]]
"""A live call that was scored: its number, when it was asked (milliseconds since 1970), its scores."""


def learn_all(tenant: Tenant, key: str, served: VariantKey, calls: Sequence[Scored]) -> None:
    """Keep what the scores of live calls say about who served them; those that come later join those of the call.

    Done in the transaction that records the scores, so that both are there or neither.
    """
    this = (
        tenant.mine(variant_score),
        variant_score.c.operation == key,
        variant_score.c.model == served.model,
        variant_score.c.quantization == served.quantization,
        variant_score.c.provider == served.provider,
    )
    row = tenant.first(sa.select(variant_score.c.outcomes).where(*this))
    kept = {each[0]: each for each in ([] if row is None else orjson.loads(row.outcomes))}
    for seq, created_ms, scores in calls:
        made = {score.evaluator_id: [score.evaluator_version, score.score] for score in scores}
        before = kept.get(seq)
        kept[seq] = [seq, created_ms, made if before is None else before[2] | made]
    newest = sorted(kept.values(), key=lambda each: (each[1], each[0]))[-MOST_OUTCOMES:]
    document = orjson.dumps(newest)
    if row is None:
        values = {"operation": key, **served._asdict(), "outcomes": document}
        tenant.run(sa.insert(variant_score).values(org=tenant.scope.org, **values))
    else:
        tenant.run(sa.update(variant_score).where(*this).values(outcomes=document))


def learn(
    tenant: Tenant, call_seq: int, key: str, served: VariantKey, created_ms: int, scores: Sequence[Score]
) -> None:
    """The same for one call."""
    learn_all(tenant, key, served, [(call_seq, created_ms, scores)])


def _gates(tenant: Tenant, gates: list[dict[str, Any]]) -> tuple[Gate, ...]:
    named = [gate["evaluator_id"] for gate in gates]
    if not named:
        return ()
    rows = tenant.all(
        sa.select(evaluator.c.id, evaluator.c.kind, evaluator.c.config, evaluator.c.version).where(
            tenant.mine(evaluator), evaluator.c.id.in_(named)
        )
    )
    known: dict[str, Row] = {row.id: row for row in rows}
    return tuple(_gate(gate, known[gate["evaluator_id"]]) for gate in gates if gate["evaluator_id"] in known)


def _gate(gate: Mapping[str, Any], row: Row) -> Gate:
    return Gate(row.id, gate["min_score"], row.version, row.kind, orjson.loads(row.config))


def _outcomes(tenant: Tenant, key: str) -> dict[VariantKey, list[Outcome]]:
    rows = tenant.all(
        sa.select(variant_score).where(tenant.mine(variant_score), variant_score.c.operation == key)
    )
    return {
        VariantKey(row.model, row.quantization, row.provider): [
            Outcome(at / 1000, {name: (version, score) for name, (version, score) in made.items()})
            for _, at, made in orjson.loads(row.outcomes)
        ]
        for row in rows
    }
