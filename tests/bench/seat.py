"""Where the reviewer sits: the real window of a running app, and what can be waited for there."""

import asyncio
import random
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent

from atlas_desktop.app.call_browser import CallBrowser
from atlas_desktop.app.review import Review
from atlas_desktop.app.session import Session
from atlas_desktop.app.workspace import Workspace
from atlas_desktop.domain.filter import parse_query
from atlas_desktop.domain.query import Query
from atlas_desktop.ui.models.row_text import mark_of
from atlas_desktop.ui.widgets.call_list import CallList
from atlas_desktop.ui.widgets.plain_label import PlainLabel
from atlas_desktop.ui.window import Window
from tests.bench.probe import Probe, seen


@dataclass
class Seat:
    """A window with an open workspace. ``taken`` collects milliseconds by the name of what was measured."""

    window: Window
    session: Session
    probe: Probe
    scale: float = 1.0
    taken: dict[str, list[float]] = field(default_factory=dict)
    said: dict[str, Any] = field(default_factory=dict)
    dice: random.Random = field(default_factory=lambda: random.Random(7))

    @property
    def workspace(self) -> Workspace:
        found = self.session.workspace
        assert found is not None
        return found

    @property
    def browser(self) -> CallBrowser:
        return self.workspace.browser

    @property
    def review(self) -> Review:
        return self.workspace.review

    @property
    def view(self) -> CallList:
        return self.window.review_page.list.view

    def times(self, number: int) -> range:
        """So many rounds in a full measurement, fewer in a quick one."""
        return range(max(3, round(number * self.scale)))

    def take(self, name: str, value: float) -> None:
        self.taken.setdefault(name, []).append(value)

    async def take_frame(self, name: str, frame: "asyncio.Future[float]", start: float) -> None:
        self.take(name, await seen(frame, start, name))

    async def still(self) -> None:
        """Wait until nothing is being read, counted or still to be painted of the call at hand."""
        await self.review.settled()
        await self.probe.until(
            lambda: self.window.painted == self.review.current.seq, "the call at hand is painted"
        )

    async def synced(self, seconds: float = 120.0) -> None:
        """Wait until the server has everything of mine and we have everything of it."""

        def through() -> bool:
            status = self.session.status
            return status.caught_up and not status.pending and not status.to_pull

        await self.probe.until(through, "in step with the server", seconds)

    def visible(self) -> list[int]:
        """The calls (seq) of the rows on view."""
        first = self.view.indexAt(QPoint(4, 2)).row()
        last = self.view.indexAt(QPoint(4, self.view.viewport().height() - 2)).row()
        return list(self.browser.ids[first : (last if last >= 0 else len(self.browser) - 1) + 1])

    def rows_painted(self) -> bool:
        """Whether every row on view was drawn, with its text, since the paints were last forgotten."""
        return self.probe.painted.marks.keys() >= set(self.visible())

    def opened(self, seq: int) -> bool:
        """Whether the panes have drawn this call's text, all of it that shows without being asked for."""
        panes = self.window.review_page.panes
        views = (panes.conversation.view, panes.output.view)
        return self.probe.painted.shows(seq) and all(view.complete or view.paused for view in views)

    def mark(self, seq: int) -> str:
        """What the row of this call should show now."""
        place = self.browser.position_of(seq)
        row = self.browser.row(place) if place is not None else None
        assert row is not None
        return mark_of(row.rating, row.unsure)

    def wheel(self, notches: int) -> float:
        """Turn the wheel over the list, downwards when positive. The moment just before."""
        middle = QPointF(self.view.viewport().rect().center())
        event = QWheelEvent(
            middle,
            self.view.viewport().mapToGlobal(middle),
            QPoint(),
            QPoint(0, -120 * notches),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        return self.probe.post(self.view.viewport(), event)

    async def filter(self, line: str) -> tuple[float, float]:
        """Type a filter; milliseconds from its last key to its first rows painted, and to its exact count."""
        bar, probe, query = self.window.review_page.filter, self.probe, parse_query(line)
        probe.press("/")
        await probe.until(bar.line.hasFocus, "the filter has the focus")
        bar.line.setText(line[:-1])
        stop = self.browser.reset.connect(lambda _: probe.painted.clear())
        made = probe.frame(lambda: self.browser.query == query and self.rows_painted())
        counted = probe.frame(lambda: self.browser.query == query and self._count_shown())
        start = probe.press(line[-1])
        rows = await seen(made, start, f"the rows of {line}")
        count = await seen(counted, start, f"the count of {line}")
        stop()
        await self._back_to_list()
        return rows, count

    async def no_filter(self) -> None:
        """The whole list again."""
        self.window.review_page.filter.edit(Query())
        await self.probe.until(lambda: self.browser.query == Query(), "the whole list")
        await self.still()

    async def _back_to_list(self) -> None:
        self.probe.press("Enter")
        await self.probe.until(self.view.hasFocus, "the list has the focus")
        await self.still()

    def _count_shown(self) -> bool:
        bar = self.window.review_page.filter
        label = next(
            each for each in bar.findChildren(PlainLabel) if each.accessibleName() == "Calls in the filter"
        )
        matching, total = len(self.browser), self.browser.total
        return label.text() in (f"{matching:,} of {total:,}", f"{total:,} calls")
