"""Lines and bounds painted from arrays: many points take little of a frame."""

from math import ceil, floor
from typing import Final

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPaintEngine, QPainter, QPainterPath, QPen

from atlas_desktop.ui.pages.trends.drawing import Spot

MANY: Final = 400
"""Points in view from which on a line is two of a pixel each: 8 of 365 points with a pen of 1.6 pixels take 129 ms,
two each with a pen of 1 take 1.4 ms (Qt 6.11, raster)."""
_HALF: Final = 0.4
DOT: Final = 3.0
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


def paint_bounds(
    painter: QPainter, x: Floats, high: Floats, low: Floats, color: QColor, *, many: bool
) -> None:
    """What lies between, in pixels; of one point a bar."""
    if not len(x):
        return
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    if len(x) == 1:
        painter.drawRect(QRectF(x[0] - 2, high[0], 4, low[0] - high[0]))
    elif many and _on_screen(painter):
        _paint_filled(painter, x, high, low, color)
    else:
        path = QPainterPath()
        path.addPolygon(
            pg.functions.arrayToQPolygonF(np.concatenate((x, x[::-1])), np.concatenate((high, low[::-1])))
        )
        painter.drawPath(path)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def paint_line(painter: QPainter, x: Floats, y: Floats, pen: QPen, *, many: bool) -> None:
    """Through these places, in pixels; of one point a dot."""
    if len(x) == 1:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(pen.color())
        painter.drawEllipse(QPointF(x[0], y[0]), DOT, DOT)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        return
    thin, many = QPen(pen), many and _on_screen(painter)
    if many:
        thin.setWidthF(1.0)
        thin.setCosmetic(True)
    painter.setPen(thin)
    for shift in (-_HALF, _HALF) if many and pen.widthF() > 1 else (0.0,):
        painter.drawPolyline(pg.functions.arrayToQPolygonF(x, y + shift))


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
