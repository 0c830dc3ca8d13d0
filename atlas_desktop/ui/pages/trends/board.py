"""The board a chart is drawn on: two boxes along the same days, and around them ticks, labels and marks."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen

from atlas_desktop.ui.pages.trends import legend
from atlas_desktop.ui.pages.trends.axis import Tick
from atlas_desktop.ui.pages.trends.drawing import Drawing, DrawnLine
from atlas_desktop.ui.pages.trends.looks import look_of
from atlas_desktop.ui.pages.trends.spreading import spread
from atlas_desktop.ui.theme import Theme
from atlas_desktop.wording import number, tr

TOP: Final = 22
"""Pixels over the lines, for marks of events."""
FEW: Final = 3
"""So many lines show their bounds, and the period before, all the time; of more only the one at hand does."""
_FOOT: Final = 24
_VOLUME: Final = 44
_AIR: Final = 14
_LABELS: Final = 230
_LABEL: Final = 18
_LABEL_AIR: Final = 34
"""Around a sample, a name and a value, with what rounding takes."""
_SAMPLE: Final = 16
_ABOVE: Final = 0.015
"""Of the axis, over 100 %: a line there is not cut in half."""

_Box = tuple[float, float, str]
"""From where to where, and the words."""


class Board(pg.GraphicsWidget):  # type: ignore[misc] # pyqtgraph has no types
    """Paints what stands still beside the boxes; a `Cover` what lies over them."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.drawing = Drawing()
        self.at_hand: str | None = None
        self.rates = self._box()
        self.volume = self._box()
        self._left = 48.0
        # The boxes know these too, but are asked for them thousands of times a frame.
        self._days = (0.0, 1.0)
        self._rates = (0.5, 1.0)
        self._ticks: tuple[Tick, ...] = ()
        self.field = QRectF()
        """Where the lines are, on the board."""

    def _box(self) -> pg.ViewBox:
        box = pg.ViewBox(parent=self, enableMouse=False, enableMenu=False, defaultPadding=0)
        box.disableAutoRange()
        return box

    def show_drawing(self, drawing: Drawing) -> None:
        """These ticks and labels from now on; all of the days are in view."""
        whole = drawing.width != self.drawing.width or not self.drawing.lines
        self.drawing = drawing
        self._rates = (drawing.bottom, 1 + _ABOVE * (1 - drawing.bottom))
        self.rates.setYRange(*self._rates, padding=0)
        most = max((bar.calls for bar in drawing.bars), default=0)
        self.volume.setYRange(0, max(most, 1), padding=0)
        if whole:
            self.show_days(0.0, drawing.width)
        self._ticks = drawing.axis.ticks(*self._days)
        self.place()
        self.update()

    def show_days(self, start: float, end: float) -> None:
        """These are in view, as far as there are any."""
        width = min(max(end - start, min(self.drawing.width, 2.0)), self.drawing.width)
        start = min(max(start, 0.0), self.drawing.width - width)
        for box in (self.rates, self.volume):
            box.setXRange(start, start + width, padding=0)
        self._days = (start, start + width)
        self._ticks = self.drawing.axis.ticks(*self._days)
        self.update()

    @property
    def days(self) -> tuple[float, float]:
        """What is in view."""
        return self._days

    @property
    def all_fields(self) -> QRectF:
        """Lines and bars."""
        return self.field.united(QRectF(self.volume.geometry()))

    @property
    def span(self) -> tuple[float, float]:
        """The lowest and the highest rate on it."""
        return self._rates

    def x_of(self, day: float) -> float:
        """Where a moment stands on the board."""
        start, end = self.days
        return self.field.left() + (day - start) / max(end - start, 1e-9) * self.field.width()

    def day_at(self, x: float) -> float:
        """The moment there."""
        start, end = self.days
        return start + (x - self.field.left()) / max(self.field.width(), 1.0) * (end - start)

    def y_of(self, rate: float) -> float:
        """Where a rate stands on the board."""
        low, high = self._rates
        return float(self.field.bottom() - (rate - low) / max(high - low, 1e-9) * self.field.height())

    def resizeEvent(self, event: object) -> None:
        """The boxes follow."""
        self.place()

    def place(self) -> None:
        """The boxes, between what is written around them."""
        metrics = QFontMetrics(self.theme.fonts.caption)
        ticks = [tick.words for tick in self.drawing.y_ticks] or ["100 %"]
        self._left = max(metrics.horizontalAdvance(words) for words in ticks) + 20.0
        size = self.size()
        right = min(self._labels_width(), size.width() * 0.3)
        width = max(size.width() - self._left - right, 40.0)
        volume = min(_VOLUME, size.height() * 0.16)
        top = TOP + (legend.HEIGHT if self.drawing.compared is not None else 0.0)
        height = max(size.height() - top - _FOOT - volume - _AIR, 20.0)
        self.field = QRectF(self._left, top, width, height)
        self.rates.setGeometry(self.field)
        self.volume.setGeometry(QRectF(self._left, top + height + _AIR, width, volume))

    def _labels_width(self) -> float:
        strong, caption = QFontMetrics(self.theme.fonts.strong), QFontMetrics(self.theme.fonts.caption)
        widths = [
            strong.horizontalAdvance(line.label) + strong.horizontalAdvance(line.last) + _SAMPLE + _LABEL_AIR
            for line in self.drawing.lines
        ]
        gate = legend.threshold(self.drawing)
        widths += [caption.horizontalAdvance(item.words) + _SAMPLE + _LABEL_AIR for item in gate]
        return min(max([*widths, 40]), _LABELS)

    def paint(self, painter: QPainter, *_: object) -> None:
        """Ticks and their hairlines, under the lines."""
        tokens = self.theme.tokens
        painter.setFont(self.theme.fonts.caption)
        field, whole, size = self.field, self.all_fields, self.size()
        line = tokens.color("line")
        if tokens.name == "contrast":
            line.setAlpha(90)
        for tick in self.drawing.y_ticks:
            y = round(self.y_of(tick.at)) + 0.5
            painter.setPen(QPen(line, 1))
            painter.drawLine(QPointF(field.left(), y), QPointF(field.right(), y))
            painter.setPen(tokens.color("muted"))
            box = QRectF(0, y - 10, self._left - 8, 20)
            painter.drawText(box, _RIGHT, tick.words)
        base = QRectF(self.volume.geometry()).bottom()
        painter.setPen(QPen(tokens.color("strong_line"), 1))
        painter.drawLine(QPointF(field.left(), round(base) + 0.5), QPointF(field.right(), round(base) + 0.5))
        painter.setPen(tokens.color("muted"))
        self._paint_days(painter, whole)
        self._paint_most(painter)
        self._paint_labels(painter)
        room = QRectF(field.left(), 0, size.width() - field.left() - 4, legend.HEIGHT)
        legend.paint_legend(painter, self.theme, legend.periods(self.drawing, self._compared_name), room)

    @property
    def _compared_name(self) -> str:
        """Of many lines only the one at hand shows the period before: whose."""
        if len(self.drawing.lines) <= FEW:
            return ""
        return next((line.label for line in self.drawing.lines if line.group == self.at_hand), "")

    def _paint_days(self, painter: QPainter, whole: QRectF) -> None:
        metrics = QFontMetrics(self.theme.fonts.caption)
        boxes = []
        for tick in reversed(self._ticks):
            x, width = self.x_of(tick.at), metrics.horizontalAdvance(tick.words)
            if whole.left() - 1 <= x <= whole.right() + 1:
                left = min(max(x - width / 2, 0.0), whole.right() + 20 - width)
                boxes.append((left, left + width, tick.words))
        for left, right, words in _apart(boxes):
            painter.drawText(QRectF(left, whole.bottom() + 5, right - left + 2, 16), _MIDDLE, words)

    def _paint_most(self, painter: QPainter) -> None:
        """The most calls of a bucket, at the top of the bars."""
        most = max((bar.calls for bar in self.drawing.bars), default=0)
        if most:
            box = QRectF(0, QRectF(self.volume.geometry()).top() - 8, self._left - 8, 16)
            painter.drawText(box, _RIGHT, number(most))

    def _paint_labels(self, painter: QPainter) -> None:
        """The last value of each line at its end and what the threshold is at its own, none over another."""
        field = self.field
        shown = [line for line in self.drawing.lines if line.end is not None]
        wanted = [self.y_of(line.end.rate) for line in shown if line.end is not None]
        gate = legend.threshold(self.drawing)
        wanted += [self.y_of(self.drawing.threshold) for _ in gate]
        places = spread(wanted, _LABEL, field.top(), field.bottom())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for line, y, place in zip(shown, wanted, places, strict=False):
            self._paint_end(painter, line, y, place)
        left = field.right() + 6
        for item, y, place in zip(gate, wanted[len(shown) :], places[len(shown) :], strict=True):
            painter.setPen(legend.threshold_pen(self.theme))
            painter.drawLine(QPointF(left - 4, y), QPointF(left + 4, place))
            legend.paint_stroke(painter, self.theme, "threshold", left + 5, left + 5 + _SAMPLE, place)
            box = QRectF(left + _SAMPLE + 11, place - 9, 0, 18)
            self._paint_words(painter, box, item.words)
        if shown:
            painter.setFont(self.theme.fonts.caption)
            painter.setPen(self.theme.tokens.color("muted"))
            box = QRectF(
                left + _SAMPLE + 11,
                field.top() - TOP + 1,
                max(self.size().width() - left - _SAMPLE - 12, 0),
                14,
            )
            painter.drawText(box, _LEFT, tr("last value"))

    def _paint_end(self, painter: QPainter, line: DrawnLine, y: float, place: float) -> None:
        look = look_of(line.place, self.theme.tokens.name)
        left = self.field.right() + 6
        faint = QColor(look.color)
        faint.setAlpha(120)
        if line.end is not None and line.end.x <= self.days[1]:
            painter.setPen(QPen(faint, 1))
            painter.drawLine(QPointF(left - 4, y), QPointF(left + 4, place))
            self._paint_way(painter, faint, self.x_of(line.end.x) + 5, left - 4, y)
        painter.setPen(look.pen())
        painter.drawLine(QPointF(left + 5, place), QPointF(left + 5 + _SAMPLE, place))
        box = QRectF(left + _SAMPLE + 11, place - 9, 0, 18)
        self._paint_label(painter, box, line.label, line.last, strong=line.group == self.at_hand)

    def _paint_words(self, painter: QPainter, box: QRectF, words: str) -> None:
        room = max(int(self.size().width() - box.left() - 4), 0)
        painter.setFont(self.theme.fonts.caption)
        painter.setPen(self.theme.tokens.color("text"))
        short = QFontMetrics(self.theme.fonts.caption).elidedText(words, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QRectF(box.left(), box.top(), room, box.height()), _LEFT, short)

    def _paint_way(self, painter: QPainter, color: QColor, start: float, end: float, y: float) -> None:
        """From the end of a line that stopped earlier to its label: it is not the value of today."""
        if end - start > 24 and start >= self.field.left():
            pen = QPen(color, 1)
            pen.setDashPattern((1, 4))
            painter.setPen(pen)
            painter.drawLine(QPointF(start, y), QPointF(end, y))

    def _paint_label(self, painter: QPainter, box: QRectF, name: str, value: str, *, strong: bool) -> None:
        tokens, fonts = self.theme.tokens, self.theme.fonts
        room = self.size().width() - box.left() - 4
        value_width = QFontMetrics(fonts.strong).horizontalAdvance(value)
        font = fonts.strong if strong else fonts.body
        metrics = QFontMetrics(font)
        short = metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, max(int(room - value_width - 8), 0))
        width = metrics.horizontalAdvance(short)
        painter.save()
        painter.setClipRect(box.adjusted(-2, -3, room + 4, 3))  # accents reach over a line
        painter.setFont(font)
        painter.setPen(tokens.color("text"))
        painter.drawText(QRectF(box.left(), box.top(), width + 2, box.height()), _LEFT, short)
        painter.setFont(fonts.strong)
        painter.drawText(
            QRectF(box.left() + width + 8, box.top(), value_width + 2, box.height()), _LEFT, value
        )
        painter.restore()


def _apart(boxes: Sequence[_Box]) -> Sequence[_Box]:
    """The first and every second, third … of them, so that none touches the next. They come from right to left."""
    for stride in range(1, len(boxes)):
        some = boxes[::stride]
        if all(other[1] + 8 <= one[0] for one, other in pairwise(some)):
            return some
    return boxes[:1]


# Absolute: time runs to the right in any language, and a painter would turn left and right round in Arabic.
_LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter
_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter
_MIDDLE: Final = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter
