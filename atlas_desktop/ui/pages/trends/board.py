"""The board a chart is drawn on: two boxes along the same days, and around them ticks, labels and marks."""

from typing import Final

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen, QPolygonF

from atlas_desktop.ui.hostile_text import one_line
from atlas_desktop.ui.pages.trends.drawing import Drawing
from atlas_desktop.ui.pages.trends.looks import look_of
from atlas_desktop.ui.pages.trends.spreading import spread
from atlas_desktop.ui.theme import Theme
from atlas_desktop.wording import number

_TOP: Final = 22
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


class Board(pg.GraphicsWidget):  # type: ignore[misc] # pyqtgraph has no types
    """Paints what stands still beside the boxes; `Cover` what lies over them."""

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
        self.place()
        self.update()

    def show_days(self, start: float, end: float) -> None:
        """These are in view, as far as there are any."""
        width = min(max(end - start, min(self.drawing.width, 2.0)), self.drawing.width)
        start = min(max(start, 0.0), self.drawing.width - width)
        for box in (self.rates, self.volume):
            box.setXRange(start, start + width, padding=0)
        self._days = (start, start + width)
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
        height = max(size.height() - _TOP - _FOOT - volume - _AIR, 20.0)
        self.field = QRectF(self._left, _TOP, width, height)
        self.rates.setGeometry(self.field)
        self.volume.setGeometry(QRectF(self._left, _TOP + height + _AIR, width, volume))

    def _labels_width(self) -> float:
        strong = QFontMetrics(self.theme.fonts.strong)
        widths = [
            strong.horizontalAdvance(one_line(line.label[:80]))
            + strong.horizontalAdvance(line.last)
            + _SAMPLE
            + _LABEL_AIR
            for line in self.drawing.lines
        ]
        return min(max([*widths, 40]), _LABELS)

    def paint(self, painter: QPainter, *_: object) -> None:
        """Ticks and their hairlines, under the lines."""
        tokens = self.theme.tokens
        painter.setFont(self.theme.fonts.caption)
        field, whole = self.field, self.all_fields
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

    def _paint_days(self, painter: QPainter, whole: QRectF) -> None:
        metrics, taken = QFontMetrics(self.theme.fonts.caption), -1e9
        for tick in self.drawing.x_ticks:
            x, width = self.x_of(tick.at), metrics.horizontalAdvance(tick.words)
            if not whole.left() - 1 <= x <= whole.right() + 1 or x - width / 2 < taken + 8:
                continue
            left = min(max(x - width / 2, 0.0), whole.right() + 20 - width)
            painter.drawText(QRectF(left, whole.bottom() + 5, width + 2, 16), _MIDDLE, tick.words)
            taken = left + width

    def _paint_most(self, painter: QPainter) -> None:
        """The most calls of a bucket, at the top of the bars."""
        most = max((bar.calls for bar in self.drawing.bars), default=0)
        if most:
            box = QRectF(0, QRectF(self.volume.geometry()).top() - 8, self._left - 8, 16)
            painter.drawText(box, _RIGHT, number(most))

    def _paint_labels(self, painter: QPainter) -> None:
        """The last value of each line at its end, none over another."""
        field = self.field
        lines = [(line, line.end) for line in self.drawing.lines]
        shown = [(line, end) for line, end in lines if end is not None]
        wanted = [self.y_of(end.rate) for _, end in shown]
        places = spread(wanted, _LABEL, field.top(), field.bottom())
        for (line, end), y, place in zip(shown, wanted, places, strict=True):
            look = look_of(line.place, self.theme.tokens.name)
            left = field.right() + 6
            color = QColor(look.color)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            faint = QColor(color)
            faint.setAlpha(120)
            if end.x <= self.days[1]:
                painter.setPen(QPen(faint, 1))
                painter.drawLine(QPointF(left - 4, y), QPointF(left + 4, place))
                self._paint_way(painter, faint, self.x_of(end.x) + 5, left - 4, y)
            painter.setPen(look.pen())
            painter.drawLine(QPointF(left + 5, place), QPointF(left + 5 + _SAMPLE, place))
            self._paint_label(painter, QRectF(left + _SAMPLE + 11, place - 9, 0, 18), line.label, line.last,
                              strong=line.group == self.at_hand)  # fmt: skip

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
        short = metrics.elidedText(
            one_line(name[:80]), Qt.TextElideMode.ElideMiddle, max(int(room - value_width - 8), 0)
        )
        width = metrics.horizontalAdvance(short)
        painter.setFont(font)
        painter.setPen(tokens.color("text"))
        painter.drawText(QRectF(box.left(), box.top(), width + 2, box.height()), _LEFT, short)
        painter.setFont(fonts.strong)
        painter.drawText(
            QRectF(box.left() + width + 8, box.top(), value_width + 2, box.height()), _LEFT, value
        )


# Absolute: time runs to the right in any language, and a painter would turn left and right round in Arabic.
_LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter
_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter
_MIDDLE: Final = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter


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
        painter.setClipRect(whole.adjusted(-4, -_TOP, 4, 2))
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
        pen = QPen(theme.tokens.color("text"), 1)
        pen.setDashPattern((2, 3))
        painter.setPen(pen)
        painter.drawLine(QPointF(field.left(), y), QPointF(field.right(), y))
        painter.setFont(theme.fonts.caption)
        width = QFontMetrics(theme.fonts.caption).horizontalAdvance(drawing.threshold_words)
        box = QRectF(field.left() + 2, y + 2, width + 8, 16)
        painter.fillRect(box, theme.tokens.color("surface"))
        painter.setPen(theme.tokens.color("text"))
        painter.drawText(box, _MIDDLE, drawing.threshold_words)

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
            painter.setPen(QPen(tokens.color("muted"), 1.2))
            painter.setBrush(tokens.color("surface"))
            top = whole.top() - 11
            kinds = {event.kind for event in mark.events}
            if "promotion" in kinds:
                painter.setBrush(tokens.color("muted"))
                painter.drawPolygon(_diamond(x, top))
            elif "release" in kinds:
                painter.drawEllipse(QPointF(x, top), 4, 4)
            else:
                painter.drawPolygon(_triangle(x, top))

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
            spot = line.spot(self.bucket)
            if spot is None:
                continue
            own = line.group == board.at_hand
            painter.setPen(QPen(QColor(look_of(line.place, tokens.name).color), 2.5 if own else 1.5))
            painter.setBrush(tokens.color("surface"))
            size = 5.0 if own else 3.0
            painter.drawEllipse(QPointF(x, board.y_of(spot.rate)), size, size)


def _diamond(x: float, y: float) -> QPolygonF:
    return QPolygonF([QPointF(x, y - 5), QPointF(x + 5, y), QPointF(x, y + 5), QPointF(x - 5, y)])


def _triangle(x: float, y: float) -> QPolygonF:
    return QPolygonF([QPointF(x - 5, y - 4), QPointF(x + 5, y - 4), QPointF(x, y + 5)])
