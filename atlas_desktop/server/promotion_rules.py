"""Whether a dataset may become golden (contract.md, *Promotion*): pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal

import orjson

from atlas_desktop.server.refusals import Refusal

Reason = Literal["not_evaluated", "stale", "incomplete"]
_FRIDAY: Final = 4


@dataclass(frozen=True, slots=True)
class Rule:
    """An evaluator as it is now."""

    id: str
    version: int
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one evaluator said in a run: its version then, the mean, and how many items it could not score."""

    version: int
    mean: float | None
    unscored: int


@dataclass(frozen=True, slots=True)
class Run:
    """A completed evaluation of the dataset, as it was at ``dataset_revision``."""

    id: str
    dataset_revision: int
    predictions: str
    verdicts: Mapping[str, Verdict]


@dataclass(frozen=True, slots=True)
class Standing:
    """A gate as it stands. ``score`` and ``reason`` as in contract.promotions.GateStanding."""

    rule: Rule
    min_score: float
    score: float | None = None
    reason: Reason | None = None
    unscored: int = 0
    evaluation_id: str | None = None

    @property
    def met(self) -> bool:
        """Whether it holds: every item was scored, as it is now, and the mean is high enough."""
        return self.reason is None and self.score is not None and self.score >= self.min_score


def counts(run: Run, rule: Rule) -> bool:
    """Whether a run says something about this gate.

    A gate asks whether the dataset's own outputs meet the bar. An embedding compares with these: it can only say
    how near other predictions come.
    """
    if rule.id not in run.verdicts:
        return False
    return (run.predictions == "expected") != (rule.kind == "embedding_match")


def standing(rule: Rule, min_score: float, revision: int, runs: Sequence[Run]) -> Standing:
    """The gate for a dataset at ``revision``; ``runs`` are its completed evaluations, newest first.

    The newest one that counts decides, be it stale: an older one is staler.
    """
    run = next((run for run in runs if counts(run, rule)), None)
    if run is None:
        return Standing(rule, min_score, None, "not_evaluated")
    said = run.verdicts[rule.id]
    if run.dataset_revision != revision or said.version != rule.version:
        return Standing(rule, min_score, None, "stale", evaluation_id=run.id)
    if said.unscored:
        return Standing(rule, min_score, said.mean, "incomplete", said.unscored, run.id)
    if said.mean is None:
        return Standing(rule, min_score, None, "not_evaluated", evaluation_id=run.id)
    return Standing(rule, min_score, said.mean, evaluation_id=run.id)


class ShipGatesRefusal(Refusal):
    """400 in the seeds' form, which is not that of other errors; ``failed_gates`` are the unmet ones."""

    def __init__(self, dataset_id: str, gates: Sequence[Standing]) -> None:
        unmet = [gate for gate in gates if not gate.met]
        verb = "is" if len(unmet) == 1 else "are"
        self.message = f"{len(unmet)} of {len(gates)} ship gates {verb} unmet for dataset {dataset_id}"
        super().__init__(400, "invalid_request_error", "ship_gates_unmet", self.message)
        self.failed_gates = [_failed(gate) for gate in unmet]

    def body(self) -> bytes:
        """The answer's JSON."""
        return orjson.dumps(
            {"error": "ship_gates_unmet", "failedGates": self.failed_gates, "message": self.message}
        )


def _failed(gate: Standing) -> dict[str, Any]:
    failed: dict[str, Any] = {
        "evaluator_id": gate.rule.id,
        "score": gate.score,
        "min_score": gate.min_score,
    }
    if gate.reason is not None:
        failed["reason"] = gate.reason
    if gate.unscored:
        failed["unscored"] = gate.unscored
    return failed


def next_business_day(moment: datetime) -> datetime:
    """The same time on the next day that is no Saturday or Sunday. Holidays are not known here."""
    day = moment + timedelta(days=1)
    while day.weekday() > _FRIDAY:
        day += timedelta(days=1)
    return day
