"""The weighted mean, exact and rounded once."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_desktop.domain.means import Weighted, weighted_mean

SCORES = st.none() | st.floats(0, 1)
WEIGHTS = st.floats(0.001, 1000, allow_nan=False)
PAIRS = st.lists(st.tuples(SCORES, WEIGHTS), max_size=40)


@given(PAIRS)
def test_it_is_the_nearest_float_to_the_exact_mean(pairs: list[tuple[float | None, float]]) -> None:
    scored = [(Fraction(score), Fraction(weight)) for score, weight in pairs if score is not None]
    exact = sum(s * w for s, w in scored) / sum(w for _, w in scored) if scored else None
    assert weighted_mean(pairs) == (None if exact is None else float(exact))


@given(st.floats(0, 1), st.lists(WEIGHTS, min_size=1, max_size=300))
def test_equal_scores_have_that_mean_whatever_they_weigh(score: float, weights: list[float]) -> None:
    assert weighted_mean((score, weight) for weight in weights) == score


@pytest.mark.parametrize("score", [0.1, 0.7, 0.85, 0.88, 0.9])
def test_ten_thousand_items_at_the_minimum_hold_it(score: float) -> None:
    assert weighted_mean([(score, 1.0)] * 10_000) == score


def test_nothing_scored_has_no_mean() -> None:
    assert weighted_mean([]) is None
    assert weighted_mean([Weighted(None), Weighted(None, 3)]) is None
    assert weighted_mean([Weighted(None, 900), Weighted(0.25)]) == 0.25
