"""What is handed to whoever scores."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from atlas_desktop.contract.base import Json
from atlas_desktop.contract.evaluators import EvaluatorKind


@dataclass(frozen=True, slots=True)
class Material:
    """What one score is made from."""

    kind: EvaluatorKind
    config: dict[str, Json]
    output: str
    messages: Sequence[Mapping[str, Any]] = ()
    schema: Json = None
    expected: str | None = None
