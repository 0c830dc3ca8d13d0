"""The lines of a chart as rows of the list beside it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from atlas_desktop.app.trend_caption import percent
from atlas_desktop.ui.pages.trends.rows import TrendRow
from atlas_desktop.ui.pages.trends.words import counts_words, group_words
from atlas_desktop.wording import tr

if TYPE_CHECKING:
    from atlas_desktop.domain.pass_rate import Line, Series


def row_of(series: "Series", line: "Line", places: Mapping[str | None, int], bucket: int | None) -> TrendRow:
    """A line with its value in a bucket; without one, of all of the days."""
    counts = line.total if bucket is None else line.counts[bucket]
    title = group_words(series.group_by, line.group)
    place = places.get(line.group)
    shown = tr("drawn") if place is not None else tr("not drawn")
    figure = percent(counts.rate) if counts.rate is not None else "–"
    return TrendRow(line.group, title, figure, place, f"{title}, {counts_words(counts)}, {shown}")
