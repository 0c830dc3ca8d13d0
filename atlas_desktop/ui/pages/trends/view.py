"""The Trends screen as it is laid out: what is shown above, the lines at the side, the chart, the point at hand."""

from collections.abc import Callable
from time import time
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QStackedWidget, QWidget

from atlas_desktop.app.trend_caption import TITLES
from atlas_desktop.app.trend_state import TrendState
from atlas_desktop.domain.query import Query
from atlas_desktop.ui.key_router import takes_text
from atlas_desktop.ui.pages.trends import lessons
from atlas_desktop.ui.pages.trends.bar import TrendBar
from atlas_desktop.ui.pages.trends.division import Division
from atlas_desktop.ui.pages.trends.drawing import same_moment, stretch_days
from atlas_desktop.ui.pages.trends.emptiness import empty_words
from atlas_desktop.ui.pages.trends.heading import Heading
from atlas_desktop.ui.pages.trends.loading import load_chart
from atlas_desktop.ui.pages.trends.multiples import Multiples
from atlas_desktop.ui.pages.trends.readout import Readout
from atlas_desktop.ui.pages.trends.side import Side
from atlas_desktop.ui.pages.trends.table import TrendTable
from atlas_desktop.ui.pages.trends.words import source_words
from atlas_desktop.ui.pages.work_page import WorkPage
from atlas_desktop.ui.status_bar import synced_words
from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.empty import Empty
from atlas_desktop.ui.widgets.filter_bar import FilterBar
from atlas_desktop.ui.widgets.key_caps import KeyCaps
from atlas_desktop.ui.widgets.layouts import column, hairline, row, surface
from atlas_desktop.wording import tr

if TYPE_CHECKING:
    from atlas_desktop.app.commands import Context
    from atlas_desktop.app.keyboard import Keyboard
    from atlas_desktop.app.session import Workspace
    from atlas_desktop.domain.pass_rate import Series
    from atlas_desktop.ui.pages.trends.chart import TrendChart


