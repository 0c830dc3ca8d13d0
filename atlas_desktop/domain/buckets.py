"""Hours, days and weeks as a place on earth counts them: where each begins, on days when the clock is changed too."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from operator import attrgetter
from typing import Final, Literal, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

Bucket = Literal["hour", "day", "week"]

DAY_MS: Final = 86_400_000
FIRST_DAY: Final = date(1970, 1, 1)
LAST_DAY: Final = date(2099, 12, 31)
"""The calendar. A call of another day is in no bucket of any zone: nothing is recorded there, and a zone's rules are no
longer known."""
_HOUR_S: Final = 3600
_BEGINNING: Final = -(2**62)
_DAY: Final = timedelta(days=1)
_STRIDE: Final = 7
# Beside the zones systems keep whatever is lower case here: links to their own one, others with leap seconds.
_ZONE_KEY: Final = re.compile(r"[A-Z][A-Za-z0-9_+-]*(/[A-Z][A-Za-z0-9_+-]*)*")
_NO_ZONES: Final = frozenset({"Factory"})


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days of some place, ``last`` included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many."""
        return (self.last - self.first).days + 1

    def previous(self) -> "Period":
        """As many days, just before."""
        return Period(self.first - timedelta(days=self.days), self.first - _DAY)


class Stretch(NamedTuple):
    """From ``since_ms`` on, as far as the next stretch, a moment is in the bucket ``(at + add_ms) // step_ms + base``."""

    since_ms: int
    add_ms: int
    step_ms: int
    base: int


def zone_named(name: str) -> ZoneInfo | None:
    """The time zone of this IANA name; None where there is none. What only this computer calls so is none."""
    if not _ZONE_KEY.fullmatch(name) or name in _NO_ZONES:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def last_days(number: int, now: datetime, zone: ZoneInfo) -> Period:
    """So many days up to the day that it is there now, which has not ended."""
    today = now.astimezone(zone).date()
    return Period(today - timedelta(days=number - 1), today)


