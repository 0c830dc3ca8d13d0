"""The point at hand in words, and the way to its calls."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from atlas_desktop.domain.pass_rate import Counts, total_of
from atlas_desktop.ui.pages.trends.words import (
    before_words,
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

_LINE: Final = 20
_EDGES: Final = 12
_NARROW: Final = 600
_NARROW_BEFORE: Final = 740
"""Pixels under which figures take two lines; as long as it is so narrow, that nothing jumps from point to point."""
_EVENTS: Final = 3


class Readout(QWidget):
    """Of what, and the figures; with what happened then, and what it was in the period before."""

    def __init__(self, open_calls: Callable[[], object]) -> None:
        super().__init__()
        self.title = PlainLabel("", role="strong")
        self.when = ElidedLabel("", tone="muted")
        self.figures = ElidedLabel("")
        self.before = ElidedLabel("", tone="muted")
        self.calls = button(tr("Review the failing calls"), open_calls)
        words = column(gap=0)
        head = row(gap=2)
        head.addWidget(self.title)
        head.addWidget(self.when, 1)
        words.addLayout(head)
        words.addWidget(self.figures)
        words.addWidget(self.before)
        self._line = layout = row(self, margins=(4, 1, 4, 1), gap=3)
        layout.addLayout(words, 1)
        layout.addWidget(self.calls)
        for label in (self.figures, self.before):
            label.setAlignment(Qt.AlignmentFlag.AlignTop)
            # A line that is too long does not make the window wider.
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._compared = False
        self._full: set[ElidedLabel] = set()
        self._make_room()

    def show_point(
        self, state: "TrendState", group: str | None, bucket: int | None, stretch: tuple[int, int] | None
    ) -> None:
        """This line at this bucket, or over a stretch."""
        series = state.series
        line = series.line(group) if series is not None else None
        self._compare(state.previous is not None)
        if series is None or line is None or bucket is None or bucket >= series.buckets:
            for label in (self.title, self.when, self.figures, self.before):
                label.setText("")
            self.calls.setEnabled(False)
            return
        first, last = (min(stretch), max(stretch)) if stretch is not None else (bucket, bucket)
        counts = total_of(line.counts[first : last + 1])
        self.title.setText(group_words(series.group_by, line.group))
        events = [
            event_words(event)
            for event in state.noted
            if series.edges[first] <= event.at_ms < series.edges[last + 1]
        ]
        if len(events) > _EVENTS:
            events[_EVENTS - 1 :] = [tr("and {count:,} more", count=len(events) - _EVENTS + 1)]
        self.when.setText("  ·  ".join([stretch_words(series, first, last), *events]))
        self.when.setToolTip(self.when.text())
        self.figures.setText(counts_words(counts))
        self.before.setText(before_words(state, line, first, last))
        for label in (self.figures, self.before):
            label.setToolTip(label.text())
        self._offer(counts)
        self._give_room()

    @property
    def said(self) -> str:
        """All of it, for a screen reader."""
        figures = ". ".join(each for each in (self.figures.text(), self.before.text()) if each)
        return f"{self.title.text()}, {self.when.text()}: {figures}"

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a narrow window figures take two lines."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._full.clear()
            self._make_room()
            self._give_room()

    def _compare(self, compared: bool) -> None:
        if compared != self._compared:
            self._compared = compared
            self._make_room()

    def _give_room(self) -> None:
        """A second line for words that do not fit into one: until the window is another, so that it jumps once."""
        self._line.activate()
        full = {label for label in (self.figures, self.before) if not label.wordWrap() and not label.fits}
        if full - self._full:
            self._full |= full
            self._make_room()

    def _make_room(self) -> None:
        self.before.setVisible(self._compared)
        lines = 1
        for label, least in ((self.figures, _NARROW), (self.before, _NARROW_BEFORE)):
            rows = 2 if self.width() < least or label in self._full else 1
            label.setWordWrap(rows > 1)
            label.setFixedHeight(_LINE * rows)
            lines += rows if label is self.figures or self._compared else 0
        self.setFixedHeight(_LINE * lines + _EDGES)

    def _offer(self, counts: Counts) -> None:
        words = failing_words(counts)
        self.calls.setText(words)
        self.calls.setAccessibleName(words)
        self.calls.setEnabled(counts.failed > 0 or counts.calls > counts.evaluated)