class TrendsView(WorkPage):
    """A view of the workspace's trends. What keys do is added by the page."""

    def __init__(self, theme: Theme, context: "Context") -> None:
        super().__init__(theme, context)
        self.workspace: Workspace | None = None
        self.state = TrendState()
        self.group: str | None = None
        """The line at hand."""
        self.bucket: int | None = None
        self.stretch: tuple[int, int] | None = None
        """The buckets that are brushed, both included; the first may be the later one: brushing began there."""
        self.chart: TrendChart | None = None
        self._chart_comes = False
        self._stops: list[Callable[[], None]] = []
        self._keyboard: Keyboard | None = None
        self.filter = FilterBar(theme, self)
        for each in (self.filter.facets, self.filter.sorting, self.filter.views, self.filter.layout_button):
            each.hide()
        self.bar = TrendBar(self.choose, context.say)
        self.side = Side(theme, self._show_rows)
        self.rows = self.side.rows
        self.multiples = Multiples(theme)
        self.table = TrendTable(theme)
        self.empty = Empty(theme)
        self.readout = Readout(self.open_calls)
        self.heading = Heading(self.bar.layouts)
        self._caps = KeyCaps(theme)
        self.stack = QStackedWidget()
        for pane in (self.empty, self.multiples, self.table):
            self.stack.addWidget(pane)
        self._lay_out()
        self._connect()
        self.setAccessibleName(tr("Trends"))

    def _lay_out(self) -> None:
        right = surface("surface")
        body = column(right)
        body.addWidget(self.heading)
        body.addWidget(self.stack, 1)
        body.addWidget(hairline())
        body.addWidget(self.readout)
        self.split = Division(self.side, right)
        strip = surface("strip")
        row(strip, margins=(3, 0, 3, 0)).addWidget(self._caps)
        layout = column(self)
        layout.addWidget(self.filter)
        layout.addWidget(self.bar)
        layout.addWidget(hairline())
        layout.addWidget(self.notice)
        layout.addWidget(self.split, 1)
        layout.addWidget(self.question)
        layout.addWidget(hairline())
        layout.addWidget(strip)

    def _connect(self) -> None:
        self.filter.changed.connect(lambda query: self.choose(query=query))
        self.filter.left.connect(self.take_focus)
        self.filter.vocabulary_wanted.connect(self._want_vocabulary)
        self.rows.chosen.connect(lambda group: self.point(group, self.bucket))
        self.rows.toggled.connect(self.toggle_line)
        self.multiples.pointed.connect(self.point)
        self.multiples.opened.connect(self.open_calls)
        self.table.chosen.connect(self.point)
        self.table.opened.connect(self.open_calls)

    # what the window asks for: see WorkPage

    def set_workspace(self, workspace: "Workspace | None") -> None:
        """Show this workspace's calls from now on."""
        for stop in self._stops:
            stop()
        self._stops, self.workspace = [], workspace
        self.group, self.bucket, self.stretch = None, None, None
        if workspace is None:
            self._show(TrendState())
            return
        self._stops = [
            workspace.trends.changed.connect(self._show),
            workspace.sync.status_changed.connect(lambda _: self._show_source()),
            workspace.facets.vocabulary_changed.connect(self.filter.set_vocabulary),
        ]
        self.filter.set_vocabulary(workspace.facets.vocabulary)
        workspace.trends.show(self.isVisible())
        self._show(workspace.trends.state)

    def showEvent(self, event: object) -> None:
        """Somebody looks: figures are read, the chart is loaded."""
        if self.workspace is not None:
            self.workspace.trends.show(True)
        if not self._chart_comes:
            self._chart_comes = True
            self.context.spawn("chart is loaded", self._load_chart())

    def hideEvent(self, event: object) -> None:
        """Nobody looks: nothing is read."""
        if self.workspace is not None:
            self.workspace.trends.show(False)

    def take_focus(self) -> None:
        """What shows the figures."""
        self.pane.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def pane(self) -> QWidget:
        """What shows the figures now."""
        return self.stack.currentWidget() or self.empty

    @property
    def unjudged(self) -> bool:
        """Whether there are calls, and none has a verdict."""
        series = self.state.series
        return series is not None and series.total.calls > 0 and not series.total.evaluated

    def show_keys(self, keyboard: "Keyboard") -> None:
        """Teach the keys as they are now."""
        self._keyboard = keyboard
        self._teach()

    def step_back(self) -> bool:
        """Suggestions, a text, what is brushed."""
        if self.filter.close_suggestions():
            pass
        elif takes_text(QApplication.focusWidget()) or self.rows.hasFocus():
            self.take_focus()
        elif self.stretch is not None:
            self.brush_buckets(None)
        else:
            return False
        return True

    def cycle_panes(self) -> None:
        """Chart, lines, filter."""
        panes: list[QWidget] = [self.pane, self.rows, self.filter.line]
        at = next((number for number, each in enumerate(panes) if each.hasFocus()), -1)
        panes[at + 1 - len(panes)].setFocus(Qt.FocusReason.TabFocusReason)

    # what the parts lead to; the page adds the rest

    def choose(self, **fields: object) -> None:
        """Show something else."""
        if self.workspace is not None:
            self.workspace.trends.choose(**fields)

    def open_calls(self) -> None:
        """The failing calls of the stretch, or of the point, in Review."""
        raise NotImplementedError

    def rate_calls(self) -> None:
        """The calls of these days without a verdict, in Review."""
        raise NotImplementedError

    def _show_gateway(self) -> None:
        self.context.show("operations")
        self.context.operations.show_area("providers")

    def toggle_line(self, group: str | None) -> None:
        """Draw this line, or not."""
        raise NotImplementedError

    def point(self, group: str | None, bucket: int | None) -> None:
        """This line and this bucket are at hand."""
        if self.stretch is not None and bucket != self.bucket:
            self.stretch = None
        self.group, self.bucket = group, bucket
        self.show_point()

    def brush_buckets(self, stretch: tuple[int, int] | None) -> None:
        """This stretch is brushed; None: none is."""
        self.stretch = stretch
        if stretch is not None:
            self.bucket = stretch[1]
        self.show_point()

    def show_point(self) -> None:
        """What is at hand, everywhere it is shown."""
        pane = self._figures
        if pane is not None:
            pane.show_point(self.group, self.bucket)
            pane.show_stretch(stretch_days(self.state.series, self.stretch))
        self._show_rows()
        self.readout.show_point(self.state, self.group, self.bucket, self.stretch)

    def _show(self, state: TrendState) -> None:
        before = self.state.series
        self.state = state
        choice = state.choice
        self.filter.show_query(choice.query)
        self.bar.show_choice(choice, state.threshold, state.period)
        self._keep_point(before)
        series = state.series
        if series is not None:
            self.filter.set_count(series.total.calls, series.total.calls, loading=state.loading)
        if series is not before and choice.query.filters:
            self._want_vocabulary()  # a name nothing had may be there now
        if state.problem is not None:
            self.notice.tell(state.problem)
        self._show_pane()
        self._show_source()
        self.show_point()

    def _keep_point(self, before: "Series | None") -> None:
        """The line and the bucket at hand stay, also when new calls are counted; else the newest of the first line."""
        drawn, series = self.state.drawn, self.state.series
        kept = before is not None and series is not None and before.group_by == series.group_by
        # Also one that is not drawn: it was looked at in the list.
        line = series.line(self.group) if kept and series is not None and self.bucket is not None else None
        if line is None and drawn:
            line = drawn[0]
            self.group = line.group
        if kept and before is not None and series is not None and self.bucket is not None:
            if before.edges != series.edges:
                # Other days: the same moment, as far as it is among them.
                self.stretch = None
                self.bucket = same_moment(before, self.bucket, series)
        else:
            self.stretch = self.bucket = None
        if self.bucket is None:
            self.bucket = line.last if line is not None else None

    def _show_pane(self) -> None:
        words = empty_words(self.state, self._ways())
        figures = self._figures
        pane: QWidget = self.empty
        if words is not None:
            self.empty.say(*words)
        elif figures is None:
            self.empty.say(tr("The chart is being loaded"))
        else:
            pane = figures
            figures.show_state(self.state)
            figures.show_point(self.group, self.bucket)
        self.readout.setVisible(pane is not self.empty)
        if pane is not self.stack.currentWidget():
            focused = self.stack.isAncestorOf(QApplication.focusWidget() or self)
            self.stack.setCurrentWidget(pane)
            if focused:
                self.take_focus()
        self._teach()

    @property
    def _figures(self) -> "TrendChart | Multiples | TrendTable | None":
        """What the figures are to be shown by: only that is kept up to date. None: the chart is not loaded yet."""
        if self.state.choice.layout == "table":
            return self.table
        # Small charts are painted by what is loaded with the large one.
        small = self.state.choice.layout == "multiples"
        return self.multiples if small and self.chart is not None else self.chart

    def _ways(self) -> dict[str, Callable[[], object]]:
        return {
            "any": lambda: self.choose(span="any", period=None),
            "clear": lambda: self.filter.edit(Query()),
            "review": lambda: self.context.show("review"),
            "rate": self.rate_calls,
            "operations": lambda: self.context.show("operations"),
            "gateway": self._show_gateway,
        }

    def _show_rows(self) -> None:
        buckets = None if self.bucket is None else (self.bucket, self.bucket)
        if self.stretch is not None:
            buckets = (min(self.stretch), max(self.stretch))
        self.side.show_lines(self.state, self.group, buckets)

    def _show_source(self) -> None:
        if self.workspace is not None:
            status = self.workspace.sync.status
            synced = synced_words(status.synced_at_ms, round(time() * 1000))
            series = self.state.series
            title = tr(TITLES[series.group_by]) if series is not None else ""
            self.heading.show_words(title, source_words(self.state, status, synced))

    def _teach(self) -> None:
        if self._keyboard is not None:
            lesson: lessons.Lesson = lessons.CHART
            if self.stack.currentWidget() is self.empty:
                lesson = lessons.UNJUDGED if self.unjudged else lessons.EMPTY
            self._caps.set_hints(self._keyboard.hints(*((name, tr(words)) for name, words in lesson)))

    def _want_vocabulary(self) -> None:
        if self.workspace is not None:
            self.workspace.facets.want_vocabulary()

    async def _load_chart(self) -> None:
        chart = self.chart = await load_chart(self.theme)
        self.stack.addWidget(chart)
        chart.pointed.connect(self.point)
        chart.opened.connect(self.open_calls)
        chart.looked.connect(self._look)
        chart.brushed.connect(lambda first, last: self.brush_buckets((first, last)))
        self._show(self.state)

    def _look(self, bucket: int | None) -> None:
        """What is under the pointer is read out as long as nothing is brushed."""
        if self.stretch is None and self.chart is not None:
            self.chart.show_point(self.group, self.bucket if bucket is None else bucket)
            self.readout.show_point(self.state, self.group, self.bucket if bucket is None else bucket, None)
