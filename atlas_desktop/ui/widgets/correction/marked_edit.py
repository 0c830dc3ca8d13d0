"""An exact text with marks: what was changed, what is wrong, JSON's parts; bars in the margin beside changes."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import (
    QPainter,
    QPaintEvent,
    QPolygonF,
    QResizeEvent,
    QTextCharFormat,
    QTextCursor,
    QTextFormat,
)
from PySide6.QtWidgets import QTextEdit, QWidget

from atlas_desktop.ui.marks import Look, Mark, json_marks, layers, visible
from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.correction.exact_edit import ExactEdit
from atlas_desktop.ui.widgets.correction.ghosts import Ghost, Ghosts

_MOST: Final = 2_000
"""Marks drawn at once: more are not told apart by anyone."""
_BAR: Final = 3
_BAR_LEFT: Final = 4
_WEDGE: Final = 3.5


class MarkedEdit(ExactEdit):
    """Only what is on view is marked: the work does not grow with the text."""

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        self._marks: Sequence[Mark] = ()
        self._bars: Sequence[Mark] = ()
        self._current: int | None = None
        self._json = False
        self._formats: dict[frozenset[Look], QTextCharFormat] = {}
        self._ghosts: Ghosts | None = None
        super().__init__(theme, name, parent)
        self.verticalScrollBar().valueChanged.connect(self._mark)

    def show_marks(
        self, marks: Sequence[Mark], bars: Sequence[Mark] = (), current: int | None = None
    ) -> None:
        """Mark these, in the order of the text; ``current`` is the bar the caret is at."""
        self._marks, self._bars, self._current = marks, bars, current
        self._mark()
        self.viewport().update()

    def show_current(self, current: int | None) -> None:
        """Another bar is the one at the caret."""
        if current != self._current:
            self._current = current
            self.viewport().update()

    def show_ghosts(self, ghosts: Sequence[Ghost]) -> None:
        """What was removed, in its old place."""
        if self._ghosts is None:
            if not ghosts:
                return
            self._ghosts = Ghosts(self._theme, self)
        self._ghosts.show(ghosts)
        self._ghosts.make_room(*self.on_view())
        self.viewport().update()

    def color_json(self, on: bool) -> None:
        """Whether to tell JSON's parts apart."""
        self._json = on
        self._mark()

    def on_view(self) -> tuple[int, int]:
        """The characters of the paragraphs on view."""
        block = self.firstVisibleBlock()
        first = last = block.position()
        top = self.blockBoundingGeometry(block).translated(self.contentOffset()).top()
        while block.isValid() and top <= self.viewport().height():
            last = block.position() + block.length() - 1
            top += self.blockBoundingRect(block).height()
            block = block.next()
        return self.exact.to_exact(first), self.exact.to_exact(last)

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
        block = self.document().findBlock(self.exact.to_display(index))
        line = block.layout().lineForTextPosition(self.exact.to_display(index) - block.position())
        above = round(height / max(self.fontMetrics().lineSpacing(), 1))
        number = block.firstLineNumber() + (line.lineNumber() if line.isValid() else 0)
        self.verticalScrollBar().setValue(max(number - above, 0))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another stretch is on view."""
        super().resizeEvent(event)
        self._mark()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Text, then the bars beside changes and the wedges where something is missing."""
        first, last = self.on_view()
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._ghosts is not None:
            self._ghosts.paint(painter, first, last)
        for number, bar in enumerate(self._bars):
            if bar.start <= last and bar.end >= first:
                self._paint_bar(painter, bar, number == self._current, (first, last))
        painter.end()

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
        if bar.start == bar.end and not (self._ghosts is not None and self._ghosts.shown):
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
        cursor.setPosition(self.exact.to_display(index))
        return QRectF(self.cursorRect(cursor))

    def _settle(self) -> None:
        # The marks are of the text before: they move with it until new ones come, a moment later.
        super()._settle()
        self._mark()

    def _mark(self) -> None:
        first, last = self.on_view()
        marks = visible(self._marks, first, last)[:_MOST]
        if self._json:
            marks += list(json_marks(self.text, first, last))[:_MOST]
        if self._ghosts is not None:
            self._ghosts.make_room(first, last)
        self.setExtraSelections([self._selection(*stretch) for stretch in layers(marks)])

    def _selection(self, start: int, end: int, looks: frozenset[Look]) -> QTextEdit.ExtraSelection:
        cursor = QTextCursor(self.document())
        cursor.setPosition(self.exact.to_display(start))
        cursor.setPosition(self.exact.to_display(end), QTextCursor.MoveMode.KeepAnchor)
        selection = QTextEdit.ExtraSelection()
        selection.cursor = cursor
        selection.format = self._format_of(looks)
        return selection

    def _format_of(self, looks: frozenset[Look]) -> QTextCharFormat:
        if looks not in self._formats:
            self._formats[looks] = _format(self._theme, looks)
        return self._formats[looks]

    def _restyle(self) -> None:
        super()._restyle()
        self._formats.clear()
        self._mark()


def _format(theme: Theme, looks: frozenset[Look]) -> QTextCharFormat:
    """Colour means what it says, and never alone: a contrast theme underlines and strikes through as well."""
    tokens = theme.tokens
    made = QTextCharFormat()
    strong = tokens.name == "contrast"
    if looks >= {"mine", "theirs"}:
        made.setBackground(tokens.color("selection"))
    elif looks & {"added", "mine"}:
        made.setBackground(tokens.color("added"))
        if strong:
            made.setUnderlineStyle(QTextCharFormat.UnderlineStyle.SingleUnderline)
            made.setUnderlineColor(tokens.color("good"))
    elif looks & {"removed", "theirs"}:
        made.setBackground(tokens.color("removed"))
        made.setFontStrikeOut(strong and "removed" in looks)
        if strong and "theirs" in looks:
            made.setUnderlineStyle(QTextCharFormat.UnderlineStyle.DashUnderline)
            made.setUnderlineColor(tokens.color("bad"))
    if "key" in looks:
        made.setForeground(tokens.color("accent"))
    elif "literal" in looks:
        made.setForeground(tokens.color("muted"))
    if "problem" in looks:
        made.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
        made.setUnderlineColor(tokens.color("bad"))
    made.setProperty(QTextFormat.Property.FullWidthSelection, False)
    return made
