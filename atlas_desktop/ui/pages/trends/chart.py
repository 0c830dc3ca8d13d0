"""The chart: lines of pass rates with their bounds, bars of how many calls, on a `Board`."""

from typing import TYPE_CHECKING, Final

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from atlas_desktop.ui.pages.trends.board import Board
from atlas_desktop.ui.pages.trends.cover import Cover
from atlas_desktop.ui.pages.trends.drawing import Drawing, draw
from atlas_desktop.ui.pages.trends.lines import Lines
from atlas_desktop.ui.widgets.layouts import column
from atlas_desktop.wording import tr

if TYPE_CHECKING:
    from atlas_desktop.app.trend_state import TrendState
    from atlas_desktop.ui.theme import Theme

_NEAR: Final = 24.0
"""Pixels from a line within which a click means it."""
_STEP: Final = 1.25


class Canvas(pg.GraphicsView):  # type: ignore[misc] # pyqtgraph has no types
    """Takes the mouse itself: a drag brushes, with the middle button or Ctrl it moves, the wheel zooms."""

    def __init__(self, chart: "TrendChart") -> None:
        super().__init__(useOpenGL=False, background=None)
        # pyqtgraph's own menu: an export in English by a dialog of its own. Ours is `ChartExports`.
        for action in self.scene().contextMenu:
            action.deleteLater()
        self.scene().contextMenu = []
        self._chart = chart
        self._from: QPointF | None = None
        self._moving = False
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.viewport().setCursor(Qt.CursorShape.CrossCursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A drag may begin."""
        event.accept()
        if event.button() not in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            return
        self._from = event.position()
        ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        self._moving = event.button() == Qt.MouseButton.MiddleButton or ctrl
        self._chart.setFocus(Qt.FocusReason.MouseFocusReason)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Look, brush, or move."""
        if self._from is None:
            self._chart.look_at(event.position())
        elif self._moving:
            self._chart.move_by(event.position().x() - self._from.x())
            self._from = event.position()
        elif abs(event.position().x() - self._from.x()) > 3:
            self._chart.brush_between(self._from.x(), event.position().x())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A press that went nowhere chooses the point."""
        start, self._from = self._from, None
        if start is not None and not self._moving and abs(event.position().x() - start.x()) <= 3:
            self._chart.choose_at(event.position())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """The calls of the point."""
        self._chart.choose_at(event.position())
        self._chart.opened.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Nearer or farther around the pointer; sideways along the days."""
        turned = event.angleDelta()
        if abs(turned.x()) > abs(turned.y()):
            self._chart.move_by(turned.x() / 2)
        elif turned.y():
            self._chart.zoom(_STEP if turned.y() > 0 else 1 / _STEP, event.position().x())
        event.accept()

    def leaveEvent(self, event: object) -> None:
        """Nothing is looked at."""
        self._chart.looked.emit(None)


class TrendChart(QWidget):
    """``pointed`` tells a line's group and a bucket that were chosen, ``looked`` the bucket under the pointer or None.

    ``brushed`` tells the first and the last bucket of a stretch; ``opened`` that its calls are wanted.
    """

    pointed = Signal(object, int)
    looked = Signal(object)
    brushed = Signal(int, int)
    opened = Signal()

    def __init__(self, theme: "Theme") -> None:
        super().__init__()
        self._theme = theme
        self.drawing = Drawing()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.setAccessibleName(tr("Chart"))
        self.plot = Canvas(self)
        self.board = Board(theme)
        self.lines = Lines(self.board)
        self.cover = Cover(self.board)
        self.plot.setCentralItem(self.board)
        column(self).addWidget(self.plot)
        theme.changed.connect(self.repaint_all)

    def sizeHint(self) -> QSize:
        """As much as there is."""
        return QSize(800, 480)

    def minimumSizeHint(self) -> QSize:
        """Room for the ticks."""
        return QSize(280, 160)

    def show_state(self, state: "TrendState") -> None:
        """Draw this."""
        self.show_drawing(draw(state))

    def show_drawing(self, drawing: Drawing) -> None:
        """Draw this."""
        if drawing != self.drawing:
            self.drawing = drawing
            self.board.show_drawing(drawing)
            self.lines.show_drawing(drawing)
            self.repaint_all()

    def drawn(self) -> Drawing:
        """What is on the board."""
        return self.board.drawing

    def show_point(self, group: str | None, bucket: int | None) -> None:
        """The line and the bucket at hand."""
        if group != self.board.at_hand:
            self.board.at_hand = group
            self.board.update()
            self.lines.update()
        self.cover.bucket = bucket
        self.cover.update()

    def show_stretch(self, edges: tuple[float, float] | None) -> None:
        """What is brushed, in days."""
        self.cover.stretch = edges
        self.cover.update()

    def paint(self, painter: QPainter, target: QRectF) -> None:
        """The same on anything: a picture, an SVG."""
        self.plot.setGeometry(0, 0, self.width(), self.height())
        area = QRectF(0, 0, self.width(), self.height())
        self.board.setGeometry(area)
        self.board.place()
        self.plot.scene().prepareForPaint()
        self.plot.scene().render(painter, target, area)

    def zoom(self, factor: float, x: float | None = None) -> None:
        """So many times nearer around a place; 0 for all of the days."""
        start, end = self.board.days
        if factor == 0:
            self.board.show_days(0.0, self.drawing.width)
        else:
            middle = self.board.day_at(x) if x is not None else self._middle()
            self.board.show_days(middle - (middle - start) / factor, middle + (end - middle) / factor)
        self._moved()

    def move_by(self, pixels: float) -> None:
        """Along the days."""
        start, end = self.board.days
        days = pixels / max(self.board.field.width(), 1.0) * (end - start)
        self.board.show_days(start - days, end - days)
        self._moved()

    def _moved(self) -> None:
        self.lines.update()
        self.cover.update()

    def reveal(self, bucket: int) -> None:
        """Bring a bucket into view."""
        if 0 <= bucket < len(self.drawing.centres):
            x, (start, end) = self.drawing.centres[bucket], self.board.days
            if not start <= x <= end:
                half = (end - start) / 2
                self.board.show_days(x - half, x + half)
                self._moved()

    def bucket_at(self, x: float) -> int | None:
        """The bucket nearest to a place."""
        if not self.drawing.centres:
            return None
        day = self.board.day_at(x)
        return min(range(len(self.drawing.centres)), key=lambda at: abs(self.drawing.centres[at] - day))

    def look_at(self, place: QPointF) -> None:
        """The pointer is there."""
        inside = self.board.all_fields.contains(place)
        self.looked.emit(self.bucket_at(place.x()) if inside else None)

    def choose_at(self, place: QPointF) -> None:
        """The nearest bucket, and the line if one is near."""
        bucket = self.bucket_at(place.x())
        if bucket is None:
            return
        group, least = self.board.at_hand, _NEAR
        for line in self.drawing.lines:
            spot = line.spot(bucket)
            if spot is not None and abs(self.board.y_of(spot.rate) - place.y()) < least:
                group, least = line.group, abs(self.board.y_of(spot.rate) - place.y())
        self.pointed.emit(group, bucket)

    def brush_between(self, one: float, other: float) -> None:
        """The buckets between two places."""
        ends = [
            self.bucket_at(min(max(x, self.board.field.left()), self.board.field.right()))
            for x in (one, other)
        ]
        first, last = ends
        if first is not None and last is not None:
            self.brushed.emit(min(first, last), max(first, last))

    def repaint_all(self) -> None:
        """In other colours."""
        self.plot.setBackground(self._theme.tokens.color("surface"))
        self.board.place()
        for each in (self.board, self.lines, self.cover):
            each.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The board follows."""
        super().resizeEvent(event)
        for each in (self.lines, self.cover):
            each.prepareGeometryChange()

    def _middle(self) -> float:
        bucket, (start, end) = self.cover.bucket, self.board.days
        if (
            bucket is not None
            and bucket < len(self.drawing.centres)
            and start <= self.drawing.centres[bucket] <= end
        ):
            return self.drawing.centres[bucket]
        return (start + end) / 2