def day_at(at_ms: int, zone: ZoneInfo) -> date:
    """The day this moment belongs to. Where the clock goes back over midnight the new day has begun all the same."""
    day = _local(at_ms // 1000, zone).date()
    return day + _DAY if day_start(day + _DAY, zone) <= at_ms else day


def day_start(day: date, zone: ZoneInfo) -> int:
    """The first moment of this day or of a later one, in milliseconds since 1970.

    Not always midnight: where the clock goes forward then, the day begins at one; and a day may be left out.
    """
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
    late = int(midnight.timestamp())
    early = int(midnight.replace(fold=1).timestamp())
    if early < late:
        # No such midnight: the clock jumps over it between these two.
        late = early + 1 + bisect_left(range(early + 1, late), day, key=lambda at: _local(at, zone).date())
    return late * 1000


def edges(period: Period, bucket: Bucket, zone: ZoneInfo) -> tuple[int, ...]:
    """Where each bucket of a period begins, in milliseconds since 1970, and after them where the last one ends.

    Buckets are whole: weeks begin on Monday, so the first may begin before the period. An hour cut short by the clock,
    or made longer, is a bucket like any other; a day that was left out is none.
    """
    first, last = max(period.first, FIRST_DAY), min(period.last, LAST_DAY)
    if first > last:
        return ()
    if bucket == "week":
        first -= timedelta(days=first.weekday())
        last += timedelta(days=6 - last.weekday())
    step = 7 if bucket == "week" else 1
    days = (first + timedelta(days=number) for number in range(0, (last - first).days + 2, step))
    starts = sorted({day_start(day, zone) for day in days})
    if bucket == "hour":
        starts = list(_hours(starts[0], starts[-1], zone))
    return tuple(starts)


def edges_between(start_ms: int, end_ms: int, bucket: Bucket, zone: ZoneInfo) -> tuple[int, ...]:
    """The same for the buckets that hold any moment of ``start_ms <= at < end_ms``, wherever that is; none of nothing."""
    start_ms = max(start_ms, day_start(FIRST_DAY, zone))
    end_ms = min(end_ms, day_start(LAST_DAY + _DAY, zone))
    if start_ms >= end_ms:
        return ()
    found = edges(Period(day_at(start_ms, zone), day_at(end_ms - 1, zone)), bucket, zone)
    first = max(0, bisect_right(found, start_ms) - 1)
    return found[first : bisect_left(found, end_ms) + 1]


def _hours(start_ms: int, end_ms: int, zone: ZoneInfo) -> Iterator[int]:
    at, end = start_ms // 1000, end_ms // 1000
    while at < end:
        yield at * 1000
        local = _local(at, zone)
        at = min(end, at + _HOUR_S - local.minute * 60 - local.second)
    yield end * 1000


def _local(seconds: int, zone: ZoneInfo) -> datetime:
    return datetime.fromtimestamp(seconds, zone)


@lru_cache(maxsize=8)
def shifts(zone: ZoneInfo) -> tuple[tuple[int, int], ...]:
    """From when on (milliseconds since 1970) how much is to be added, so that ``(at + shift) // DAY_MS`` counts days.

    One row for each change of the clock, the first from the beginning of time; days as `day_at` has them.
    """
    start = day_start(FIRST_DAY, zone)
    found = [(_BEGINNING, -start)]
    number, days = 0, (LAST_DAY - FIRST_DAY).days + 1
    while number < days:
        far = number + _STRIDE
        if far <= days and _is_even(found[-1][1], number, far, start, zone):
            number, start = far, far * DAY_MS - found[-1][1]
            continue
        end = day_start(FIRST_DAY + timedelta(days=number + 1), zone)
        if end > start:
            # Any shift from the one to the other gives this day its number: more than one where an hour is left out,
            # none where one comes twice.
            least, most = number * DAY_MS - start, (number + 1) * DAY_MS - end
            if most < least:
                _shift(found, start, least, least)
                _shift(found, start + DAY_MS, most, most)
            else:
                _shift(found, start, least, most)
        number, start = number + 1, end
    return tuple(found)


@lru_cache(maxsize=8)
def day_stretches(zone: ZoneInfo) -> tuple[Stretch, ...]:
    """The same as stretches whose buckets are days, counted from the first of the calendar."""
    return tuple(Stretch(since, shift, DAY_MS, 0) for since, shift in shifts(zone))


def day_number(at_ms: int, zone: ZoneInfo) -> int:
    """The same of one moment, which may lie anywhere."""
    rows = day_stretches(zone)
    row = rows[max(0, bisect_right(rows, at_ms, key=attrgetter("since_ms")) - 1)]
    return (at_ms + row.add_ms) // row.step_ms


def number_start(number: int, zone: ZoneInfo) -> int:
    """The first moment of the day of this number, or of a later one."""
    rows = day_stretches(zone)
    for row, following in pairwise(rows):
        if (at := max(row.since_ms, number * DAY_MS - row.add_ms)) < following.since_ms:
            return at
    return max(rows[-1].since_ms, number * DAY_MS - rows[-1].add_ms)


def stretches(edges: Sequence[int]) -> tuple[Stretch, ...]:
    """Numbers for the buckets that lie between edges, from 0 on: a row wherever they change their length."""
    found: list[Stretch] = []
    for number, (start, end) in enumerate(pairwise(edges)):
        if not found or found[-1].step_ms != end - start:
            found.append(Stretch(start, -start, end - start, number))
    return tuple(found)


def _is_even(shift: int, number: int, far: int, start: int, zone: ZoneInfo) -> bool:
    """Whether nothing changed in these days: they begin and end by the same clock. No change lasts so few days."""
    if start != number * DAY_MS - shift:
        return False
    return day_start(FIRST_DAY + timedelta(days=far), zone) == far * DAY_MS - shift


def _shift(found: list[tuple[int, int]], at: int, least: int, most: int) -> None:
    if not least <= found[-1][1] <= most:
        found.append((at, most))


def utc(at_ms: int) -> datetime:
    """Milliseconds since 1970 as a moment."""
    return datetime.fromtimestamp(at_ms / 1000, UTC)
