"""Gates as lines of a terminal: columns that line up, scores that never look like what they are not."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from atlas_desktop.cli.failing import shown
from atlas_desktop.contract.promotions import GateStanding

_REASONS: Final = {
    "not_evaluated": "not scored",
    "stale": "scored before a change",
    "incomplete": "{unscored} items without a score",
}


class Row(NamedTuple):
    """A line of the table."""

    gate: str
    kind: str
    score: str
    least: str
    verdict: str


HEAD: Final = Row("gate", "kind", "score", "min", "")


def row_of(gate: GateStanding) -> Row:
    """A gate in words."""
    verdict = "met" if gate.met else "unmet"
    if gate.reason is not None:
        words = _REASONS.get(gate.reason, shown(gate.reason)).replace("{unscored}", str(gate.unscored))
        verdict = f"{verdict}: {words}"
    score, least = scores(gate.score, gate.min_score)
    return Row(shown(gate.evaluator_id), gate.kind, score, least, verdict)


def scores(score: float | None, least: float) -> tuple[str, str]:
    """Both with four digits, or with as many as it takes to tell them apart."""
    if score is None:
        return "-", f"{least:.4f}"
    here, there = f"{score:.4f}", f"{least:.4f}"
    # 0.87999 is not 0.88, and a gate at 0.88 that refuses it must not look as if it did so for nothing.
    if here == there and score != least:
        return repr(score), repr(least)
    return here, there


def table(rows: Sequence[Row]) -> str:
    """The rows under a head, in columns; numbers on the right."""
    lines = [HEAD, *rows]
    widths = [max(len(line[at]) for line in lines) for at in range(len(HEAD))]
    return "\n".join(
        f"{line.gate:<{widths[0]}}  {line.kind:<{widths[1]}}  {line.score:>{widths[2]}}"
        f"  {line.least:>{widths[3]}}  {line.verdict}".rstrip()
        for line in lines
    )
