"""An exact text with marks: what was changed, what is wrong, JSON's parts; bars in the margin beside changes."""

from collections.abc import Sequence
from itertools import islice
from typing import Final

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QPainter,
    QPaintEvent,
    QPolygonF,
    QResizeEvent,
    QTextCursor,
)
from PySide6.QtWidgets import QWidget

from atlas_desktop.ui.marks import Mark, json_marks, layers, visible
from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.correction.exact_edit import ExactEdit
from atlas_desktop.ui.widgets.correction.ghosts import Ghost, Ghosts
from atlas_desktop.ui.widgets.correction.paragraph_formats import ParagraphFormats, Stretch
from atlas_desktop.ui.widgets.payload_painting import align

_MOST: Final = 2_000
"""Marks drawn at once: more are not told apart by anyone."""
_NEARBY: Final = 1_000
"""Characters above and below the view that are marked, too."""
_BAR: Final = 3
_BAR_LEFT: Final = 6
_WEDGE: Final = 3.5


class MarkedEdit(ExactEdit):
    """Only what is on view is marked: the work does not grow with the text. ``painted``: it is on the screen."""

    painted = Signal()

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(theme, name, parent)
        self.verticalScrollBar().valueChanged.connect(self._mark_soon)
        self.loaded.connect(self._mark_soon)

    def _prepare(self) -> None:
        self._marks: Sequence[Mark] = ()
        self._bars: Sequence[Mark] = ()
        self._current: int | None = None
        self._json = False
        self._formats = ParagraphFormats(self._theme, self.document())
        self._ghosts = Ghosts(self._theme, self)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self._mark)

    def show_marks(
        self, marks: Sequence[Mark], bars: Sequence[Mark] = (), current: int | None = None
    ) -> None:
        """Mark these, in the order of the text; ``current`` is the bar the caret is at."""
        self._marks, self._bars, self._current = marks, bars, current
        self._mark_soon()
        self.viewport().update()

    def show_current(self, current: int | None) -> None:
        """Another bar is the one at the caret."""
        if current != self._current:
            self._current = current
            self.viewport().update()

    def show_ghosts(self, ghosts: Sequence[Ghost]) -> None:
        """What was removed, in its old place."""
        self._ghosts.show(ghosts)
        self._mark_soon()
        self.viewport().update()

    def color_json(self, on: bool) -> None:
        """Whether to tell JSON's parts apart."""
        if on != self._json:
            self._json = on
            # Code runs from left to right, whatever letters it holds.
            option = self.document().defaultTextOption()
            direction = Qt.LayoutDirection
            option.setTextDirection(direction.LeftToRight if on else direction.LayoutDirectionAuto)
            self.document().setDefaultTextOption(option)
            self._mark_soon()

    def on_view(self) -> tuple[int, int]:
        """The characters of the lines on view."""
        view = self.viewport().rect()
        first = self.cursorForPosition(QPoint(0, 0))
        first.movePosition(QTextCursor.MoveOperation.StartOfLine)
        last = self.cursorForPosition(QPoint(0, view.bottom()))
        last.movePosition(QTextCursor.MoveOperation.EndOfLine)
        return self.exact.to_exact(first.position()), self.exact.to_exact(last.position())

    def place_at_height(self, height: float) -> int:
        """The first character of the line at this height of the view."""
        cursor = self.cursorForPosition(QPoint(0, round(height)))
        cursor.movePosition(QTextCursor.MoveOperation.StartOfLine)
        return self.exact.to_exact(cursor.position())

    def height_of(self, index: int) -> float:
        """How far below the top of the view the line of this character is."""
        return self._rect_at(index).top()

    def bring_to_height(self, index: int, height: float) -> None:
        """Scroll so that the line of this character is about there."""
        index = min(index, len(self.exact.text))
        block = self.document().findBlock(self.exact.to_display(index))
        line = block.layout().lineForTextPosition(self.exact.to_display(index) - block.position())
        above = round(height / max(self.fontMetrics().lineSpacing(), 1))
        number = block.firstLineNumber() + (line.lineNumber() if line.isValid() else 0)
        self.verticalScrollBar().setValue(max(number - above, 0))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another stretch is on view."""
        super().resizeEvent(event)
        self._mark_soon()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Text, then the bars beside changes and the wedges where something is missing."""
        first, last = self.on_view()
        if not self._json:
            self._stand_right(first, last)
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._ghosts.paint(painter, first, last)
        for number, bar in enumerate(self._bars):
            if bar.start <= last and bar.end >= first:
                self._paint_bar(painter, bar, number == self._current, (first, last))
        painter.end()
        self.painted.emit()

    def _stand_right(self, first: int, last: int) -> None:
        """Right-to-left paragraphs."""
        block = self.document().findBlock(self.exact.to_display(first))
        end = self.exact.to_display(last)
        while block.isValid() and block.position() <= end:
            align(block)
            block = block.next()

    def _paint_bar(self, painter: QPainter, bar: Mark, current: bool, on_view: tuple[int, int]) -> None:
        start = self._rect_at(max(bar.start, on_view[0]))
        end = self._rect_at(min(bar.end, on_view[1]))
        color = self._theme.tokens.color("good" if bar.look in ("added", "mine") else "bad")
        width = _BAR + 1 if current else _BAR
        left = _BAR_LEFT - (1 if current else 0)
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            left = self.viewport().width() - left - width
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.tokens.color("accent") if current else color)
        painter.drawRoundedRect(
            QRectF(left, start.top() + 1, width, end.bottom() - start.top() - 1), 1.5, 1.5
        )
        if bar.start == bar.end and not self._ghosts.shown:
            # Nothing stands here where something stood: a wedge from above, as a caret of a proof-reader.
            place = QPointF(start.left() + 0.5, start.top() + 1)
            gone = "bad" if bar.look in ("added", "mine") else "good"
            painter.setBrush(self._theme.tokens.color(gone))
            painter.drawPolygon(
                QPolygonF(
                    [place + QPointF(-_WEDGE, 0), place + QPointF(_WEDGE, 0), place + QPointF(0, _WEDGE + 1)]
                )
            )
            painter.drawRect(QRectF(place.x() - 0.5, place.y(), 1, start.height() - 2))

    def _rect_at(self, index: int) -> QRectF:
        cursor = QTextCursor(self.document())
        cursor.setPosition(self.exact.to_display(min(index, len(self.exact.text))))
        return QRectF(self.cursorRect(cursor))

    def _settle(self) -> None:
        super()._settle()
        if self._soon.isActive():
            self._mark()  # before it is painted: what was coloured stood one character further on

    def _mark_soon(self) -> None:
        # Once for all that changes in one turn; and not while Qt scrolls and resizes in the middle of laying out: it
        # falls when that begins anew.
        self._soon.start()

    def _mark(self) -> None:
        self._soon.stop()
        first, last = self._nearby(*self.on_view())
        marks = visible(self._marks, first, last)[:_MOST]
        if self._json:
            marks += islice(json_marks(self.text, first, last), _MOST)
        place = self.exact.to_display
        stretches: list[Stretch] = [(place(start), place(end), looks) for start, end, looks in layers(marks)]
        if self._ghosts.shown:
            stretches = sorted([*stretches, *self._ghosts.rooms(first, last)], key=lambda each: each[:2])
        self._formats.apply(place(first), place(last), stretches)

    def _nearby(self, first: int, last: int) -> tuple[int, int]:
        """A little more than what is on view, so that scrolling shows nothing bare."""
        return max(first - _NEARBY, 0), min(last + _NEARBY, len(self.exact.text))

    def _restyle(self) -> None:
        super()._restyle()
        self._formats.forget()
        self._mark_soon()
