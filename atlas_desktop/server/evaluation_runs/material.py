"""What is handed to the processes that score, and what comes back: plain values."""

from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from atlas_desktop.contract.base import Json
from atlas_desktop.contract.evaluators import EvaluatorKind


@dataclass(frozen=True, slots=True)
class Rule:
    """An evaluator as it was when the run began. ``schema`` is the operation's, for a schema rule without one."""

    id: str
    kind: EvaluatorKind
    config: dict[str, Json]
    schema: Json = None


@dataclass(frozen=True, slots=True)
class Item:
    """An item as it was when the run began."""

    seq: int
    id: str
    weight: float
    document: bytes


Result = tuple[str, str, float | None, bool | None, float, bytes]
"""Item, evaluator, score, passed, weight, and what else is known as JSON."""


Scored = tuple[int, list[Result], float]
"""How many items were scored, their results, and the seconds that it took."""


def packed(rules: Sequence[Rule]) -> bytes:
    """Rules as they are handed to the process: read there once, not for each piece."""
    return orjson.dumps([[rule.id, rule.kind, rule.config, rule.schema] for rule in rules])
