"""Where the filter is typed. What is not understood is underlined in its place."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from PySide6.QtCore import QPointF, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QMoveEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QResizeEvent,
    QTextLayout,
)
from PySide6.QtWidgets import QLineEdit

from atlas_desktop.ui.keys import names
from atlas_desktop.ui.theme import Theme

_WAVE: Final = 2


def _nobody(_: str) -> bool:
    return False


class FilterLine(QLineEdit):
    """Every key types, but what leaves the line and what ``first`` takes: it is asked before, by the key's name.

    ``finished``: the line is done with. ``entered`` and ``exited`` tell where the keyboard is, ``moved``
    that the line stands elsewhere.
    """

    finished = Signal()
    entered = Signal()
    moved = Signal()
    exited = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._faults: tuple[tuple[int, int], ...] = ()
        self.first: Callable[[str], bool] = _nobody

    def show_faults(self, spans: Sequence[tuple[int, int]]) -> None:
        """Underline these parts of the line."""
        if self._faults != tuple(spans):
            self._faults = tuple(spans)
            self.update()

    def x_of(self, position: int) -> int:
        """Where a position of the text stands in this widget, in pixels: also scrolled, and in mixed directions."""
        layout = QTextLayout(self.displayText(), self.font())
        layout.beginLayout()
        line = layout.createLine()
        layout.endLayout()
        ahead = _x(line.cursorToX(position)) - _x(line.cursorToX(self.cursorPosition()))
        return round(self.cursorRect().center().x() + ahead)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The suggestions first, then what leaves the line."""
        known = names(event)
        if any(self.first(name) for name in known):
            return
        if {"Enter", "Down"} & set(known):
            self.finished.emit()
            return
        super().keyPressEvent(event)

    def focusNextPrevChild(self, following: bool) -> bool:
        """Tab takes a suggestion when there is one; Qt asks here before the key is seen."""
        return (following and self.first("Tab")) or super().focusNextPrevChild(following)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """What hangs under the line follows."""
        super().resizeEvent(event)
        self.moved.emit()

    def moveEvent(self, event: QMoveEvent) -> None:
        """What hangs under the line follows."""
        super().moveEvent(event)
        self.moved.emit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Somebody types here."""
        super().focusInEvent(event)
        self.entered.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Nobody types here."""
        super().focusOutEvent(event)
        self.exited.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The text, and waves under what is not understood."""
        super().paintEvent(event)
        if not self._faults:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(self.rect().adjusted(6, 0, -6, 0))
        painter.setPen(QPen(self._theme.tokens.color("bad"), 1.2))
        base = self.cursorRect().bottom() - 1
        for start, end in self._faults:
            left, right = sorted((self.x_of(start), self.x_of(end)))
            painter.drawPolyline(_wave(left, max(right, left + 6), base))
        painter.end()


def _wave(left: int, right: int, base: int) -> QPolygonF:
    steps = range(left, right + _WAVE, _WAVE)
    return QPolygonF([QPointF(x, base + (_WAVE if number % 2 else 0)) for number, x in enumerate(steps)])


def _x(found: Any) -> float:
    # PySide answers with the position as well: (x, position).
    return float(found[0] if isinstance(found, tuple) else found)
