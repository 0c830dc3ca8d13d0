"""Days and hours where clocks are changed: no moment in two buckets or in none."""

import os
from bisect import bisect_right
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import get_args
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from atlas_desktop.domain.buckets import (
    DAY_MS,
    FIRST_DAY,
    LAST_DAY,
    Bucket,
    Period,
    day_at,
    day_start,
    edges,
    edges_between,
    last_days,
    shifts,
    utc,
    zone_named,
)  # fmt: skip

HOUR = 3_600_000
BERLIN = ZoneInfo("Europe/Berlin")
SOME = tuple(map(ZoneInfo, (
    "UTC", "Europe/Berlin", "America/Sao_Paulo", "America/St_Johns", "Asia/Kathmandu", "Australia/Lord_Howe",
    "Pacific/Apia", "Asia/Gaza", "Africa/Casablanca", "America/Toronto",
)))  # fmt: skip
zones = st.sampled_from(SOME)
days = st.dates(date(1971, 1, 1), date(2099, 12, 1))
moments = st.integers(31 * 10**9, 4_099_000_000_000)


@given(days, zones)
@example(date(2018, 11, 4), ZoneInfo("America/Sao_Paulo"))  # midnight is left out
@example(date(2011, 12, 30), ZoneInfo("Pacific/Apia"))  # the day is left out
@example(date(2010, 11, 7), ZoneInfo("America/St_Johns"))  # one minute after midnight it is 23:01 again
def test_a_day_begins_at_its_first_moment(day: date, zone: ZoneInfo) -> None:
    start = day_start(day, zone)
    assert utc(start).astimezone(zone).date() >= day
    assert utc(start - 1000).astimezone(zone).date() < day
    for hours in range(1, 4):
        assert utc(start - hours * HOUR).astimezone(zone).date() < day


@given(moments, zones)
def test_a_moment_is_in_its_day(at: int, zone: ZoneInfo) -> None:
    day = day_at(at, zone)
    assert day_start(day, zone) <= at < day_start(day + timedelta(days=1), zone)


@given(moments, zones)
def test_shifts_count_the_same_days(at: int, zone: ZoneInfo) -> None:
    rows = shifts(zone)
    shift = rows[bisect_right(rows, (at, DAY_MS * 2)) - 1][1]
    assert (at + shift) // DAY_MS == (day_at(at, zone) - FIRST_DAY).days


@pytest.mark.parametrize(
    "zone", map(ZoneInfo, sorted(available_timezones())) if os.environ.get("ATLAS_LONG") else SOME, ids=str
)
def test_shifts_hold_at_both_ends_of_every_day(zone: ZoneInfo) -> None:
    rows = shifts(zone)
    starts = [day_start(FIRST_DAY + timedelta(days=n), zone) for n in range((LAST_DAY - FIRST_DAY).days + 1)]
    for number in range(len(starts) - 1):
        start, end = starts[number], starts[number + 1]
        for at in (start, end - 1) if end > start else ():
            assert (at + rows[bisect_right(rows, (at, DAY_MS * 2)) - 1][1]) // DAY_MS == number, utc(at)


@given(days, st.integers(0, 40), st.sampled_from(get_args(Bucket)), zones)
def test_buckets_follow_each_other_and_cover_the_period(
    first: date, more: int, bucket: Bucket, zone: ZoneInfo
) -> None:
    period = Period(first, min(first + timedelta(days=more), LAST_DAY))
    found = edges(period, bucket, zone)
    assert list(found) == sorted(set(found))
    assert found[0] <= day_start(period.first, zone)
    assert found[-1] >= day_start(period.last + timedelta(days=1), zone)
    if bucket == "week":
        assert all(utc(at).astimezone(zone).weekday() == 0 for at in found[:-1])
    if bucket == "hour":
        assert all(at % HOUR in (0, HOUR // 4, HOUR // 2, HOUR * 3 // 4) for at in found)
        assert max(b - a for a, b in pairwise(found)) <= HOUR


@given(moments, st.integers(1, 60 * DAY_MS), st.sampled_from(get_args(Bucket)), zones)
def test_a_range_widens_to_the_buckets_it_touches(
    start: int, length: int, bucket: Bucket, zone: ZoneInfo
) -> None:
    end = start + length
    found = edges_between(start, end, bucket, zone)
    assert found[0] <= start
    assert found[-1] >= end
    if len(found) > 2:
        assert found[1] > start
        assert found[-2] < end


def test_the_days_on_which_the_clock_is_changed() -> None:
    for day, hours in ((date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 10, 26), 24)):
        found = edges(Period(day, day), "day", BERLIN)
        assert found[1] - found[0] == hours * HOUR
        assert len(edges(Period(day, day), "hour", BERLIN)) == hours + 1
    assert (
        edges(Period(date(2011, 12, 29), date(2011, 12, 31)), "day", ZoneInfo("Pacific/Apia"))
        == edges(Period(date(2011, 12, 29), date(2011, 12, 29)), "day", ZoneInfo("Pacific/Apia"))
        + edges(Period(date(2011, 12, 31), date(2011, 12, 31)), "day", ZoneInfo("Pacific/Apia"))[1:]
    )


def test_periods() -> None:
    late = datetime(2026, 11, 19, 23, 30, tzinfo=UTC)
    period = last_days(28, late, BERLIN)
    assert (period.last, period.days) == (date(2026, 11, 20), 28)
    assert period.previous() == Period(date(2026, 9, 26), date(2026, 10, 23))
    assert edges(Period(date(2200, 1, 1), date(2200, 1, 9)), "day", BERLIN) == ()
    assert zone_named("Europe/Berlin") == BERLIN
    assert [zone_named(name) for name in ("Europe/Nowhere", "../../etc/passwd", "", "a\0b", "Europe")] == [
        None
    ] * 5
    assert {name for name in available_timezones() if zone_named(name) is None} <= {"Factory", "localtime"}


def test_names_of_this_computer_only_are_no_time_zones() -> None:
    for name in (
        "localtime",
        "posixrules",
        "Factory",
        "right/Europe/Berlin",
        "posix/UTC",
        "utc",
        "Europe/Berlin/",
        "tzdata.zi",
    ):
        assert zone_named(name) is None, name
