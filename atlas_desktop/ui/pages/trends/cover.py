"""What lies over the lines of a board: the threshold, events, the point at hand, the stretch that is brushed."""

from typing import Final

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from atlas_desktop.app.trend_state import EventKind
from atlas_desktop.ui.pages.trends import legend
from atlas_desktop.ui.pages.trends.board import TOP, Board
from atlas_desktop.ui.pages.trends.looks import look_of
from atlas_desktop.ui.theme import Tokens


class Cover(pg.GraphicsObject):  # type: ignore[misc] # pyqtgraph has no types
    """Over the lines: the threshold, events, the point at hand, the stretch that is brushed."""

    def __init__(self, board: Board) -> None:
        super().__init__(board)
        self._board = board
        self.bucket: int | None = None
        self.stretch: tuple[float, float] | None = None
        self.setZValue(100)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    def boundingRect(self) -> QRectF:
        """All of the board."""
        return QRectF(self._board.rect())

    def paint(self, painter: QPainter, *_: object) -> None:
        """From what lies lowest to what lies highest."""
        painter.save()
        whole = self._board.all_fields
        painter.setClipRect(whole.adjusted(-4, -TOP, 4, 2))
        self._paint_stretch(painter, whole)
        self._paint_threshold(painter)
        self._paint_marks(painter, whole)
        self._paint_point(painter, whole)
        painter.restore()

    def _paint_stretch(self, painter: QPainter, whole: QRectF) -> None:
        if self.stretch is None:
            return
        board, tokens = self._board, self._board.theme.tokens
        left, right = board.x_of(self.stretch[0]), board.x_of(self.stretch[1])
        fill = tokens.color("accent")
        fill.setAlpha(36 if tokens.name != "contrast" else 70)
        painter.fillRect(QRectF(left, whole.top(), right - left, whole.height()), fill)
        painter.setPen(QPen(tokens.color("accent"), 1))
        for x in (left, right):
            painter.drawLine(QPointF(round(x) + 0.5, whole.top()), QPointF(round(x) + 0.5, whole.bottom()))

    def _paint_threshold(self, painter: QPainter) -> None:
        board, theme = self._board, self._board.theme
        drawing, field = board.drawing, board.field
        if not drawing.lines or drawing.threshold < drawing.bottom:
            return
        y = round(board.y_of(drawing.threshold)) + 0.5
        painter.setPen(legend.threshold_pen(theme))
        painter.drawLine(QPointF(field.left(), y), QPointF(field.right(), y))

    def _paint_marks(self, painter: QPainter, whole: QRectF) -> None:
        board, tokens = self._board, self._board.theme.tokens
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for mark in board.drawing.marks:
            x = round(board.x_of(mark.x)) + 0.5
            if not whole.left() - 1 <= x <= whole.right() + 1:
                continue
            pen = QPen(tokens.color("strong_line"), 1)
            pen.setDashPattern((1, 3))
            painter.setPen(pen)
            painter.drawLine(QPointF(x, whole.top() - 4), QPointF(x, whole.bottom()))
            kinds = {event.kind for event in mark.events}
            _paint_sign(painter, tokens, next(each for each in _WEIGHT if each in kinds), x, whole.top() - 11)

    def _paint_point(self, painter: QPainter, whole: QRectF) -> None:
        board, tokens = self._board, self._board.theme.tokens
        drawing = board.drawing
        if self.bucket is None or not 0 <= self.bucket < len(drawing.centres):
            return
        x = round(board.x_of(drawing.centres[self.bucket])) + 0.5
        painter.setPen(QPen(tokens.color("muted"), 1))
        painter.drawLine(QPointF(x, whole.top()), QPointF(x, whole.bottom()))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for line in drawing.lines:
            spot, own = line.spot(self.bucket), line.group == board.at_hand
            old = line.earlier(self.bucket) if own else None
            if old is not None:
                painter.setPen(QPen(QColor(look_of(line.place, tokens.name).color), 1.5))
                painter.setBrush(tokens.color("surface"))
                painter.drawPolygon(_diamond(x, board.y_of(old.rate)))
            if spot is None:
                continue
            painter.setPen(QPen(QColor(look_of(line.place, tokens.name).color), 2.5 if own else 1.5))
            painter.setBrush(tokens.color("surface"))
            size = 5.0 if own else 3.0
            painter.drawEllipse(QPointF(x, board.y_of(spot.rate)), size, size)


_WEIGHT: Final[tuple[EventKind, ...]] = ("rollback", "release", "promotion", "canary", "schema", "shadow")
"""Of several at once the sign of the first is drawn; words name them all."""


def _paint_sign(painter: QPainter, tokens: Tokens, kind: EventKind, x: float, y: float) -> None:
    """By shape, not by colour: a release is a disc, a canary half of one, a shadow an empty one."""
    ink, empty = tokens.color("muted"), tokens.color("surface")
    painter.setPen(QPen(ink, 1.4))
    painter.setBrush(ink if kind in ("release", "promotion") else empty)
    if kind == "promotion":
        painter.drawPolygon(_diamond(x, y))
    elif kind == "schema":
        painter.drawPolygon(_triangle(x, y))
    elif kind == "rollback":
        painter.drawLine(QPointF(x - 4, y - 4), QPointF(x + 4, y + 4))
        painter.drawLine(QPointF(x - 4, y + 4), QPointF(x + 4, y - 4))
    else:
        painter.drawEllipse(QPointF(x, y), 4.5, 4.5)
        if kind == "canary":
            painter.setBrush(ink)
            painter.drawPie(QRectF(x - 4.5, y - 4.5, 9, 9), 90 * 16, 180 * 16)


def _diamond(x: float, y: float) -> QPolygonF:
    return QPolygonF([QPointF(x, y - 5), QPointF(x + 5, y), QPointF(x, y + 5), QPointF(x - 5, y)])


def _triangle(x: float, y: float) -> QPolygonF:
    return QPolygonF([QPointF(x - 5, y - 4), QPointF(x + 5, y - 4), QPointF(x, y + 5)])
