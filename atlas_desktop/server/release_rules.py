"""What is said of a release: how it stands, why it may not advance, on what grounds a step was taken. Pure."""

from collections.abc import Sequence
from typing import Any, Final, Protocol

import orjson

from atlas_desktop.domain.releases import ROLLBACK_FROM, Evidence, GateFigures, Rate, why_not
from atlas_desktop.server.refusals import Refusal

LOW_RATE: Final = "pass_rate"
"""What stands in the place of an evaluator where not one gate, but the share of calls that passed all is too low."""


class Terms(Protocol):
    """What a release demands before it advances."""

    @property
    def min_samples(self) -> int:
        """Scores for each gate."""

    @property
    def min_pass_rate(self) -> float:
        """The least share of judged calls that passed."""


def unmet(found: Evidence, terms: Terms) -> bool:
    """Whether a gate or the pass rate keeps it from advancing."""
    reasons = why_not(found, needed=terms.min_samples, min_rate=terms.min_pass_rate)
    return any(reason != "no_ship_gates" for reason in reasons)


def gates_unmet(release_id: str, found: Evidence, terms: Terms) -> Refusal:
    """400 in the seeds' form: each gate that is not met, and the pass rate where that is too low."""
    failed = [_failed(figures, terms) for figures in found.gates if figures.reason(terms.min_samples)]
    share = found.rate.share
    if share is None or share < terms.min_pass_rate:
        low = {"score": share, "min_score": terms.min_pass_rate, "samples": found.rate.judged}
        failed.append({"evaluator_id": LOW_RATE, **low, "reason": "below_pass_rate"})
    verb = "is" if len(failed) == 1 else "are"
    message = f"{len(failed)} of {len(found.gates) + 1} ship gates {verb} unmet for release {release_id}"
    return UnmetRefusal(failed, message)


class UnmetRefusal(Refusal):
    """400 in the seeds' form, which is not that of other errors."""

    def __init__(self, failed: Sequence[dict[str, Any]], message: str) -> None:
        super().__init__(400, "invalid_request_error", "ship_gates_unmet", message)
        self.failed_gates = list(failed)
        self.message = message

    def body(self) -> bytes:
        """The answer's JSON."""
        return orjson.dumps(
            {"error": "ship_gates_unmet", "failedGates": self.failed_gates, "message": self.message}
        )


def standing_wire(
    found: Evidence, terms: Terms, reasons: Sequence[str], traffic: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    """How a release stands, as on the wire."""
    return {
        "gates": [_gate(figures, terms) for figures in found.gates],
        "rate": _rate(found.rate, terms),
        "traffic": list(traffic),
        "may_advance": not reasons,
        "why_not": list(reasons),
    }


def grounds(found: Evidence, terms: Terms) -> dict[str, Any]:
    """The scores a step was taken on, as they are kept with it."""
    kept = ("evaluator_id", "evaluator_version", "mean", "min_score", "samples")
    gates = [_gate(figures, terms) for figures in found.gates]
    rate = _rate(found.rate, terms)
    return {
        "gates": [{name: gate[name] for name in kept} for gate in gates],
        "rate": {name: rate[name] for name in ("passed", "judged", "failed", "rate", "high", "min_rate")},
        "acknowledged_no_gates": not gates,
    }


def _gate(figures: GateFigures, terms: Terms) -> dict[str, Any]:
    gate, bounds = figures.gate, figures.bounds
    reason = figures.reason(terms.min_samples)
    return {
        "evaluator_id": gate.evaluator_id,
        "evaluator_version": gate.version,
        "name": gate.name,
        "kind": gate.kind,
        "min_score": gate.min_score,
        "mean": figures.mean,
        "samples": figures.samples,
        "needed": terms.min_samples,
        "unscored": figures.unscored,
        "pass_rate": figures.good / figures.samples if figures.samples else None,
        "low": bounds[0] if bounds else None,
        "high": bounds[1] if bounds else None,
        "met": reason is None,
        "reason": reason,
    }


def _rate(rate: Rate, terms: Terms) -> dict[str, Any]:
    bounds, share = rate.bounds, rate.share
    return {
        "passed": rate.passed,
        "judged": rate.judged,
        "failed": rate.failed,
        "rate": share,
        "low": bounds[0] if bounds else None,
        "high": bounds[1] if bounds else None,
        "min_rate": terms.min_pass_rate,
        "rollback_from": ROLLBACK_FROM,
        "met": share is not None and share >= terms.min_pass_rate,
    }


def _failed(figures: GateFigures, terms: Terms) -> dict[str, Any]:
    return {
        "evaluator_id": figures.gate.evaluator_id,
        "score": figures.mean,
        "min_score": figures.gate.min_score,
        "reason": figures.reason(terms.min_samples),
        "samples": figures.samples,
        "needed": terms.min_samples,
    }
