import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_desktop.app.pace import Pace


def paced(*gaps: float) -> int | None:
    pace, now = Pace(), 1000.0
    pace.decided(now)
    for gap in gaps:
        now += gap
        pace.decided(now)
    return pace.an_hour


def test_a_call_in_ten_seconds_is_360_an_hour() -> None:
    assert paced(10, 10, 10, 10) == 360


def test_a_lunch_counts_as_a_minute() -> None:
    assert paced(10, 10, 3600, 10) == paced(10, 10, 60, 10) == 160


def test_four_decisions_are_no_pace() -> None:
    assert paced(10, 10, 10) is None
    assert Pace().an_hour is None


@given(st.lists(st.floats(0.01, 10_000), min_size=4, max_size=400))
def test_nobody_is_slower_than_one_a_minute(gaps: list[float]) -> None:
    assert (paced(*gaps) or 0) >= 60


@pytest.mark.parametrize("back", [-5.0, 0.0])
def test_a_clock_that_stands_is_no_division_by_zero(back: float) -> None:
    assert paced(back, back, back, back) is None
