"""The days along a chart: which of them are written, over all of it and over a part of it."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from atlas_desktop.domain.buckets import DAY_MS, Bucket
from atlas_desktop.domain.pass_rate import Series
from atlas_desktop.ui.dates import month, short_day
from atlas_desktop.wording import tr

_MOST: Final = 9
_LONG: Final = 300
"""Days from which on a day alone does not say of which year."""
COUNTED: Final = 28
"""So many days are counted back from today, as d-27; more of them are dates, which nobody has to reckon."""
_STEPS: Final = (1, 2, 7, 14, 28, 56, 91)
_HOURS: Final = (1, 2, 4, 6, 12, 24, 48)


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark at the axis and its words."""

    at: float
    words: str


@dataclass(frozen=True, slots=True)
class Axis:
    """``edges`` of the buckets, in milliseconds since 1970; ``today`` is the day it is where they are counted."""

    edges: tuple[int, ...] = ()
    bucket: Bucket = "day"
    zone: str = "UTC"
    today: date = date.min

    def centre(self, at: int) -> float:
        """Where the middle of a bucket is, in days from the beginning."""
        return ((self.edges[at] + self.edges[at + 1]) // 2 - self.edges[0]) / DAY_MS

    def ticks(self, start: float | None = None, end: float | None = None) -> tuple[Tick, ...]:
        """Between two places, in days from the beginning; of all of it without them."""
        count = len(self.edges) - 1
        if count <= 0:
            return ()
        first, last = 0, count - 1
        if start is not None and end is not None:
            first = max(bisect_right(self.edges, self.edges[0] + start * DAY_MS) - 1, 0)
            last = min(bisect_left(self.edges, self.edges[0] + end * DAY_MS) - 1, count - 1)
        places = self._places(count, first, last)
        return tuple(Tick(self.centre(at), words) for at, words in places if first <= at <= last)

    def _places(self, count: int, first: int, last: int) -> list[tuple[int, str]]:
        if self.bucket == "hour":
            return self._hours(first, last)
        if self.bucket == "day" and count <= COUNTED and self._day(count - 1) == self.today:
            return [(at, self._days_ago(at)) for at in _even(count, last - first + 1)]
        if self.bucket == "day" and last - first >= _LONG:
            return self._months(first, last)
        step = _step(last - first + 1, _STEPS)
        words = month if last - first >= _LONG else short_day
        begun = (count - 1) % step
        return [(at, words(self._day(at))) for at in range(begun, count, step)]

    def _hours(self, first: int, last: int) -> list[tuple[int, str]]:
        step = _step(last - first + 1, _HOURS)
        zone = ZoneInfo(self.zone)
        starts = [(at, datetime.fromtimestamp(self.edges[at] / 1000, zone)) for at in range(first, last + 1)]
        return [
            (at, short_day(start.date()) if start.hour == 0 else f"{start:%H:%M}")
            for at, start in starts
            if start.hour % min(step, 24) == 0
        ]

    def _months(self, first: int, last: int) -> list[tuple[int, str]]:
        days = [(at, self._day(at)) for at in range(first, last + 1)]
        begun = [(at, day) for at, day in days if day.day == 1]
        step = _step(len(begun), (1, 2, 3, 6, 12))
        return [(at, month(day)) for at, day in begun if (day.month - 1) % step == 0]

    def _days_ago(self, at: int) -> str:
        return tr("d-{days}", days=(self.today - self._day(at)).days)

    def _day(self, at: int) -> date:
        return _days(self.edges, self.zone)[at]


@lru_cache(maxsize=4)
def _days(edges: tuple[int, ...], zone: str) -> tuple[date, ...]:
    """The day of each edge: asked for in every frame of a chart that is moved."""
    place = ZoneInfo(zone)
    return tuple(datetime.fromtimestamp(edge / 1000, place).date() for edge in edges)


def axis_of(series: Series, now: datetime | None = None) -> Axis:
    """Of these buckets."""
    today = (now or datetime.now(UTC)).astimezone(ZoneInfo(series.zone)).date()
    return Axis(series.edges, series.bucket, series.zone, today)


def _even(count: int, seen: int) -> list[int]:
    """Whole weeks from the first day on, and the last: ``d-27 d-20 d-13 d-6 d-0``; every day of a few."""
    last = count - 1
    step = 1 if seen <= 8 else 7
    places = [*range(0, last, step), last]
    if len(places) > 2 and places[-1] - places[-2] < step / 2:
        del places[-2]
    return places


def _step(count: int, steps: Sequence[int]) -> int:
    """The least that leaves no more ticks than there is room for."""
    return next((step for step in steps if -(-count // step) <= _MOST), -(-count // _MOST))
