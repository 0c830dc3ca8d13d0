"""What a chart shows, as numbers and words: made from the figures, before anything is painted.

Along the chart a day is 1, counted from the beginning of its first bucket, so that a day of 23 hours is narrower
than others; a point stands in the middle of its bucket.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from atlas_desktop.app.trend_caption import percent
from atlas_desktop.app.trend_state import Event, Threshold, TrendState
from atlas_desktop.domain.buckets import DAY_MS
from atlas_desktop.domain.pass_rate import NOTHING, Counts, Line, Series
from atlas_desktop.ui.dates import month, short_day
from atlas_desktop.ui.pages.trends.words import group_words
from atlas_desktop.wording import tr

_MOST_TICKS: Final = 9
_LONG: Final = 300
"""Days from which on a day alone does not say of which year."""
_HALF: Final = (0.5, 0.7, 0.9)
_WHOLE: Final = (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark at the axis and its words."""

    at: float
    words: str


@dataclass(frozen=True, slots=True)
class Spot:
    """One bucket of a line in which something was evaluated."""

    bucket: int
    x: float
    rate: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class DrawnLine:
    """A line: ``runs`` are its unbroken parts. A run of one is a dot. ``last`` is the value at its end, in words."""

    group: str | None
    label: str
    runs: tuple[tuple[Spot, ...], ...]
    before: tuple[tuple[Spot, ...], ...]
    """The same of the previous period."""
    last: str
    place: int = 0
    """Which look it has."""

    @property
    def end(self) -> Spot | None:
        """Its newest point."""
        return self.runs[-1][-1] if self.runs else None

    def spot(self, bucket: int) -> Spot | None:
        """Its point of a bucket; None where there is none."""
        return next((spot for run in self.runs for spot in run if spot.bucket == bucket), None)


@dataclass(frozen=True, slots=True)
class Bar:
    """The calls of one bucket, and how many of them were evaluated; of all lines drawn."""

    left: float
    right: float
    calls: int
    evaluated: int


@dataclass(frozen=True, slots=True)
class Mark:
    """Events of one bucket."""

    x: float
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """All of it. ``bottom`` is the lowest rate on the axis, ``width`` the days along it."""

    lines: tuple[DrawnLine, ...] = ()
    bars: tuple[Bar, ...] = ()
    marks: tuple[Mark, ...] = ()
    threshold: float = 0.85
    threshold_words: str = ""
    x_ticks: tuple[Tick, ...] = ()
    y_ticks: tuple[Tick, ...] = ()
    bottom: float = 0.5
    width: float = 1.0
    centres: tuple[float, ...] = ()


def draw(state: TrendState, now: datetime | None = None) -> Drawing:
    """Of the lines drawn. Nothing is made up where nothing was evaluated: there the line has a gap."""
    series = state.series
    if series is None or not series.buckets:
        return Drawing(threshold=state.threshold.value, threshold_words=gate_words(state.threshold))
    centres = _centres(series)
    places = state.places
    lines = tuple(_line(series, state.previous, line, centres, places[line.group]) for line in state.drawn)
    bottom = _bottom(lines, state.threshold.value)
    return Drawing(
        lines=lines,
        bars=_bars(series, state.drawn),
        marks=_marks(series, state.events, _operations(state)),
        threshold=state.threshold.value,
        threshold_words=gate_words(state.threshold),
        x_ticks=_x_ticks(series, now or datetime.now(UTC)),
        y_ticks=tuple(Tick(at, percent(at)) for at in (_HALF if bottom else _WHOLE)),
        bottom=bottom,
        width=_along(series, series.edges[-1]),
        centres=centres,
    )


def gate_words(threshold: Threshold) -> str:
    """What stands at the threshold's line."""
    share = percent(threshold.value)
    if threshold.origin == "gate":
        return tr("eval-gate · {share}", share=share)
    if threshold.origin == "hand":
        return tr("your threshold · {share}", share=share)
    return tr("threshold · {share}", share=share)


def stretch_days(series: Series | None, stretch: tuple[int, int] | None) -> tuple[float, float] | None:
    """From where to where along the chart a stretch of buckets goes."""
    if stretch is None or series is None or not series.buckets:
        return None
    return _along(series, series.edges[min(stretch)]), _along(series, series.edges[max(stretch) + 1])


def _along(series: Series, at_ms: int) -> float:
    return (at_ms - series.edges[0]) / DAY_MS


