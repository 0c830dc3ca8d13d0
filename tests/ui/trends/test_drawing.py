"""What is drawn, as values: gaps and not zeros, dots and not lines, and labels that do not lie on each other."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_desktop.app.trend_looks import remembered
from atlas_desktop.app.trend_state import Choice, Event, TrendState
from atlas_desktop.domain.buckets import Bucket, Period, edges
from atlas_desktop.domain.pass_rate import NOTHING, Counts, Line, Series
from atlas_desktop.domain.query import Query
from atlas_desktop.ui.pages.trends.axis import Axis
from atlas_desktop.ui.pages.trends.board import _apart
from atlas_desktop.ui.pages.trends.drawing import Drawing, draw, runs_of
from atlas_desktop.ui.pages.trends.looks import COLORS, DASHES
from atlas_desktop.ui.pages.trends.spreading import spread
from atlas_desktop.ui.theme import THEMES, contrast_ratio

ZONE = ZoneInfo("Europe/Berlin")


def counts(passed: int, evaluated: int, calls: int | None = None) -> Counts:
    return Counts(evaluated if calls is None else calls, 0, 0, passed, evaluated - passed)


def state(
    *lines: Sequence[Counts], last: date = date(2026, 11, 20), bucket: Bucket = "day", **more: object
) -> TrendState:
    days = len(lines[0])
    period = Period(last - timedelta(days=days - 1), last)
    named = tuple(Line(f"c{at}", tuple(each)) for at, each in enumerate(lines))
    series = Series("customer", bucket, ZONE.key, edges(period, bucket, ZONE), named)
    return TrendState(shown=Choice(), series=series, period=period, **more)  # type: ignore[arg-type]


def drawn(found: TrendState, day: date = date(2026, 11, 20)) -> Drawing:
    return draw(found, datetime(day.year, day.month, day.day, 12, tzinfo=ZONE).astimezone(UTC))


def test_where_nothing_was_evaluated_there_is_a_gap() -> None:
    found = drawn(state([counts(1, 2), counts(0, 0, 9), counts(2, 2), counts(2, 2), NOTHING]))
    (line,) = found.lines
    assert [[spot.bucket for spot in run] for run in line.runs] == [[0], [2, 3]]
    assert line.spot(1) is None
    assert line.end is not None
    assert line.end.bucket == 3


def test_no_call_and_nothing_evaluated_draw_nothing() -> None:
    (line,) = drawn(state([NOTHING, counts(0, 0, 5)])).lines
    assert line.runs == ()
    assert (line.last, line.end) == ("", None)
    assert draw(TrendState()).lines == ()


def test_a_single_call_is_a_dot_with_its_bounds() -> None:
    (line,) = drawn(state([NOTHING, counts(1, 1), NOTHING])).lines
    ((spot,),) = line.runs
    assert (spot.rate, spot.high) == (1.0, 1.0)
    assert 0.2 < spot.low < 0.21
    assert line.last == "100 %"


def test_0_and_100_per_cent_are_on_the_axis() -> None:
    found = drawn(state([counts(0, 8), counts(8, 8)]))
    assert found.bottom == 0.0
    assert [tick.words for tick in found.y_ticks] == ["0 %", "25 %", "50 %", "75 %", "100 %"]


def test_the_axis_begins_at_half_only_when_nothing_is_below() -> None:
    assert drawn(state([counts(5, 10)])).bottom == 0.5
    assert drawn(state([counts(49, 100)])).bottom == 0.0


@pytest.mark.parametrize(("last", "hours"), [(date(2026, 3, 30), 23), (date(2026, 10, 26), 25)])
def test_a_day_on_which_the_clock_is_changed_is_as_wide_as_it_was_long(last: date, hours: int) -> None:
    found = drawn(state([counts(1, 1)] * 3, last=last), last)
    widths = [round((bar.right - bar.left) * 24, 6) for bar in found.bars]
    assert widths == [24, hours, 24]
    assert [tick.words for tick in found.x_ticks] == ["d-2", "d-1", "d-0"]


def test_a_customer_that_appears_or_vanishes_has_no_values_before_or_after() -> None:
    comes, goes = drawn(state([NOTHING, NOTHING, counts(3, 4)], [counts(1, 4), NOTHING, NOTHING])).lines
    assert [spot.bucket for run in comes.runs for spot in run] == [2]
    assert [spot.bucket for run in goes.runs for spot in run] == [0]


def test_bars_count_calls_also_those_without_a_verdict() -> None:
    found = drawn(state([counts(1, 2, 7)], [counts(2, 2)]))
    assert [(bar.calls, bar.evaluated) for bar in found.bars] == [(9, 4)]


def test_the_previous_period_lies_under_the_same_days() -> None:
    now = state([counts(1, 2), counts(2, 2)])
    before = state([counts(0, 2), NOTHING], last=date(2026, 11, 18))
    both = TrendState(shown=Choice(), series=now.series, previous=before.series, period=now.period)
    (line,) = drawn(both).lines
    assert [(spot.bucket, spot.rate) for run in line.before for spot in run] == [(0, 0.0)]


def test_events_stand_where_they_were_and_only_those_of_these_days() -> None:
    found = state([counts(1, 1)] * 3)
    assert found.series is not None
    start, end = found.series.edges[0], found.series.edges[-1]
    events = tuple(Event(at, "promotion", "Tickets v3") for at in (start - 1, start, start + 5, end - 1, end))
    marks = drawn(TrendState(shown=Choice(), series=found.series, events=events)).marks
    assert [len(mark.events) for mark in marks] == [2, 1]
    assert marks[0].x == 0.0


@given(
    st.lists(st.integers(0, 9).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))), max_size=40)
)
def test_runs_are_exactly_the_evaluated_buckets(made: list[tuple[int, int]]) -> None:
    found = runs_of([counts(passed, of) for passed, of in made], [float(at) for at in range(len(made))])
    assert [spot.bucket for run in found for spot in run] == [at for at, (_, of) in enumerate(made) if of]
    for run in found:
        assert [spot.bucket for spot in run] == list(range(run[0].bucket, run[0].bucket + len(run)))
        assert all(spot.low <= spot.rate <= spot.high for spot in run)
    for one, other in pairwise(found):
        assert other[0].bucket - one[-1].bucket > 1


_PLACES = st.floats(-1e3, 1e3, allow_nan=False)


@given(st.lists(_PLACES, max_size=12), st.floats(1, 40))
def test_labels_keep_their_distance_and_their_order(wanted: list[float], gap: float) -> None:
    low, high = 0.0, 400.0
    found = spread(wanted, gap, low, high)
    room = min(gap, (high - low) / max(len(wanted) - 1, 1))
    order = sorted(range(len(wanted)), key=lambda at: (wanted[at], at))
    assert all(low - 1e-6 <= place <= high + 1e-6 for place in found)
    for one, other in pairwise(order):
        assert found[other] - found[one] >= room - 1e-6


@given(st.lists(st.floats(0, 400), max_size=12, unique_by=round), st.floats(0.01, 0.4))
def test_labels_that_are_far_enough_apart_stay_where_they_are(wanted: list[float], gap: float) -> None:
    apart = sorted(wanted)
    if all(other - one >= gap for one, other in pairwise(apart)):
        assert spread(wanted, gap, 0, 400) == pytest.approx(wanted)


@pytest.mark.parametrize("theme", ["light", "dark", "contrast"])
def test_each_line_is_seen_on_its_ground_and_told_from_others_without_its_colour(theme: str) -> None:
    tokens = THEMES[theme]  # type: ignore[index]
    assert all(contrast_ratio(color, tokens.surface) >= 3 for color in COLORS[tokens.name])
    assert len(set(COLORS[tokens.name])) == len(set(DASHES)) == 8


def test_more_days_than_a_month_are_dates() -> None:
    month = [tick.words for tick in drawn(state([counts(1, 1)] * 28)).x_ticks]
    assert month == ["d-27", "d-20", "d-13", "d-6", "d-0"]
    for days, first in ((29, "23 Oct"), (56, "2 Oct"), (90, "28 Aug")):
        words = [tick.words for tick in drawn(state([counts(1, 1)] * days)).x_ticks]
        assert (words[0], words[-1]) == (first, "20 Nov"), days
        assert 4 <= len(words) <= 9
    year = [tick.words for tick in drawn(state([counts(1, 1)] * 365)).x_ticks]
    assert year[0] == "Jan 2026"
    assert year[-1] == "Nov 2026"


@pytest.mark.parametrize("days", [28, 90, 365])
def test_wherever_one_is_near_there_are_days_to_read(days: int) -> None:
    axis = drawn(state([counts(1, 1)] * days)).axis
    whole = {tick.words: tick.at for tick in axis.ticks()}
    for start in range(0, days - 7, 5):
        seen = axis.ticks(start, start + 7)
        assert 1 <= len(seen) <= 9
        assert all(start - 1 <= tick.at <= start + 8 for tick in seen)
    near = {tick.words: tick.at for tick in axis.ticks(0, days - 1)}
    assert all(whole[words] == at for words, at in near.items() if words in whole)


def test_hours_are_written_with_the_day_they_begin() -> None:
    hours = edges(Period(date(2026, 11, 19), date(2026, 11, 20)), "hour", ZONE)
    words = [tick.words for tick in Axis(hours, "hour", ZONE.key, date(2026, 11, 20)).ticks()]
    assert "20 Nov" in words
    assert "12:00" in words


def test_what_was_left_out_is_neither_drawn_nor_told() -> None:
    found = state([counts(1, 1)] * 3)
    assert found.series is not None
    at = found.series.edges[1]
    events = (Event(at, "schema", "2", "mine"), Event(at, "schema", "7", "theirs"))
    shown = Choice(query=Query(operation="mine"))
    found = replace(found, events=events, shown=shown)
    assert [event.title for mark in drawn(found).marks for event in mark.events] == ["2"]
    assert found.noted == events[:1]


def test_lines_keep_their_looks_over_ranks_and_filters() -> None:
    first = state([counts(1, 9)], [counts(1, 5)], [counts(1, 2)])
    looks = remembered({}, first.places)
    second = replace(state([counts(1, 9)], [counts(1, 5)], [counts(1, 2)]), looks=looks)
    assert second.series is not None
    lines = second.series.lines
    for some in (lines[::-1], lines[1:], lines[2:]):
        drawing = drawn(replace(second, series=replace(second.series, lines=some)))
        assert {line.group: line.place for line in drawing.lines}.items() <= first.places.items()


@given(st.integers(1, 12), st.floats(20, 80), st.floats(5, 60))
def test_days_that_are_written_are_evenly_far_apart_and_the_newest_is(
    count: int, step: float, width: float
) -> None:
    boxes = [(at * step, at * step + width, str(at)) for at in reversed(range(count))]
    shown = _apart(boxes)
    assert shown[0] == boxes[0]
    gaps = {round(one[0] - other[0], 6) for one, other in pairwise(shown)}
    assert len(gaps) <= 1
    assert all(other[1] < one[0] for one, other in pairwise(shown))
