"""A fall is told once, when it may be, and again only after it recovered."""

from datetime import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_desktop.domain.alerts import (
    LEAST_EVALUATED,
    REST_MS,
    Key,
    Quiet,
    Reading,
    Standing,
    look,
    quiet_hours,
)
from atlas_desktop.domain.pass_rate import Counts

GATE = 0.85
KEYS = [Key("extract", "northwind"), Key("extract", None), Key("answer", "northwind")]
HIGH, LOW, FEW, NONE = Counts(120, 95, 5), Counts(120, 50, 50), Counts(30, 0, LEAST_EVALUATED - 1), Counts(9)
HOUR = REST_MS // 24

steps = st.lists(
    st.tuples(
        st.dictionaries(st.sampled_from(KEYS), st.sampled_from([HIGH, LOW, FEW, NONE])),
        st.integers(0, 2 * REST_MS),
        st.booleans(),
    ),
    max_size=25,
)


def reading(key: Key, counts: Counts, gate: float = GATE) -> Reading:
    return Reading(key, counts, gate)


def told_over(steps_: list[tuple[dict[Key, Counts], int, bool]]) -> list[tuple[int, bool, Key]]:
    """When what was told: (number of the step, whether it was quiet, of whom)."""
    known: dict[Key, Standing] = {}
    told, now = [], 0
    for number, (seen, later, quiet) in enumerate(steps_):
        now += later
        known, falls = look(known, [reading(*each) for each in seen.items()], now, quiet=quiet)
        told += [(number, quiet, fall.key) for fall in falls]
    return told


@given(steps)
def test_it_is_told_outside_of_quiet_hours_and_only_while_it_is_below(
    steps_: list[tuple[dict[Key, Counts], int, bool]],
) -> None:
    for number, quiet, key in told_over(steps_):
        assert not quiet
        assert steps_[number][0][key] == LOW


@given(steps)
def test_between_two_notices_it_recovered_and_a_day_passed(
    steps_: list[tuple[dict[Key, Counts], int, bool]],
) -> None:
    told = told_over(steps_)
    for key in KEYS:
        mine = [number for number, _, whose in told if whose == key]
        for first, second in pairwise(mine):
            between = [seen.get(key) for seen, _, _ in steps_[first + 1 : second]]
            assert HIGH in between
            assert sum(later for _, later, _ in steps_[first + 1 : second + 1]) >= REST_MS


@given(steps)
def test_the_first_notice_comes_after_it_was_seen_above(
    steps_: list[tuple[dict[Key, Counts], int, bool]],
) -> None:
    for number, _, key in told_over(steps_):
        assert HIGH in [seen.get(key) for seen, _, _ in steps_[:number]]


@given(steps)
def test_no_fall_is_lost(steps_: list[tuple[dict[Key, Counts], int, bool]]) -> None:
    """Who is below at the end, and was above before, has been told, or is as soon as it may be."""
    known: dict[Key, Standing] = {}
    told: dict[Key, int] = {}
    for number, (seen, later, quiet) in enumerate(steps_):
        now = sum(each[1] for each in steps_[: number + 1])
        assert later >= 0
        known, falls = look(known, [reading(*each) for each in seen.items()], now, quiet=quiet)
        told |= {fall.key: number for fall in falls}
    end = sum(each[1] for each in steps_) + REST_MS
    _, late = look(known, [reading(key, LOW) for key in known], end, quiet=False)
    for key in known:
        judged = [seen[key] for seen, _, _ in steps_ if seen.get(key) in (HIGH, LOW)]
        above = max((at for at, (seen, _, _) in enumerate(steps_) if seen.get(key) == HIGH), default=None)
        expected = HIGH in judged and (above is None or told.get(key, -1) <= above)
        assert (key in {fall.key for fall in late}) == expected


def test_a_fall_in_the_night_is_told_in_the_morning_unless_it_recovered() -> None:
    one, other = KEYS[0], KEYS[2]
    known, _ = look({}, [reading(one, HIGH), reading(other, HIGH)], 0, quiet=False)
    known, falls = look(known, [reading(one, LOW), reading(other, LOW)], HOUR, quiet=True)
    assert falls == ()
    _, falls = look(known, [reading(one, LOW), reading(other, HIGH)], 2 * HOUR, quiet=False)
    assert [fall.key for fall in falls] == [one]


def test_at_the_gate_is_not_below_it() -> None:
    counts = Counts(100, 85, 15)
    known, _ = look({}, [reading(KEYS[0], HIGH)], 0, quiet=False)
    assert look(known, [reading(KEYS[0], counts)], 1, quiet=False)[1] == ()
    assert look(known, [reading(KEYS[0], counts, 0.86)], 1, quiet=False)[1] != ()


def test_the_lowest_under_its_gate_is_first() -> None:
    known = {key: Standing(below=False) for key in KEYS}
    readings = [reading(KEYS[0], Counts(100, 80, 20)), reading(KEYS[1], LOW), reading(KEYS[2], LOW, 0.99)]
    _, falls = look(known, readings, 0, quiet=False)
    assert [fall.key for fall in falls] == [KEYS[2], KEYS[1], KEYS[0]]


def test_a_clock_set_back_silences_nothing() -> None:
    known = {KEYS[0]: Standing(below=False, told_ms=10 * REST_MS)}
    assert look(known, [reading(KEYS[0], LOW)], 0, quiet=False)[1] != ()


@given(st.times(), st.times(), st.times())
def test_quiet_hours_go_over_midnight(start: time, end: time, now: time) -> None:
    quiet, other = Quiet(start, end), Quiet(end, start)
    assert not quiet.holds(end)
    assert quiet.holds(start) == (start != end)
    assert (quiet.holds(now) != other.holds(now)) or start == end


@given(st.times(), st.times())
def test_hours_as_written_are_read_back(start: time, end: time) -> None:
    quiet = Quiet(start.replace(second=0, microsecond=0), end.replace(second=0, microsecond=0))
    assert quiet_hours(str(quiet)) == quiet


@pytest.mark.parametrize("text", ["22:00-07:00", "22:00–07:00", "22 - 7", " 22-7:00 ", "22:00 07:00"])
def test_hours_are_read_as_people_write_them(text: str) -> None:
    assert quiet_hours(text) == Quiet(time(22), time(7))


@pytest.mark.parametrize("text", ["", "22", "24-7", "22:60-7", "22:00-", "ten to six", "22-7-8", "-1-3"])
def test_what_are_no_hours_is_said(text: str) -> None:
    assert quiet_hours(text) is None
