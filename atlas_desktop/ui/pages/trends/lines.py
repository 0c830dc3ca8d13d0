"""What lies in the boxes of a board: bars, bounds, lines. Painted in pixels, and only what is in view."""

from typing import Final

import numpy as np
import pyqtgraph as pg
from pyqtgraph.Qt.internals import PrimitiveArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from atlas_desktop.ui.pages.trends.board import FEW, Board
from atlas_desktop.ui.pages.trends.drawing import Drawing
from atlas_desktop.ui.pages.trends.looks import LineLook, before_pen, look_of
from atlas_desktop.ui.pages.trends.strokes import DOT, MANY, Floats, Run, paint_bounds, paint_line
from atlas_desktop.ui.theme import ThemeName

_SMOOTH: Final = QPainter.RenderHint.Antialiasing


class Lines(pg.GraphicsObject):  # type: ignore[misc] # pyqtgraph has no types
    """Over the board's ticks, under its `Cover`."""

    def __init__(self, board: Board) -> None:
        super().__init__(board)
        self._board = board
        self._runs: dict[tuple[int, bool], list[Run]] = {}
        self._edges: Floats = np.zeros(1)
        self._calls: Floats = np.zeros(0)
        self._evaluated: Floats = np.zeros(0)
        # As pyqtgraph's own bars are drawn: 365 rectangles one by one take 5 ms, at once 0.2 ms.
        self._rects = PrimitiveArray(QRectF, 4)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    def show_drawing(self, drawing: Drawing) -> None:
        """This from now on."""
        bars = drawing.bars
        self._edges = np.array([*(bar.left for bar in bars), *(bar.right for bar in bars[-1:])] or [0.0])
        self._calls = np.array([bar.calls for bar in bars], float)
        self._evaluated = np.array([bar.evaluated for bar in bars], float)
        self._runs = {
            (at, before): [Run(spots) for spots in (line.before if before else line.runs)]
            for at, line in enumerate(drawing.lines)
            for before in (False, True)
        }
        self.update()

    def boundingRect(self) -> QRectF:
        """All of the board."""
        return QRectF(self._board.rect())

    def paint(self, painter: QPainter, *_: object) -> None:
        """Bars; then bounds, the lines before, the lines; the one at hand over the others."""
        board = self._board
        painter.save()
        painter.setClipRect(board.all_fields)
        self._paint_bars(painter)
        # A dot at 100 %, or at either end, is whole; bounds below the axis stay out of the bars.
        painter.setClipRect(board.field.adjusted(-DOT, -DOT, DOT, 1))
        lines = list(enumerate(board.drawing.lines))
        lines.sort(key=lambda each: each[1].group == board.at_hand)
        points = sum(len(run.x[run.between(*board.days)]) for runs in self._runs.values() for run in runs)
        many = points > MANY
        for at, line in lines:
            own = line.group == board.at_hand
            look = look_of(line.place, board.theme.tokens.name)
            if own or len(lines) <= FEW:
                alpha = 44 if own else 14
                self._paint_bounds(painter, self._runs.get((at, False), []), look, alpha, many=many)
        painter.setRenderHint(_SMOOTH)
        theme = board.theme.tokens.name
        for at, line in lines:
            own = line.group == board.at_hand
            look = look_of(line.place, board.theme.tokens.name)
            if own or len(lines) <= FEW:
                pen = before_pen(_faint(look, theme, own=own), 1.8 if own else 1.4)
                self._paint_runs(painter, self._runs.get((at, True), []), pen, many=many)
            pen = look.pen(2.4 if own else 1.6)
            self._paint_runs(painter, self._runs.get((at, False), []), pen, many=many)
        painter.restore()

    def _paint_bars(self, painter: QPainter) -> None:
        board = self._board
        box = QRectF(board.volume.geometry())
        painter.setPen(Qt.PenStyle.NoPen)
        left, right = self._xs(self._edges[:-1]), self._xs(self._edges[1:])
        gap = np.minimum((right - left) * 0.14, 3.0)
        for counts, alpha in ((self._calls, 50), (self._evaluated, 105)):
            heights = box.height() * counts / max(float(self._calls.max(initial=0.0)), 1.0)
            color = board.theme.tokens.color("muted")
            color.setAlpha(alpha)
            painter.setBrush(color)
            self._rects.resize(len(counts))
            self._rects.ndarray()[:] = np.column_stack(
                (left + gap, box.bottom() - heights, right - left - 2 * gap, heights)
            )
            painter.drawRects(*self._rects.drawargs())
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _paint_bounds(
        self, painter: QPainter, runs: list[Run], look: LineLook, alpha: int, *, many: bool
    ) -> None:
        color = QColor(look.color)
        color.setAlpha(alpha)
        for run in runs:
            part = run.between(*self._board.days)
            x, low, high = self._xs(run.x[part]), self._ys(run.low[part]), self._ys(run.high[part])
            paint_bounds(painter, x, high, low, color, many=many)

    def _paint_runs(self, painter: QPainter, runs: list[Run], pen: QPen, *, many: bool) -> None:
        for run in runs:
            part = run.between(*self._board.days)
            paint_line(painter, self._xs(run.x[part]), self._ys(run.rate[part]), pen, many=many)

    def _xs(self, days: Floats) -> Floats:
        start, end = self._board.days
        field = self._board.field
        placed: Floats = field.left() + (days - start) * (field.width() / max(end - start, 1e-9))
        return placed

    def _ys(self, rates: Floats) -> Floats:
        low, high = self._board.span
        field = self._board.field
        placed: Floats = field.bottom() - (rates - low) * (field.height() / max(high - low, 1e-9))
        return placed


def _faint(look: LineLook, theme: ThemeName, *, own: bool) -> QColor:
    """Of the period before: that of the line at hand as strong as the line; in high contrast all of them."""
    color = QColor(look.color)
    color.setAlpha(255 if own or theme == "contrast" else 170)
    return color
