"""The flip matrix, and McNemar's p-value against counting every way the coins can fall."""

from fractions import Fraction
from math import comb, isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_desktop.domain.flips import CELLS, flips, mcnemar

RUN = st.dictionaries(st.sampled_from([f"di_{n}" for n in range(12)]), st.sampled_from([True, False, None]))


def counted(one: int, other: int) -> float:
    """The definition: twice the weight of every outcome as lopsided as this one."""
    total = one + other
    ways = sum(comb(total, k) for k in range(min(one, other) + 1))
    return float(min(Fraction(1), 2 * Fraction(ways, 2**total)))


@given(st.integers(0, 300), st.integers(0, 300))
def test_the_p_value_is_exact(one: int, other: int) -> None:
    assert isclose(mcnemar(one, other), counted(one, other), rel_tol=1e-9)


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_it_has_no_side_and_stays_a_probability(one: int, other: int) -> None:
    assert mcnemar(one, other) == mcnemar(other, one)
    assert 0 <= mcnemar(one, other) <= 1


@pytest.mark.parametrize(
    ("fixed", "broke", "p_value"),
    [(0, 0, 1.0), (5, 5, 1.0), (5, 0, 0.0625), (6, 0, 0.03125), (12, 2, 0.012939453125), (1, 9, 0.021484375)],
)
def test_published_values(fixed: int, broke: int, p_value: float) -> None:
    assert mcnemar(fixed, broke) == pytest.approx(p_value)


@given(RUN, RUN)
def test_every_item_is_in_one_cell(first: dict[str, bool | None], second: dict[str, bool | None]) -> None:
    found = flips(first, second)
    named = [item for name in CELLS for item in found.cell(name)] + list(found.apart)
    assert sorted(named) == sorted({*first, *second})
    assert all(first[item] and second[item] for item in found.kept)
    assert all(first[item] is False and second[item] for item in found.fixed)
    assert all(first[item] and second[item] is False for item in found.broke)
    assert all(first[item] is False and second[item] is False for item in found.still)
    assert all(first.get(item) is None or second.get(item) is None for item in found.apart)
    assert found.compared == len(named) - len(found.apart)


@given(RUN, RUN)
def test_the_other_way_round_what_was_fixed_broke(
    first: dict[str, bool | None], second: dict[str, bool | None]
) -> None:
    there, back = flips(first, second), flips(second, first)
    assert set(there.fixed) == set(back.broke)
    assert there.p_value == back.p_value
