"""Means, counts and the spread of scores, against a plain computation."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from atlas_desktop.server.evaluation_runs.summary import Given, counts, summary

SCORES = st.none() | st.sampled_from([0.0, 0.5, 1.0, 0.9, 0.1]) | st.floats(0, 1)
RESULTS = st.lists(
    st.builds(
        Given,
        st.sampled_from(["ev_a", "ev_b"]),
        SCORES,
        st.none() | st.booleans(),
        st.sampled_from([1.0, 0.1, 3.5]),
        st.integers(1, 4),
    ),
    max_size=20,
)


@given(RESULTS)
def test_means_are_weighted_and_exact(results: list[Given]) -> None:
    means = summary(["ev_a", "ev_b"], results)
    for name in ("ev_a", "ev_b"):
        scored = [r for r in results if r.evaluator_id == name and r.score is not None]
        if not scored:
            assert means[name] is None
            continue
        weights = sum(Fraction(r.weight) * r.many for r in scored)
        total = sum(Fraction(r.weight) * r.many * Fraction(r.score or 0) for r in scored)
        assert means[name] == float(total / weights)
    there = [mean for mean in (means["ev_a"], means["ev_b"]) if mean is not None]
    expected = float(sum(map(Fraction, there)) / len(there)) if there else None
    assert means["overall"] == expected
    assert list(means) == ["overall", "ev_a", "ev_b"]


@given(RESULTS)
def test_every_result_is_counted_once(results: list[Given]) -> None:
    said = counts(["ev_a", "ev_b"], results)
    for name, one in said.items():
        mine = [r for r in results if r.evaluator_id == name]
        assert one["scored"] + one["unscored"] == sum(r.many for r in mine)
        assert sum(one["distribution"]) == one["scored"]
        assert one["passed"] + one["failed"] <= one["scored"]


def test_bins_hold_their_lower_edge_and_the_last_one_both() -> None:
    results = [Given("ev_a", score / 10, None, 1.0) for score in range(11)]
    assert counts(["ev_a"], results)["ev_a"]["distribution"] == [1] * 9 + [2]


def test_a_thousand_times_nine_tenths_holds_a_gate_at_nine_tenths() -> None:
    assert summary(["ev_a"], [Given("ev_a", 0.9, None, 0.1, 1000)])["ev_a"] == 0.9
