"""The point at hand in words, and the way to its calls."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from atlas_desktop.domain.pass_rate import Counts, total_of
from atlas_desktop.ui.pages.trends.words import (
    counts_words,
    event_words,
    failing_words,
    group_words,
    stretch_words,
)
from atlas_desktop.ui.widgets.buttons import button
from atlas_desktop.ui.widgets.elided_label import ElidedLabel
from atlas_desktop.ui.widgets.layouts import column, row
from atlas_desktop.ui.widgets.plain_label import PlainLabel
from atlas_desktop.wording import tr

if TYPE_CHECKING:
    from atlas_desktop.app.trend_state import TrendState


class Readout(QWidget):
    """Two lines: of what, and the figures; with what happened then."""

    def __init__(self, open_calls: Callable[[], object]) -> None:
        super().__init__()
        self.title = PlainLabel("", role="strong")
        self.when = ElidedLabel("", tone="muted")
        self.figures = ElidedLabel("")
        self.calls = button(tr("Review the failing calls"), open_calls)
        words = column(gap=0)
        head = row(gap=2)
        head.addWidget(self.title)
        head.addWidget(self.when, 1)
        words.addLayout(head)
        words.addWidget(self.figures)
        layout = row(self, margins=(4, 1, 4, 1), gap=3)
        layout.addLayout(words, 1)
        layout.addWidget(self.calls)
        self.setFixedHeight(52)

    def show_point(
        self, state: "TrendState", group: str | None, bucket: int | None, stretch: tuple[int, int] | None
    ) -> None:
        """This line at this bucket, or over a stretch."""
        series = state.series
        line = series.line(group) if series is not None else None
        if series is None or line is None or bucket is None or bucket >= series.buckets:
            for label in (self.title, self.when, self.figures):
                label.setText("")
            self.calls.setEnabled(False)
            return
        first, last = (min(stretch), max(stretch)) if stretch is not None else (bucket, bucket)
        counts = total_of(line.counts[first : last + 1])
        self.title.setText(group_words(series.group_by, line.group)[:60])
        events = [
            event_words(event)
            for event in state.events
            if series.edges[first] <= event.at_ms < series.edges[last + 1]
        ]
        when = [stretch_words(series, first, last), *events[:3]]
        self.when.setText("  ·  ".join(when))
        self.figures.setText(counts_words(counts))
        self._offer(counts)

    @property
    def said(self) -> str:
        """All of it, for a screen reader."""
        return f"{self.title.text()}, {self.when.text()}: {self.figures.text()}"

    def _offer(self, counts: Counts) -> None:
        words = failing_words(counts.failed)
        self.calls.setText(words)
        self.calls.setAccessibleName(words)
        self.calls.setEnabled(counts.failed > 0)
