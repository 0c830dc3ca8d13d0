"""Amounts: exact, and aligned."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from atlas_desktop.domain.money import NANO, decimals_of, nano_of, plain_usd

AMOUNTS = st.integers(-(2**52) + 1, 2**52 - 1)


@given(AMOUNTS)
def test_an_amount_written_is_the_amount(nano: int) -> None:
    assert Decimal(plain_usd(nano)) * NANO == nano


@given(AMOUNTS)
def test_what_came_over_the_wire_is_exact_again(nano: int) -> None:
    assert nano_of(nano / NANO) == nano


@given(st.lists(AMOUNTS, max_size=8))
def test_a_column_aligns_and_loses_nothing(amounts: list[int]) -> None:
    places = decimals_of(amounts)
    written = [plain_usd(amount, places) for amount in amounts]
    assert all(len(each.partition(".")[2]) == places for each in written)
    assert [Decimal(each) * NANO for each in written] == amounts


@given(AMOUNTS, st.integers(0, 8))
def test_rounded_is_the_nearest(nano: int, places: int) -> None:
    assert abs(Decimal(plain_usd(nano, places)) * NANO - nano) * 2 <= 10 ** (9 - places)


def test_as_it_looks() -> None:
    assert plain_usd(4_100_000) == "0.0041"
    assert plain_usd(4_100_000, 6) == "0.004100"
    assert plain_usd(-1, 2) == "0.00"
    assert plain_usd(1_500_000_000, 0) == "2"
    assert decimals_of([1_000_000_000]) == 2
    assert decimals_of([1]) == 9
