"""Verdicts, counts, and the interval a rate lies in."""

import gc
from datetime import UTC, datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_desktop.domain.pass_rate import Counts, Line, Row, Series, total_of, verdict, wilson

numbers = st.integers(0, 10**7)
some_counts = st.builds(Counts, numbers, *[st.integers(0, 10**6)] * 4)


def test_scores_decide_and_ratings_where_there_are_none() -> None:
    assert verdict(True, "thumbs_down") == (True, "scores")
    assert verdict(False, "thumbs_up") == (False, "scores")
    assert verdict(None, "thumbs_up") == (True, "ratings")
    assert verdict(None, "thumbs_down") == (False, "ratings")
    assert verdict(None, None) is None


@given(st.integers(1, 10**7), st.floats(0, 1))
def test_the_interval_holds_the_rate_and_solves_its_equation(evaluated: int, share: float) -> None:
    passed = round(evaluated * share)
    found = wilson(passed, evaluated)
    assert found is not None
    low, high = found
    assert 0 <= low <= passed / evaluated <= high <= 1
    # Its ends are where the rate is 1.96 standard errors away: (p - x)² = z² x (1 - x) / n.
    z2 = Fraction(1.959963984540054) ** 2
    for end in (low, high):
        x = Fraction(end)
        off = (Fraction(passed, evaluated) - x) ** 2 - z2 * x * (1 - x) / evaluated
        assert abs(off) < Fraction(1, 10**12)


def test_nothing_has_no_interval_and_one_call_has_a_wide_one() -> None:
    assert wilson(0, 0) is None
    for passed, evaluated, bounds in ((1, 1, (0.2065, 1)), (0, 1, (0, 0.7935)), (85, 100, (0.7672, 0.9069))):
        found = wilson(passed, evaluated)
        assert found is not None
        assert found == pytest.approx(bounds, abs=1e-4)


@given(st.lists(some_counts, max_size=6))
def test_totals_are_sums(counts: list[Counts]) -> None:
    total = total_of(counts)
    assert total.evaluated == sum(each.evaluated for each in counts)
    assert total.evaluated == total.by_scores + total.by_ratings == total.passed + total.failed
    assert (
        (total.rate is None) == (total.bounds is None) == (total.evaluated == 0) == (total.basis == "nothing")
    )
    assert total_of([total, Counts(1)]) == total.plus(Counts(1))


def test_what_a_line_says() -> None:
    scored, rated, silent = Counts(3, 1, 1), Counts(2, 0, 0, 2, 0), Counts(4)
    line = Line("halo", (scored, rated, silent))
    assert (line.last, line.total.rate, line.total.basis) == (1, 0.75, "both")
    assert [each.basis for each in line.counts] == ["scores", "ratings", "nothing"]
    assert silent.rate is None
    series = Series("customer", "day", "UTC", (0, 86_400_000, 172_800_000, 259_200_000), (line,))
    assert (series.buckets, series.total, series.line("halo"), series.line(None)) == (
        3,
        line.total,
        line,
        None,
    )
    assert series.point(line, 1).start == datetime(1970, 1, 2, tzinfo=UTC)
    assert Line("x", (silent, silent)).last is None


@given(st.lists(st.builds(Counts, *[st.integers(0, 10**12)] * 5), max_size=30), st.slices(30))
def test_a_row_is_like_a_tuple_of_its_counts(counts: list[Counts], part: slice) -> None:
    row, plain = Row(counts), tuple(counts)
    assert list(row) == counts
    assert len(row) == len(plain)
    assert row == plain
    assert row == Row(plain)
    assert hash(row) == hash(Row(plain))
    assert row[part] == plain[part]
    assert total_of(row) == total_of(plain)
    assert list(reversed(row)) == counts[::-1]
    for at in range(-len(plain), len(plain)):
        assert row[at] == plain[at]
    for beyond in (len(plain), -len(plain) - 1):
        with pytest.raises(IndexError):
            row[beyond]
    if plain:
        assert row != Row([*counts[:-1], counts[-1].plus(Counts(1))])


def test_a_row_gives_the_collector_nothing_to_walk() -> None:
    row = Row([Counts(number, number) for number in range(1000)])
    gc.collect()
    assert not [each for each in gc.get_objects() if isinstance(each, Counts) and each.calls > 500]
    assert row[900].calls == 900
