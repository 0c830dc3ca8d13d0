"""The list of lines beside the chart: a way to find one, what its figures are of, and the lines."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget

from atlas_desktop.app.trend_caption import percent
from atlas_desktop.domain.pass_rate import total_of
from atlas_desktop.ui.pages.trends.rows import TrendRow, TrendRows
from atlas_desktop.ui.pages.trends.words import group_words, stretch_words
from atlas_desktop.ui.widgets.elided_label import ElidedLabel
from atlas_desktop.ui.widgets.layouts import column, row
from atlas_desktop.wording import tr

if TYPE_CHECKING:
    from atlas_desktop.app.trend_state import TrendState
    from atlas_desktop.domain.pass_rate import Line, Series
    from atlas_desktop.ui.theme import Theme

Buckets = tuple[int, int] | None
"""The first and the last; None: all of them."""


class Side(QWidget):
    """Figures are those of the point at hand, or of the stretch; over them it says so."""

    def __init__(self, theme: "Theme", changed: Callable[[], object]) -> None:
        super().__init__()
        self.setProperty("kind", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.finding = QLineEdit()
        self.finding.setPlaceholderText(tr("Find a line"))
        self.finding.setAccessibleName(tr("Find a line"))
        self.finding.textChanged.connect(lambda _: changed())
        self.when = ElidedLabel("", role="caption", tone="muted")
        self.when.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.rows = TrendRows(theme)
        layout = column(self)
        over = row(margins=(2, 1, 2, 1))
        over.addWidget(self.finding)
        layout.addLayout(over)
        said = row(margins=(3, 0, 3, 1))
        said.addWidget(self.when)
        layout.addLayout(said)
        layout.addWidget(self.rows, 1)

    def show_lines(self, state: "TrendState", group: str | None, buckets: Buckets) -> None:
        """Those of the series that are looked for, with the figures of these buckets."""
        series = state.series
        if series is None or not series.buckets:
            self.when.setText("")
            self.rows.show_rows((), None)
            return
        first, last = buckets if buckets is not None else (0, series.buckets - 1)
        self.when.setText(stretch_words(series, first, last))
        wanted = self.finding.text().strip().casefold()
        lines = [
            line
            for line in series.lines
            if not wanted or wanted in (line.group or group_words(series.group_by, None)).casefold()
        ]
        rows = [row_of(series, line, state.places, (first, last)) for line in lines]
        self.rows.show_rows(rows, group)


def row_of(
    series: "Series", line: "Line", places: Mapping[str | None, int], buckets: tuple[int, int]
) -> TrendRow:
    """A line with its value over these buckets."""
    first, last = buckets
    counts = line.counts[first] if first == last else total_of(line.counts[first : last + 1])
    title = group_words(series.group_by, line.group)
    figure = percent(counts.rate) if counts.rate is not None else "–"
    return TrendRow(line.group, title, figure, places.get(line.group), counts)
