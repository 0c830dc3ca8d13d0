"""What a chart shows, as numbers and words: made from the figures, before anything is painted.

Along the chart a day is 1, counted from the beginning of its first bucket, so that a day of 23 hours is narrower
than others; a point stands in the middle of its bucket.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from atlas_desktop.app.trend_caption import percent
from atlas_desktop.app.trend_state import Event, Threshold, TrendState
from atlas_desktop.domain.buckets import DAY_MS
from atlas_desktop.domain.pass_rate import NOTHING, Counts, Line, Series
from atlas_desktop.ui.pages.trends.axis import Axis, Tick, axis_of
from atlas_desktop.ui.pages.trends.words import group_words, stretch_words
from atlas_desktop.wording import tr

_HALF: Final = (0.5, 0.7, 0.9)
_WHOLE: Final = (0.0, 0.25, 0.5, 0.75, 1.0)


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
        return _spot(self.runs, bucket)

    def earlier(self, bucket: int) -> Spot | None:
        """The point of the previous period under it."""
        return _spot(self.before, bucket)


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
class Compared:
    """Which days the lines are of, and which those drawn thinner; ``before`` says why where none are."""

    now: str
    before: str
    drawn: bool


@dataclass(frozen=True, slots=True)
class Drawing:
    """All of it. ``bottom`` is the lowest rate on the axis, ``width`` the days along it."""

    lines: tuple[DrawnLine, ...] = ()
    bars: tuple[Bar, ...] = ()
    marks: tuple[Mark, ...] = ()
    threshold: float = 0.85
    threshold_words: str = ""
    compared: Compared | None = None
    axis: Axis = field(default_factory=Axis)
    y_ticks: tuple[Tick, ...] = ()
    bottom: float = 0.5
    width: float = 1.0
    centres: tuple[float, ...] = ()

    @property
    def x_ticks(self) -> tuple[Tick, ...]:
        """Of all of the days."""
        return self.axis.ticks()


def draw(state: TrendState, now: datetime | None = None) -> Drawing:
    """Of the lines drawn. Nothing is made up where nothing was evaluated: there the line has a gap."""
    series = state.series
    if series is None or not series.buckets:
        return Drawing(threshold=state.threshold.value, threshold_words=gate_words(state.threshold))
    centres = _centres(series)
    lines = tuple(_line(state, series, line, centres) for line in state.drawn)
    bottom = _bottom(lines, state.threshold.value)
    return Drawing(
        lines=lines,
        bars=_bars(series, state.drawn),
        marks=_marks(series, state.noted),
        threshold=state.threshold.value,
        threshold_words=gate_words(state.threshold),
        compared=_compared(state, series, lines),
        axis=axis_of(series, now),
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


def same_moment(before: Series, bucket: int, series: Series) -> int | None:
    """The bucket of other days that holds the middle of this one; None where they do not."""
    middle = (before.edges[bucket] + before.edges[bucket + 1]) // 2 if bucket < before.buckets else None
    if middle is None or not series.buckets or not series.edges[0] <= middle < series.edges[-1]:
        return None
    return bisect_right(series.edges, middle) - 1


def _along(series: Series, at_ms: int) -> float:
    return (at_ms - series.edges[0]) / DAY_MS


def _centres(series: Series) -> tuple[float, ...]:
    pairs = zip(series.edges, series.edges[1:], strict=False)
    return tuple(_along(series, (start + end) // 2) for start, end in pairs)


def _line(state: TrendState, series: Series, line: Line, centres: Sequence[float]) -> DrawnLine:
    before = [counts or NOTHING for counts in state.all_before(line, range(series.buckets))]
    last = line.last
    rate = line.counts[last].rate if last is not None else None
    return DrawnLine(
        line.group,
        group_words(series.group_by, line.group),
        runs_of(line.counts, centres),
        runs_of(before, centres),
        percent(rate) if rate is not None else "",
        state.places[line.group],
    )


def _compared(state: TrendState, series: Series, lines: Sequence[DrawnLine]) -> Compared | None:
    now, previous = stretch_words(series, 0, series.buckets - 1), state.previous
    if state.nothing_before:
        return Compared(now, tr("nothing before: these are all the days there are"), drawn=False)
    if previous is None or not previous.buckets:
        return None
    days = stretch_words(previous, 0, previous.buckets - 1)
    if any(line.before for line in lines):
        return Compared(now, days, drawn=True)
    if previous.total.calls:
        return Compared(now, tr("{days}: nothing evaluated", days=days), drawn=False)
    return Compared(now, tr("{days}: no calls", days=days), drawn=False)


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


def _spot(runs: tuple[tuple[Spot, ...], ...], bucket: int) -> Spot | None:
    return next((spot for run in runs for spot in run if spot.bucket == bucket), None)


def _bottom(lines: Sequence[DrawnLine], threshold: float) -> float:
    rates = [spot.rate for line in lines for run in (*line.runs, *line.before) for spot in run]
    return 0.5 if min([*rates, threshold]) >= 0.5 else 0.0


def _bars(series: Series, lines: Sequence[Line]) -> tuple[Bar, ...]:
    edges = [_along(series, edge) for edge in series.edges]
    calls, evaluated = [0] * series.buckets, [0] * series.buckets
    for line in lines:
        for at, counts in enumerate(line.counts):
            if counts.calls:
                calls[at] += counts.calls
                evaluated[at] += counts.evaluated
    return tuple(map(Bar, edges, edges[1:], calls, evaluated))


def _marks(series: Series, events: Sequence[Event]) -> tuple[Mark, ...]:
    by_bucket: dict[int, list[Event]] = {}
    for event in events:
        if series.edges[0] <= event.at_ms < series.edges[-1]:
            bucket = bisect_right(series.edges, event.at_ms) - 1
            by_bucket.setdefault(bucket, []).append(event)
    return tuple(Mark(_along(series, found[0].at_ms), tuple(found)) for _, found in sorted(by_bucket.items()))
