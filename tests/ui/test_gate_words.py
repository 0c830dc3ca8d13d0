"""A gate in words: a score that misses its minimum never looks like one that meets it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_desktop.app.fix_entry import FixEntry
from atlas_desktop.app.gate_state import GateState, GateView, with_edited, with_results
from atlas_desktop.contract.promotions import GateStanding
from atlas_desktop.ui.gate_words import gate_words, goal_words, headline, score_words


def view(score: float | None, **more: object) -> GateView:
    standing = {
        "evaluator_id": "ev_1", "evaluator_version": 1, "name": "One", "kind": "regex", "min_score": 0.88, "score": score,
    }  # fmt: skip
    return GateView(GateStanding.model_validate(standing | more))


@given(st.floats(0, 1), st.sampled_from([0.5, 0.85, 0.88, 0.995, 1.0]))
def test_what_is_shown_is_on_the_side_of_the_minimum_where_it_is(score: float, least: float) -> None:
    shown = float(score_words(score, least))
    if score < least - 1e-5:
        assert shown < least
    if score >= least:
        assert shown >= round(least, 2)
    assert abs(shown - score) <= 0.005


@pytest.mark.parametrize(
    ("score", "words"),
    [(0.83, "0.83"), (0.8799, "0.8799"), (0.87996, "0.87996"), (0.88, "0.88"), (None, "–")],
)
def test_as_many_decimals_as_it_takes(score: float | None, words: str) -> None:
    assert score_words(score, 0.88) == words


def test_each_state_has_its_words() -> None:
    assert gate_words(view(None, reason="not_evaluated"), edited=False) == "Not scored yet"
    assert gate_words(view(None, reason="stale"), edited=False) == "Changed since it was scored"
    assert gate_words(view(0.9, reason="incomplete", unscored=2), edited=False) == "2 items have no score"
    assert gate_words(view(0.9, met=True), edited=False) == "Holds"
    assert gate_words(view(0.9, met=True), edited=True) == "Changed since it was scored"


def test_the_headline_counts() -> None:
    gates = (view(0.5), view(0.9, met=True))
    assert headline(GateState(phase="ready", gates=gates)) == "1 of 2 gates unmet"
    assert headline(GateState(phase="ready", gates=gates[1:], met=True)) == "Every gate holds"
    assert (
        headline(GateState(phase="ready", gates=gates, edited=frozenset({"di_1"}))) == "1 item changed since"
    )
    assert headline(GateState(phase="ready", gates=(view(None),))) == "Not scored as it is now"


def test_when_all_that_is_needed_is_changed_the_next_step_is_said() -> None:
    rows = [FixEntry(f"di_{at}", 0.0, 1.0, "", "1 USD") for at in range(2)]
    unmet = with_results(view(0.0), rows)
    assert goal_words(unmet).startswith("Fixed, these 2 items bring 0.00 to ")
    (one,) = with_edited((unmet,), frozenset({"di_0"}), {})
    assert goal_words(one).startswith("Fixed, these 2 items bring")
    (both,) = with_edited((unmet,), frozenset({"di_0", "di_1"}), {})
    assert goal_words(both) == "All 2 are changed: score again"
