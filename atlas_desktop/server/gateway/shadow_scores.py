"""Scoring an answer that nobody got, by the gates of an operation as they are now."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from atlas_desktop.contract.base import Json
from atlas_desktop.contract.evaluators import EvaluatorKind
from atlas_desktop.server.scoring.material import Material
from atlas_desktop.server.scoring.scorer import Scorer
from atlas_desktop.server.storage import evaluators, operations, releases
from atlas_desktop.server.storage.release_results import Waiting
from atlas_desktop.server.storage.scope import Scope, Tenant
from atlas_desktop.server.storage.storage import Storage

Scores = dict[str, tuple[int, float | None]]
"""By evaluator: the version it was made with, and the score."""


@dataclass(frozen=True, slots=True)
class _Rule:
    id: str
    version: int
    kind: EvaluatorKind
    config: dict[str, Json]
    schema: Json


class ShadowScores:
    """Used on the server's event loop."""

    def __init__(self, storage: Storage, scorer: Scorer) -> None:
        self._storage = storage
        self._scorer = scorer

    async def of(self, scope: Scope, one: Waiting) -> Scores:
        """What each gate's evaluator says; None where it cannot say."""
        rules = await self._storage.read(scope, lambda tenant: _rules(tenant, one))
        messages: Sequence[dict[str, Any]] = one.messages
        found: Scores = {}
        for rule in rules:
            material = Material(rule.kind, rule.config, one.output, messages, rule.schema)
            found[rule.id] = (rule.version, (await self._scorer.score(material)).value)
        return found


def _rules(tenant: Tenant, one: Waiting) -> list[_Rule]:
    rules = []
    for gate in releases.gates_of(tenant, one.operation):
        now = evaluators.standing(tenant, gate.evaluator_id)
        schema = None
        if now.kind == "json_schema" and "schema" not in now.config:
            schema = operations.schema_of(tenant, one.operation, one.schema_version)
        rules.append(_Rule(now.id, now.version, now.kind, now.config, schema))
    return rules
