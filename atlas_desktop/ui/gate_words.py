"""A gate in words: where it stands, and what would flip it. Pure."""

from typing import TYPE_CHECKING, Final

from atlas_desktop.ui.widgets.plain_label import Tone
from atlas_desktop.wording import mark, number, tr, trn

if TYPE_CHECKING:
    from atlas_desktop.app.gate_state import GateState, GateView
    from atlas_desktop.contract.evaluators import EvaluatorKind

KINDS: Final[dict["EvaluatorKind", str]] = {
    "regex": mark("Pattern"), "json_schema": mark("JSON Schema"), "llm_judge": mark("Judge"),
    "embedding_match": mark("Similarity"),
}  # fmt: skip
_MOST_DIGITS: Final = 6


def score_words(score: float | None, least: float) -> str:
    """A score with two decimals, or as many as it takes to tell it from a minimum it misses."""
    if score is None:
        return "–"
    for digits in range(2, _MOST_DIGITS):
        if score >= least or round(score, digits) < least:
            return number(score, digits)
    return number(score, _MOST_DIGITS)


def gate_look(view: "GateView", *, edited: bool) -> tuple[str, Tone]:
    """The icon of a gate, and its tone."""
    if view.unscored or edited:
        return "pending", "muted"
    return ("good", "good") if view.standing.met else ("bad", "bad")


def gate_words(view: "GateView", *, edited: bool) -> str:
    """Where a gate stands, in a few words."""
    standing = view.standing
    if standing.score is None:
        return tr("Changed since it was scored") if standing.reason == "stale" else tr("Not scored yet")
    if edited:
        return tr("Changed since it was scored")
    if standing.met:
        return tr("Holds")
    if standing.unscored:
        return trn("{count:,} item has no score", "{count:,} items have no score", standing.unscored)
    if view.fixes is None:
        return tr("Does not hold")
    return trn("{count:,} item would flip it", "{count:,} items would flip it", len(view.fixes.needed))


def about_words(view: "GateView") -> str:
    """What kind of rule it is, and what it has judged."""
    parts = [tr(KINDS.get(view.standing.kind, view.standing.kind))]
    if view.standing.evaluator_version > 1:
        parts.append(tr("version {version}", version=view.standing.evaluator_version))
    if view.run is not None and view.run.scored is not None:
        parts.append(trn("{count:,} item scored", "{count:,} items scored", view.run.scored))
    return "  ·  ".join(parts)


def spoken(view: "GateView", *, edited: bool) -> str:
    """All of a gate, as a screen reader says it."""
    return tr(
        "{name}: {words}, {score} of {least}",
        name=view.standing.name,
        words=gate_words(view, edited=edited),
        score=score_words(view.standing.score, view.standing.min_score),
        least=number(view.standing.min_score, 2),
    )


def headline(state: "GateState") -> str:
    """Where the dataset stands, in one line."""
    if state.golden and state.dataset is not None:
        return tr("Golden, version {version}", version=state.dataset.version)
    if not state.gates:
        return tr("No ship gates")
    lacking = sum(gate.unscored for gate in state.gates)
    if lacking == len(state.gates):
        return tr("Not scored as it is now")
    if state.edited:
        return trn("{count:,} item changed since", "{count:,} items changed since", len(state.edited))
    unmet = sum(not gate.standing.met for gate in state.gates)
    if not unmet:
        return tr("Every gate holds")
    return trn("The gate is unmet", "{unmet} of {count} gates unmet", len(state.gates), unmet=unmet)


def goal_words(view: "GateView") -> str:
    """Over the fix list: what fixing would bring."""
    fixes, least = view.fixes, view.standing.min_score
    if fixes is None:
        return tr("Nothing has been scored yet.")
    if not fixes.needed:
        return tr("It holds already. The items below 1 come first.")
    if all(each.edited for each in view.entries if each.needed):
        return trn(
            "It is changed: score again", "All {count:,} are changed: score again", len(fixes.needed)
        )  # fmt: skip
    reached = score_words(fixes.reached, least)
    return trn(
        "Fixed, this item brings {mean} to {reached}; {least} is enough",
        "Fixed, these {count:,} items bring {mean} to {reached}; {least} is enough",
        len(fixes.needed),
        mean=score_words(fixes.mean, least), reached=reached, least=number(least, 2),
    )  # fmt: skip
