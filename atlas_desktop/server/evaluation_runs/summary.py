"""What a finished run says: means by weight, counts, and how the scores are spread. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from atlas_desktop.contract.evaluations import BINS
from atlas_desktop.domain.means import weighted_mean


@dataclass(frozen=True, slots=True)
class Given:
    """So many results of one evaluator that are the same."""

    evaluator_id: str
    score: float | None
    passed: bool | None
    weight: float
    many: int = 1


def summary(evaluator_ids: Sequence[str], results: Iterable[Given]) -> dict[str, float | None]:
    """``overall`` and each evaluator's mean; null where it gave no number. Overall is the mean over the others."""
    scores: dict[str, list[tuple[float | None, float]]] = defaultdict(list)
    for result in results:
        scores[result.evaluator_id] += [(result.score, result.weight)] * result.many
    means = {name: weighted_mean(scores[name]) for name in evaluator_ids}
    return {"overall": weighted_mean((mean, 1.0) for mean in means.values())} | means


def counts(evaluator_ids: Sequence[str], results: Iterable[Given]) -> dict[str, dict[str, Any]]:
    """How many results each evaluator scored and passed, and its scores in ten parts."""
    said = {name: _nothing() for name in evaluator_ids}
    for result in results:
        one = said[result.evaluator_id]
        if result.score is None:
            one["unscored"] += result.many
            continue
        one["scored"] += result.many
        one["distribution"][min(BINS - 1, int(result.score * BINS))] += result.many
        if result.passed is not None:
            one["passed" if result.passed else "failed"] += result.many
    return said


def _nothing() -> dict[str, Any]:
    return {"scored": 0, "unscored": 0, "passed": 0, "failed": 0, "distribution": [0] * BINS}
