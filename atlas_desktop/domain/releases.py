"""Who is in a canary, whether a release may advance, whether it must be rolled back. Pure."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from atlas_desktop.domain.means import weighted_mean
from atlas_desktop.domain.pass_rate import wilson

LiveStage = Literal["shadow", "canary", "prod"]
ROLLBACK_FROM: Final = 20
"""Judged calls before a release is rolled back by itself: of one call that failed, the Wilson bound is 0.79 already."""
WINDOW: Final = 200
"""The newest results of a stage say whether to roll back: a candidate that turns bad after a month is to go soon."""
_FINE_BITS: Final = 53
"""As many as a float holds: the last of them is still below 100."""


def place(release_id: str, customer: str, caller: str) -> float:
    """Where a caller stands, 0 to 100: the same for a release always, and as good as random over callers."""
    digest = hashlib.sha256()
    for part in (release_id, customer, caller):
        octets = part.encode("utf-8", "surrogatepass")
        digest.update(len(octets).to_bytes(8, "big") + octets)
    return (int.from_bytes(digest.digest()[:8], "big") >> (64 - _FINE_BITS)) / (1 << _FINE_BITS) * 100


def takes(percent: int, at: float) -> bool:
    """Whether a share takes whoever stands there. One that grows keeps everybody it has."""
    return at < percent


@dataclass(frozen=True, slots=True)
class Gate:
    """A gate of the operation, with its evaluator as it is now."""

    evaluator_id: str
    version: int
    min_score: float
    name: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one call that was put to the candidate. ``scores``: by evaluator, the version and the score.

    ``failed``: it gave no answer.
    """

    scores: Mapping[str, tuple[int, float | None]]
    failed: bool = False


@dataclass(frozen=True, slots=True)
class GateFigures:
    """A gate on the candidate's results. ``good``: scores at or above its minimum."""

    gate: Gate
    mean: float | None
    samples: int
    good: int
    unscored: int

    def reason(self, needed: int) -> Literal["too_few_samples", "below"] | None:
        """Why it is not met; None: it is."""
        if self.samples < needed or self.mean is None:
            return "too_few_samples"
        return None if self.mean >= self.gate.min_score else "below"

    @property
    def bounds(self) -> tuple[float, float] | None:
        """The Wilson 95 % interval of the share of good ones."""
        return wilson(self.good, self.samples)


@dataclass(frozen=True, slots=True)
class Rate:
    """How many of the judged calls passed every gate. ``failed`` of them were not answered: these have not passed."""

    passed: int
    judged: int
    failed: int

    @property
    def share(self) -> float | None:
        """None of nothing."""
        return self.passed / self.judged if self.judged else None

    @property
    def bounds(self) -> tuple[float, float] | None:
        """The Wilson 95 % interval of the share."""
        return wilson(self.passed, self.judged)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a stage says about a candidate."""

    gates: tuple[GateFigures, ...]
    rate: Rate


def evidence(gates: Sequence[Gate], results: Sequence[Result]) -> Evidence:
    """Weigh results by the gates as they are now: scores by another version of an evaluator say nothing."""
    figures = tuple(_figures(gate, results) for gate in gates)
    verdicts = [_passed(gates, result) for result in results]
    judged = [verdict for verdict in verdicts if verdict is not None]
    return Evidence(figures, Rate(sum(judged), len(judged), sum(result.failed for result in results)))


def why_not(found: Evidence, *, needed: int, min_rate: float) -> list[str]:
    """Why the candidate may not advance, as codes; empty: it may."""
    reasons = []
    if any(figures.reason(needed) is not None for figures in found.gates):
        reasons.append("gates_unmet")
    if found.gates and (found.rate.share is None or found.rate.share < min_rate):
        reasons.append("pass_rate_unmet")
    if not found.gates:
        reasons.append("no_ship_gates")
    return reasons


def must_roll_back(rate: Rate, min_rate: float) -> bool:
    """Whether the candidate's pass rate is below the least one with confidence."""
    bounds = rate.bounds
    return rate.judged >= ROLLBACK_FROM and bounds is not None and bounds[1] < min_rate


@dataclass(frozen=True, slots=True)
class Step:
    """Where a release goes."""

    act: Literal["advanced", "widened"]
    stage: LiveStage
    percent: int


class NoStepError(Exception):
    """There is no such step: ``code`` is ``release_not_open`` or ``percent_shrinks``."""

    def __init__(self, code: Literal["release_not_open", "percent_shrinks"]) -> None:
        super().__init__(code)
        self.code = code


def next_step(stage: str, percent: int, asked: int | None) -> Step:
    """Shadow to canary, canary to prod; ``asked`` for a share, the canary takes a larger one instead.

    Raises NoStepError.
    """
    if stage == "shadow":
        return Step("advanced", "canary", asked or percent)
    if stage != "canary":
        raise NoStepError("release_not_open")
    if asked is None:
        return Step("advanced", "prod", 100)
    if asked <= percent:
        raise NoStepError("percent_shrinks")
    return Step("widened", "canary", asked)


def _figures(gate: Gate, results: Sequence[Result]) -> GateFigures:
    said = [result.scores[gate.evaluator_id] for result in results if gate.evaluator_id in result.scores]
    current = [score for version, score in said if version == gate.version]
    scores = [score for score in current if score is not None]
    good = sum(score >= gate.min_score for score in scores)
    mean = weighted_mean((score, 1.0) for score in scores)
    return GateFigures(gate, mean, len(scores), good, len(current) - len(scores))


def _passed(gates: Sequence[Gate], result: Result) -> bool | None:
    if result.failed:
        return False
    known = [
        said[1] >= gate.min_score
        for gate in gates
        if (said := result.scores.get(gate.evaluator_id)) is not None
        and said[0] == gate.version
        and said[1] is not None
    ]
    return all(known) if known else None
