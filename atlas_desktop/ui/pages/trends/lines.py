"""What lies in the boxes of a board: bars, bounds, lines. Painted in pixels, and only what is in view."""

from math import ceil, floor
from typing import Final

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from pyqtgraph.Qt.internals import PrimitiveArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPaintEngine, QPainter, QPainterPath, QPen

from atlas_desktop.ui.pages.trends.board import FEW, Board
from atlas_desktop.ui.pages.trends.drawing import Drawing, Spot
from atlas_desktop.ui.pages.trends.looks import LineLook, before_pen, look_of
from atlas_desktop.ui.theme import ThemeName

_MANY: Final = 400
"""Points in view from which on a line is two of a pixel each: 8 of 365 points with a pen of 1.6 pixels take 129 ms,
two each with a pen of 1 take 1.4 ms (Qt 6.11, raster)."""
_HALF: Final = 0.4
_DOT: Final = 3.0
_SMOOTH: Final = QPainter.RenderHint.Antialiasing
Floats = npt.NDArray[np.float64]


class Run:
    """An unbroken part of a line, as arrays."""

    __slots__ = ("high", "low", "rate", "x")

    def __init__(self, spots: tuple[Spot, ...]) -> None:
        self.x: Floats = np.array([spot.x for spot in spots])
        self.rate: Floats = np.array([spot.rate for spot in spots])
        self.low: Floats = np.array([spot.low for spot in spots])
        self.high: Floats = np.array([spot.high for spot in spots])

    def between(self, start: float, end: float) -> slice:
        """The part of it in view, and a point more at each side."""
        first, last = np.searchsorted(self.x, (start, end))
        return slice(max(int(first) - 1, 0), int(last) + 1)


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
        painter.setClipRect(board.field.adjusted(-_DOT, -_DOT, _DOT, 1))
        lines = list(enumerate(board.drawing.lines))
        lines.sort(key=lambda each: each[1].group == board.at_hand)
        points = sum(len(run.x[run.between(*board.days)]) for runs in self._runs.values() for run in runs)
        many = points > _MANY
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
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        for run in runs:
            part = run.between(*self._board.days)
            x, low, high = self._xs(run.x[part]), self._ys(run.low[part]), self._ys(run.high[part])
            if not len(x):
                continue
            if len(run.x) == 1:
                painter.drawRect(QRectF(x[0] - 2, high[0], 4, low[0] - high[0]))
                continue
            if many and _on_screen(painter):
                _paint_filled(painter, x, high, low, color)
                continue
            outline = pg.functions.arrayToQPolygonF(
                np.concatenate((x, x[::-1])), np.concatenate((high, low[::-1]))
            )
            path = QPainterPath()
            path.addPolygon(outline)
            painter.drawPath(path)
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _paint_runs(self, painter: QPainter, runs: list[Run], pen: QPen, *, many: bool) -> None:
        width = pen.widthF()
        if many:
            pen.setWidthF(1.0)
        pen.setCosmetic(many)
        for run in runs:
            part = run.between(*self._board.days)
            x, y = self._xs(run.x[part]), self._ys(run.rate[part])
            if len(run.x) == 1:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(pen.color())
                painter.drawEllipse(QPointF(x[0], y[0]), _DOT, _DOT)
                painter.setBrush(Qt.BrushStyle.NoBrush)
                continue
            painter.setPen(pen)
            shifts = (-_HALF, _HALF) if many and width > 1 else (0.0,)
            for shift in shifts:
                painter.drawPolyline(pg.functions.arrayToQPolygonF(x, y + shift))

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


def _on_screen(painter: QPainter) -> bool:
    """Not into a picture to be kept, which is larger or has no pixels."""
    return (
        painter.paintEngine().type() == QPaintEngine.Type.Raster and not painter.worldTransform().isScaling()
    )


def _paint_filled(painter: QPainter, x: Floats, high: Floats, low: Floats, color: QColor) -> None:
    """What lies between, pixel by pixel: jagged bounds of a year are thousands of short spans, 6 to 12 ms for Qt."""
    clip = painter.clipBoundingRect()
    left, right = max(floor(x[0]), floor(clip.left())), min(ceil(x[-1]), ceil(clip.right()))
    top, bottom = max(floor(high.min()), floor(clip.top())), min(ceil(low.max()), ceil(clip.bottom()))
    if right <= left or bottom <= top:
        return
    columns, rows = np.arange(left, right) + 0.5, (np.arange(top, bottom) + 0.5)[:, None]
    inside = (rows >= np.interp(columns, x, high)) & (rows < np.interp(columns, x, low))
    pixels = inside * np.uint32(_premultiplied(color))
    image = QImage(
        pixels.data, right - left, bottom - top, pixels.strides[0], QImage.Format.Format_ARGB32_Premultiplied
    )
    painter.drawImage(QPointF(left, top), image)


def _premultiplied(color: QColor) -> int:
    alpha = color.alpha()
    red, green, blue = (part * alpha // 255 for part in (color.red(), color.green(), color.blue()))
    return alpha << 24 | red << 16 | green << 8 | blue
