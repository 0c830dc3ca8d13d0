"""Runs and comparisons in words. Pure."""

from typing import TYPE_CHECKING, Final

from atlas_desktop.domain.flips import Cell
from atlas_desktop.ui.dates import to_the_minute
from atlas_desktop.wording import mark, number, tr, trn

if TYPE_CHECKING:
    from atlas_desktop.app.gate_state import GateState
    from atlas_desktop.app.run_state import Comparison
    from atlas_desktop.contract.evaluations import Evaluation, EvaluatorRun
    from atlas_desktop.contract.evaluators import EvaluatorKind

CELLS: Final[dict[Cell, str]] = {
    "kept": mark("Pass in both"), "fixed": mark("Fixed"), "broke": mark("Broke"), "still": mark("Fail in both"),
}  # fmt: skip
_STATES: Final = {
    "queued": mark("Waiting"), "running": mark("Running"), "completed": mark("Completed"),
    "failed": mark("Failed"), "cancelled": mark("Cancelled"),
}  # fmt: skip
_ICONS: Final = {
    "queued": ("pending", "muted"), "running": ("sync", "accent"), "completed": ("good", "muted"),
    "failed": ("attention", "bad"), "cancelled": ("excluded", "muted"),
}  # fmt: skip
_RULES: Final[frozenset["EvaluatorKind"]] = frozenset({"regex", "json_schema"})
_USUAL: Final = 0.85


def what_words(predictions: str) -> str:
    """What was scored."""
    return {"expected": tr("Expected outputs"), "recorded": tr("Production's answers")}.get(
        predictions, predictions
    )


def state_words(run: "Evaluation") -> str:
    """How far a run is, in a word or two."""
    if run.status == "running" and run.progress.total:
        return tr("{done:,} of {total:,}", done=run.progress.done, total=run.progress.total)
    if run.status == "completed" and (overall := run.summary_scores.get("overall")) is not None:
        return number(overall, 2)
    return tr(_STATES.get(run.status, run.status))


def run_icon(run: "Evaluation") -> tuple[str, str]:
    """The shape of a run's state."""
    return _ICONS.get(run.status, ("pending", "muted"))


def run_line(run: "Evaluation") -> str:
    """The second line of a run: who judged."""
    return ", ".join(each.name for each in run.evaluators) or ", ".join(run.evaluator_ids)


def title_words(run: "Evaluation") -> str:
    """Over a run's results."""
    when = to_the_minute(round(run.created_at.timestamp() * 1000))
    return f"{what_words(run.predictions)}  ·  {when}"


def compared_words(run: "Evaluation") -> str:
    """One of two runs: two of the same minute differ by what the dataset was."""
    return f"{title_words(run)}  ·  {tr('revision {number}', number=run.dataset_revision)}"


def about_words(run: "Evaluation") -> str:
    """What else there is to know of a run."""
    parts = [tr("revision {number}", number=run.dataset_revision), tr(_STATES.get(run.status, run.status))]
    if run.error:
        parts.append(run.error)
    return "  ·  ".join(parts)


def judged_words(judged: "EvaluatorRun", mean: float | None) -> str:
    """An evaluator and its mean, for a segment."""
    return f"{judged.name}  {'–' if mean is None else number(mean, 2)}"


def least_of(gates: "GateState", run: "Evaluation", evaluator_id: str) -> float:
    """The score at which an item passes: the gate's; without a gate a rule's 1, else the usual one of a gate."""
    gate = gates.gate(evaluator_id)
    if gate is not None:
        return gate.standing.min_score
    judged = next((each for each in run.evaluators if each.id == evaluator_id), None)
    return 1.0 if judged is not None and judged.kind in _RULES else _USUAL


def by_words(found: "Comparison", run: "Evaluation | None") -> str:
    """Who judged, and from which score on an item passes."""
    judged = next((each for each in run.evaluators if each.id == found.evaluator_id), None) if run else None
    return tr(
        "By {name}, passing from {least} on",
        name=judged.name if judged is not None else found.evaluator_id,
        least=number(found.least, 2),
    )


def verdict_words(found: "Comparison") -> str:
    """What the flips mean, in a sentence."""
    fixed, broke = len(found.flips.fixed), len(found.flips.broke)
    if not fixed and not broke:
        return tr("No item flipped.")
    chance = found.flips.p_value
    words = tr(
        "{fixed} fixed, {broke} broke: McNemar p {p}.",
        fixed=number(fixed), broke=number(broke), p=_p(chance),
    )  # fmt: skip
    if chance >= 0.05:
        return f"{words} {tr('So few flips can well be chance.')}"
    return f"{words} {tr('More than chance would do.')}"


def caution_words(found: "Comparison") -> str:
    """What makes the two runs less comparable than they look; empty when nothing does."""
    parts = []
    first, second = found.versions
    if None not in (first, second) and first != second:
        parts.append(
            tr(
                "The evaluator changed between the runs, version {first} to {second}: what flipped may be its doing.",
                first=first,
                second=second,
            )
        )
    if apart := len(found.flips.apart):
        parts.append(
            trn(
                "{count:,} item was scored in one run only.",
                "{count:,} items were scored in one run only.",
                apart,
            )
        )
    return " ".join(parts)


def _p(value: float) -> str:
    return f"< {number(0.001, 3)}" if value < 0.001 else f"= {number(value, 3)}"
