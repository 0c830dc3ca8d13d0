"""Pass rates as a table: what a chart of them shows, one row a point, with what it is of above it."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from atlas_desktop.domain.buckets import utc
from atlas_desktop.domain.exporting.csv_text import BOM, csv_line
from atlas_desktop.domain.exporting.veiling import veiled_text
from atlas_desktop.domain.pass_rate import Counts, Line, Series, earlier

_ASIDE: Final = "# "
"""Before the lines above the table, so that what reads tables can leave them out."""
_MEASURES: Final = (
    "calls",
    "evaluated",
    "passed",
    "pass_rate",
    "low_95",
    "high_95",
    "by_scores",
    "by_ratings",
)
_DIGITS: Final = 6


def trend_csv(
    series: Series,
    lines: Sequence[Line],
    caption: Sequence[str],
    *,
    threshold: float,
    previous: Series | None = None,
    veil: bool = True,
) -> bytes:
    """These lines of the series, with the same points of the period before when there is one.

    Where nothing was evaluated the rate is an empty cell: it is not 0.
    """
    before = ("previous_calls", "previous_evaluated", "previous_pass_rate") if previous is not None else ()
    cover = veiled_text if veil else str
    out = [BOM, *(csv_line([_ASIDE + cover(words)]) for words in caption)]
    out.append(csv_line([series.group_by, "from", "to", *_MEASURES, "threshold", *before]))
    zone = ZoneInfo(series.zone)
    for line in lines:
        name = None if line.group is None else cover(line.group)
        old = previous.line(line.group) if previous is not None else None
        for at, counts in enumerate(line.counts):
            times = [_moment(edge, zone) for edge in series.edges[at : at + 2]]
            cells: list[str | float | None] = [name, *times, *_measured(counts), threshold]
            if previous is not None:
                cells += _earlier(old, earlier(series, previous, at))
            out.append(csv_line(cells))
    return b"".join(out)


def _measured(counts: Counts) -> Iterator[float | None]:
    low, high = counts.bounds or (None, None)
    yield from (counts.calls, counts.evaluated, counts.passed)
    yield from (_rounded(value) for value in (counts.rate, low, high))
    yield from (counts.by_scores, counts.by_ratings)


def _earlier(line: Line | None, at: int | None) -> list[float | None]:
    """The point of the period before, the newest beside the newest. Some may have none: it can be shorter."""
    if at is None:
        return [None, None, None]
    counts = line.counts[at] if line is not None else Counts()
    return [counts.calls, counts.evaluated, _rounded(counts.rate)]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, _DIGITS)


def _moment(at_ms: int, zone: ZoneInfo) -> str:
    """Local time with its distance from UTC, so that the hour that comes twice is two hours."""
    at: datetime = utc(at_ms).astimezone(zone)
    return at.isoformat(timespec="minutes")