def _centres(series: Series) -> tuple[float, ...]:
    pairs = zip(series.edges, series.edges[1:], strict=False)
    return tuple(_along(series, (start + end) // 2) for start, end in pairs)


def _line(
    series: Series, previous: Series | None, line: Line, centres: Sequence[float], place: int
) -> DrawnLine:
    before = previous.line(line.group) if previous is not None else None
    last = line.last
    rate = line.counts[last].rate if last is not None else None
    return DrawnLine(
        line.group,
        group_words(series.group_by, line.group),
        runs_of(line.counts, centres),
        runs_of(_aligned(before.counts, len(centres)), centres) if before is not None else (),
        percent(rate) if rate is not None else "",
        place,
    )


def _aligned(counts: Sequence[Counts], buckets: int) -> Sequence[Counts]:
    """As many, the newest over the newest: a previous period of weeks may be one longer or shorter."""
    return (*([NOTHING] * (buckets - len(counts))), *counts)[-buckets:]


def runs_of(counts: Sequence[Counts], centres: Sequence[float]) -> tuple[tuple[Spot, ...], ...]:
    """The unbroken parts of a line."""
    runs: list[list[Spot]] = []
    open_ = False
    for bucket, (each, x) in enumerate(zip(counts, centres, strict=False)):
        rate, bounds = each.rate, each.bounds
        if rate is None or bounds is None:
            open_ = False
            continue
        if not open_:
            runs.append([])
        open_ = True
        runs[-1].append(Spot(bucket, x, rate, *bounds))
    return tuple(map(tuple, runs))


def _bottom(lines: Sequence[DrawnLine], threshold: float) -> float:
    rates = [spot.rate for line in lines for run in (*line.runs, *line.before) for spot in run]
    return 0.5 if min([*rates, threshold]) >= 0.5 else 0.0


def _bars(series: Series, lines: Sequence[Line]) -> tuple[Bar, ...]:
    found = []
    for at in range(series.buckets):
        calls = sum(line.counts[at].calls for line in lines)
        evaluated = sum(line.counts[at].evaluated for line in lines)
        left, right = _along(series, series.edges[at]), _along(series, series.edges[at + 1])
        found.append(Bar(left, right, calls, evaluated))
    return tuple(found)


def _operations(state: TrendState) -> frozenset[str]:
    """Those looked at; none: all of them."""
    query = state.shown.query if state.shown is not None else state.choice.query
    wanted = {term.value for term in query.of("operation") if not term.negated and term.op == "is"}
    if not wanted and state.series is not None and state.series.group_by == "operation":
        wanted = {line.group for line in state.drawn if line.group is not None}
    return frozenset(wanted)


def _marks(series: Series, events: Sequence[Event], operations: frozenset[str]) -> tuple[Mark, ...]:
    by_bucket: dict[int, list[Event]] = {}
    for event in events:
        if not series.edges[0] <= event.at_ms < series.edges[-1]:
            continue
        if operations and event.operation and event.operation not in operations:
            continue
        bucket = bisect_right(series.edges, event.at_ms) - 1
        by_bucket.setdefault(bucket, []).append(event)
    return tuple(Mark(_along(series, found[0].at_ms), tuple(found)) for _, found in sorted(by_bucket.items()))


def _x_ticks(series: Series, now: datetime) -> tuple[Tick, ...]:
    zone = ZoneInfo(series.zone)
    starts = [datetime.fromtimestamp(edge / 1000, zone) for edge in series.edges[:-1]]
    centres = _centres(series)
    if series.bucket == "hour":
        wanted = [at for at, start in enumerate(starts) if start.hour % (6 if len(starts) > 24 else 4) == 0]
        return tuple(Tick(centres[at], starts[at].strftime("%H:%M")) for at in wanted)
    today = now.astimezone(zone).date()
    if series.bucket == "day" and starts[-1].date() == today:
        return _days_ago(starts, centres)
    step = max(1, -(-len(starts) // _MOST_TICKS))
    words = month if (starts[-1] - starts[0]).days > _LONG else short_day
    return tuple(
        Tick(centres[at], words(starts[at].date()))
        for at in range((len(starts) - 1) % step, len(starts), step)
    )


def _days_ago(starts: Sequence[datetime], centres: Sequence[float]) -> tuple[Tick, ...]:
    """``d-27 d-20 d-13 d-6 d-0``: whole weeks from the first day on, and today."""
    last = len(starts) - 1
    step = 1 if last < 8 else 7 * max(1, -(-last // (7 * _MOST_TICKS)))
    places = [*range(0, last, step), last]
    if len(places) > 2 and places[-1] - places[-2] < step / 2:
        del places[-2]
    first = starts[-1].date()
    days = [(first - starts[at].date()) // timedelta(days=1) for at in places]
    return tuple(Tick(centres[at], tr("d-{days}", days=day)) for at, day in zip(places, days, strict=True))
