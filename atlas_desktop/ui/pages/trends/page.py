"""Trends: what keys and buttons do on the screen."""

from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from atlas_desktop.app.trend_state import BUCKETS, MOST_LINES, Layout, Span, is_fit
from atlas_desktop.domain.pass_rate import GROUPS, Line, total_of
from atlas_desktop.domain.query import Query
from atlas_desktop.ui.announce import announce
from atlas_desktop.ui.pages.trends.view import TrendsView
from atlas_desktop.ui.pages.trends.words import BUCKET_WORDS
from atlas_desktop.wording import tr


class TrendsPage(TrendsView):
    """Implements ``TrendActs``."""

    @property
    def line(self) -> Line | None:
        """The line at hand."""
        return self.state.series.line(self.group) if self.state.series is not None else None

    def step_point(self, direction: Literal[1, -1]) -> None:
        """The next point of the line that way: over its gaps. Of one without any, the next bucket with calls."""
        line = self.line
        if line is None:
            return
        start = self.bucket if self.bucket is not None else (-1 if direction > 0 else len(line.counts))
        steps = range(start + direction, len(line.counts) if direction > 0 else -1, direction)
        found = next((at for at in steps if _is_point(line, at)), None)
        if found is not None:
            self._go(found)

    def go_to_end(self, direction: Literal[1, -1]) -> None:
        """The last point of the line that way."""
        line = self.line
        if line is None:
            return
        places = [at for at in range(len(line.counts)) if _is_point(line, at)]
        if places:
            self._go(places[-1] if direction > 0 else places[0])

    def step_line(self, direction: Literal[1, -1]) -> None:
        """The next line of those drawn."""
        groups = [line.group for line in self.state.drawn]
        if not groups:
            return
        at = groups.index(self.group) + direction if self.group in groups else 0
        self.group = groups[min(max(at, 0), len(groups) - 1)]
        self.show_point()
        self._tell()

    def brush(self, direction: Literal[1, -1]) -> None:
        """Take the next bucket that way into the stretch that is brushed."""
        series = self.state.series
        if series is None or self.bucket is None:
            return
        first, last = self.stretch if self.stretch is not None else (self.bucket, self.bucket)
        last = min(max(last + direction, 0), series.buckets - 1)
        self.brush_buckets((first, last))
        self._reveal(last)
        self._tell()

    def open_calls(self) -> None:
        """The failing calls of the stretch, or of the point, in Review."""
        if self.stack.currentWidget() is self.empty:
            self.rate_calls()
            return
        workspace, line = self.workspace, self.line
        if workspace is None or line is None or self.bucket is None:
            return
        stretch = self.stretch if self.stretch is not None else (self.bucket, self.bucket)
        first, last = min(stretch), max(stretch)
        counts = total_of(line.counts[first : last + 1])
        find = workspace.trends.failing if counts.failed else workspace.trends.unjudged
        query = find(self.group, first, last)
        if query is None:
            return
        if not counts.failed and counts.calls == counts.evaluated:
            self.context.say(tr("No call failed there.") if counts.calls else tr("No calls there."))
            return
        self.context.spawn("failing calls", self._open(query))

    def rate_calls(self) -> None:
        """The calls of these days without a verdict, in Review."""
        query = self.workspace.trends.all_unjudged() if self.workspace is not None else None
        if query is not None and self.unjudged:
            self.context.spawn("unjudged calls", self._open(query))

    async def _open(self, query: Query) -> None:
        if self.workspace is not None:
            await self.workspace.review.filter(query)
            self.context.show("review")

    def show_span(self, span: Span) -> None:
        """So many days, or any."""
        self.choose(span=span)

    def show_layout(self, layout: Layout) -> None:
        """One chart, many small ones, or the numbers; asked for again, one chart."""
        self.choose(layout="overlay" if self.state.choice.layout == layout else layout)
        self.take_focus()

    def toggle_previous(self) -> None:
        """Compare with as many days before, or not."""
        compare = not self.state.choice.compare
        self.choose(compare=compare)
        self.context.say(tr("Compared with as many days before") if compare else tr("Compared with nothing"))

    def step_group(self, direction: Literal[1, -1]) -> None:
        """Lines by the next kind of thing."""
        at = GROUPS.index(self.state.choice.group_by) + direction
        self.choose(group_by=GROUPS[at % len(GROUPS)], picked=None)

    def step_bucket(self) -> None:
        """Points of hours, of days, of weeks, or as the period asks for."""
        choice, period = self.state.choice, self.state.period
        days = period.days if period is not None else 1
        ways = [bucket for bucket in BUCKETS if is_fit(bucket, days)]
        at = ways.index(choice.bucket) + 1 if choice.bucket in ways else 0
        bucket = ways[at % len(ways)]
        self.choose(bucket=bucket)
        self.context.say(tr("Points per: {bucket}", bucket=tr(BUCKET_WORDS[bucket])))

    def zoom(self, direction: Literal[1, -1, 0]) -> None:
        """Nearer, farther, or (0) all of it."""
        if self.chart is not None:
            self.chart.zoom({1: 1.5, -1: 1 / 1.5, 0: 0.0}[direction])

    def toggle_line(self, group: str | None) -> None:
        """Draw this line, or not; at most as many as can be told apart."""
        groups = {line.group for line in self.state.drawn} ^ {group}
        if len(groups) > MOST_LINES:
            self.context.say(
                tr("{count} lines are drawn already: as many as can be told apart.", count=MOST_LINES)
            )
            return
        if groups:
            self.choose(picked=frozenset(groups))

    def edit_filter(self) -> None:
        """The cursor into the filter."""
        _into(self.filter.line)

    def edit_threshold(self) -> None:
        """The cursor into the threshold."""
        _into(self.bar.threshold)

    def edit_period(self) -> None:
        """The cursor into the first day of any period."""
        self.choose(span="any")
        _into(self.bar.first)

    def pick_lines(self) -> None:
        """The cursor into the list of lines."""
        self.rows.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def export(self) -> None:
        """Offer to take the chart or its numbers out."""
        from atlas_desktop.ui.pages.trends.exporting import ChartExports  # noqa: PLC0415 - what it loads few need

        if self.chart is None or not ChartExports(self.theme, self).open():
            self.context.say(tr("There is no chart to export yet."))

    def _go(self, bucket: int) -> None:
        self.point(self.group, bucket)
        self._reveal(bucket)
        self._tell()

    def _reveal(self, bucket: int) -> None:
        if self.chart is not None:
            self.chart.reveal(bucket)

    def _tell(self) -> None:
        """To a screen reader: who looks reads it under the chart."""
        announce(self, self.readout.said)


def _is_point(line: Line, at: int) -> bool:
    counts = line.counts[at]
    return bool(counts.evaluated if line.total.evaluated else counts.calls)


def _into(field: QLineEdit) -> None:
    field.setFocus(Qt.FocusReason.ShortcutFocusReason)
    field.selectAll()
