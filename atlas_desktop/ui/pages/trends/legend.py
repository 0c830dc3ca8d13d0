"""What the strokes of a chart mean, in a line over it: which days are drawn how, and where the threshold is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen

from atlas_desktop.ui.pages.trends.drawing import Drawing
from atlas_desktop.ui.pages.trends.looks import before_pen
from atlas_desktop.ui.theme import Theme
from atlas_desktop.wording import tr

HEIGHT: Final = 20
_SAMPLE: Final = 20
_GAP: Final = 20
Stroke = Literal["line", "before", "threshold", ""]


@dataclass(frozen=True, slots=True)
class Item:
    """A stroke as it is drawn, and its words; no stroke: words alone."""

    stroke: Stroke
    words: str


def periods(drawing: Drawing, name: str = "") -> tuple[Item, ...]:
    """Which days the lines are of, where two periods are compared; ``name``: only of this line."""
    found = drawing.compared
    if found is None:
        return ()
    if not found.drawn:
        return Item("line", found.now), Item("", found.before)
    before = tr("{name}, {days}", name=name, days=found.before) if name else found.before
    return Item("line", found.now), Item("before", before)


def threshold(drawing: Drawing) -> tuple[Item, ...]:
    """Where it is; nothing while it is below the axis."""
    if not drawing.lines or drawing.threshold < drawing.bottom:
        return ()
    return (Item("threshold", drawing.threshold_words),)


def paint_legend(painter: QPainter, theme: Theme, items: Sequence[Item], room: QRectF) -> None:
    """From the left of the room on; what does not fit is cut."""
    metrics, left = QFontMetrics(theme.fonts.caption), room.left()
    painter.setFont(theme.fonts.caption)
    for item in items:
        if item.stroke:
            paint_stroke(painter, theme, item.stroke, left, left + _SAMPLE, room.center().y())
            left += _SAMPLE + 6
        words = metrics.elidedText(item.words, Qt.TextElideMode.ElideRight, max(int(room.right() - left), 0))
        painter.setPen(theme.tokens.color("muted"))
        width = metrics.horizontalAdvance(words)
        painter.drawText(QRectF(left, room.top(), width + 2, room.height()), _LEFT, words)
        left += width + _GAP


def paint_stroke(
    painter: QPainter, theme: Theme, stroke: Stroke, left: float, right: float, y: float
) -> None:
    """A piece of it."""
    painter.setPen(_PENS[stroke](theme))
    painter.drawLine(QPointF(left, round(y) + 0.5), QPointF(right, round(y) + 0.5))


def threshold_pen(theme: Theme) -> QPen:
    """The line of the threshold."""
    pen = QPen(theme.tokens.color("text"), 1)
    pen.setDashPattern((5, 4))
    return pen


def _line_pen(theme: Theme) -> QPen:
    return QPen(theme.tokens.color("text"), 2)


def _before(theme: Theme) -> QPen:
    return before_pen(theme.tokens.color("text"))


_PENS: Final = {"line": _line_pen, "before": _before, "threshold": threshold_pen}
# Absolute: time runs to the right in any language, and a painter would turn left and right round in Arabic.
_LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter
