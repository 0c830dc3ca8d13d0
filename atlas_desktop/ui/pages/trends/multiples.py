"""A small chart for each line, all on the same scales, so that shapes can be compared where lines would cross."""

from math import ceil
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from atlas_desktop.ui.pages.trends import legend
from atlas_desktop.ui.pages.trends.axis import Tick
from atlas_desktop.ui.pages.trends.drawing import Drawing, DrawnLine, Spot, draw
from atlas_desktop.ui.pages.trends.looks import before_pen, look_of
from atlas_desktop.wording import tr

if TYPE_CHECKING:
    from atlas_desktop.app.trend_state import TrendState
    from atlas_desktop.ui.pages.trends.strokes import Floats, Run
    from atlas_desktop.ui.theme import Theme

_HEAD: Final = 26
_FOOT: Final = 18
_GAP: Final = 24
_EDGE: Final = 16
_TICKS: Final = 40
_LEAST: Final = 220
_MANY: Final = 400
"""Points from which on they are painted as `strokes` paints many."""


class Multiples(QWidget):
    """``pointed`` tells a line's group and a bucket that were chosen, ``opened`` that its calls are wanted."""

    pointed = Signal(object, int)
    opened = Signal()

    def __init__(self, theme: "Theme") -> None:
        super().__init__()
        self._theme = theme
        self.drawing = Drawing()
        self._group: str | None = None
        self._bucket: int | None = None
        self._stretch: tuple[float, float] | None = None
        self._arrays: dict[int, list[Run]] = {}
        self._many = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(tr("Small charts"))
        theme.changed.connect(self.update)

    def minimumSizeHint(self) -> QSize:
        """One of them."""
        return QSize(280, 160)

    def show_state(self, state: "TrendState") -> None:
        """Draw this."""
        self.drawing = draw(state)
        self._arrays.clear()
        points = sum(len(run) for line in self.drawing.lines for run in (*line.runs, *line.before))
        self._many = points > _MANY
        self.update()

    def drawn(self) -> Drawing:
        """What is drawn."""
        return self.drawing

    def show_point(self, group: str | None, bucket: int | None) -> None:
        """The line and the bucket at hand."""
        self._group, self._bucket = group, bucket
        self.update()

    def show_stretch(self, edges: tuple[float, float] | None) -> None:
        """What is brushed, in days."""
        self._stretch = edges
        self.update()

    def cells(self, area: QRectF) -> list[QRectF]:
        """Where each line is drawn."""
        count = len(self.drawing.lines)
        across = max(
            1, min(ceil(count**0.5), int((area.width() - _EDGE) // (_LEAST + _GAP)) or 1, count or 1)
        )
        down = ceil(count / across) or 1
        wide = (area.width() - 2 * _EDGE - (across - 1) * _GAP) / across
        top = area.top() + 8 + legend.HEIGHT
        high = (area.bottom() - 8 - top - (down - 1) * 12) / down
        return [
            QRectF(
                area.left() + _EDGE + at % across * (wide + _GAP),
                top + at // across * (high + 12),
                wide,
                high,
            )
            for at in range(count)
        ]

    def paint(self, painter: QPainter, target: QRectF) -> None:
        """The same on anything: a picture, an SVG."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        over = QRectF(target.left() + _EDGE, target.top() + 4, target.width() - 2 * _EDGE, legend.HEIGHT)
        items = (*legend.threshold(self.drawing), *legend.periods(self.drawing))
        legend.paint_legend(painter, self._theme, items, over)
        cells = self.cells(target)
        ticks = self.drawing.x_ticks
        for line, cell in zip(self.drawing.lines, cells, strict=True):
            self._paint_cell(painter, line, cell, ticks)

    def paintEvent(self, event: QPaintEvent) -> None:
        """All of them."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.tokens.color("surface"))
        self.paint(painter, self.rect().toRectF())
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The line, and its nearest bucket."""
        for line, cell in zip(self.drawing.lines, self.cells(self.rect().toRectF()), strict=True):
            if cell.contains(event.position()) and self.drawing.centres:
                field = self._field(cell)
                day = (event.position().x() - field.left()) / max(field.width(), 1) * self.drawing.width
                centres = self.drawing.centres
                self.pointed.emit(line.group, min(range(len(centres)), key=lambda at: abs(centres[at] - day)))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """The calls of the point."""
        self.opened.emit()

    def _field(self, cell: QRectF) -> QRectF:
        return cell.adjusted(_TICKS, _HEAD, -2, -_FOOT)

    def _paint_cell(self, painter: QPainter, line: DrawnLine, cell: QRectF, ticks: tuple[Tick, ...]) -> None:
        tokens, fonts, field = self._theme.tokens, self._theme.fonts, self._field(cell)
        own = line.group == self._group
        if own and self.hasFocus():
            painter.setPen(QPen(tokens.color("focus"), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(cell.adjusted(-8, -2, 6, 2), 6, 6)
        self._paint_head(painter, line, QRectF(field.left(), cell.top(), field.width(), _HEAD - 6), own=own)
        grid = tokens.color("line")
        if tokens.name == "contrast":
            grid.setAlpha(90)
        painter.setFont(fonts.caption)
        for tick in (self.drawing.y_ticks[0], self.drawing.y_ticks[-1]) if self.drawing.y_ticks else ():
            y = round(self._y(field, tick.at)) + 0.5
            painter.setPen(QPen(grid, 1))
            painter.drawLine(QPointF(field.left(), y), QPointF(field.right(), y))
            painter.setPen(tokens.color("muted"))
            painter.drawText(QRectF(cell.left(), y - 9, _TICKS - 6, 18), _RIGHT, tick.words)
        painter.setPen(tokens.color("muted"))
        ends = ((_LEFT, ticks[:1]), (_RIGHT, ticks[-1:]))
        for side, ticks in ends:
            for each in ticks:
                box = QRectF(field.left(), field.bottom() + 2, field.width(), _FOOT - 2)
                painter.drawText(box, side, each.words)
        painter.save()
        painter.setClipRect(field.adjusted(-4, -4, 4, 1))
        self._paint_ground(painter, field)
        self._paint_line(painter, line, field, own=own)
        painter.restore()

    def _paint_head(self, painter: QPainter, line: DrawnLine, box: QRectF, *, own: bool) -> None:
        fonts, tokens = self._theme.fonts, self._theme.tokens
        below = line.end is not None and line.end.rate < self.drawing.threshold
        last = f"▾ {line.last}" if below else line.last
        value = QFontMetrics(fonts.strong).horizontalAdvance(last)
        metrics = QFontMetrics(fonts.strong if own else fonts.body)
        name = metrics.elidedText(line.label, Qt.TextElideMode.ElideMiddle, int(box.width() - value - 8))
        painter.setPen(tokens.color("text"))
        painter.setFont(fonts.strong if own else fonts.body)
        painter.save()
        painter.setClipRect(box.adjusted(-2, -3, 2, 3))  # accents reach over a line
        painter.drawText(box, _LEFT, name)
        painter.restore()
        painter.setFont(fonts.strong)
        painter.setPen(tokens.color("bad" if below else "text"))
        painter.drawText(box, _RIGHT, last)

    def _paint_ground(self, painter: QPainter, field: QRectF) -> None:
        tokens = self._theme.tokens
        if self._stretch is not None:
            fill = tokens.color("accent")
            fill.setAlpha(36)
            left, right = (self._x(field, day) for day in self._stretch)
            painter.fillRect(QRectF(left, field.top(), right - left, field.height()), fill)
        if self.drawing.threshold >= self.drawing.bottom:
            painter.setPen(legend.threshold_pen(self._theme))
            y = round(self._y(field, self.drawing.threshold)) + 0.5
            painter.drawLine(QPointF(field.left(), y), QPointF(field.right(), y))
        if self._bucket is not None and self._bucket < len(self.drawing.centres):
            x = round(self._x(field, self.drawing.centres[self._bucket])) + 0.5
            painter.setPen(QPen(tokens.color("strong_line"), 1))
            painter.drawLine(QPointF(x, field.top()), QPointF(x, field.bottom()))

    def _paint_line(self, painter: QPainter, line: DrawnLine, field: QRectF, *, own: bool) -> None:
        from atlas_desktop.ui.pages.trends.strokes import paint_bounds, paint_line  # noqa: PLC0415 - see load_chart

        look = look_of(line.place, self._theme.tokens.name)
        color = QColor(look.color)
        color.setAlpha(36)
        for run in self._runs(line.runs):
            x, low, high = self._xs(field, run.x), self._ys(field, run.low), self._ys(field, run.high)
            paint_bounds(painter, x, high, low, color, many=self._many)
        pens = ((line.before, before_pen(QColor(look.color))), (line.runs, look.pen(2.2 if own else 1.6)))
        for runs, pen in pens:
            for run in self._runs(runs):
                x, y = self._xs(field, run.x), self._ys(field, run.rate)
                paint_line(painter, x, y, pen, many=self._many)

    def _runs(self, runs: tuple[tuple[Spot, ...], ...]) -> "list[Run]":
        """As arrays, made once a drawing."""
        from atlas_desktop.ui.pages.trends.strokes import Run  # noqa: PLC0415 - see load_chart

        # By identity: the drawing keeps them as long as these are kept.
        if id(runs) not in self._arrays:
            self._arrays[id(runs)] = [Run(spots) for spots in runs]
        return self._arrays[id(runs)]

    def _xs(self, field: QRectF, days: "Floats") -> "Floats":
        return field.left() + days * (field.width() / max(self.drawing.width, 1e-9))

    def _ys(self, field: QRectF, rates: "Floats") -> "Floats":
        bottom = self.drawing.bottom
        return field.bottom() - (rates - bottom) * (field.height() / (1 - bottom))

    def _x(self, field: QRectF, day: float) -> float:
        return field.left() + day / max(self.drawing.width, 1e-9) * field.width()

    def _y(self, field: QRectF, rate: float) -> float:
        bottom = self.drawing.bottom
        return field.bottom() - (rate - bottom) / (1 - bottom) * field.height()


# Absolute: time runs to the right in any language, and a painter would turn left and right round in Arabic.
_LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter
_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter
