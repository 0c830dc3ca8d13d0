"""A short list of lines: one is chosen, by the hand or the keyboard."""

from collections.abc import Sequence
from typing import Final, Literal

from PySide6.QtCore import (
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFocusEvent, QFont, QFontMetrics, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from atlas_desktop.ui import icons
from atlas_desktop.ui.direction import direction_of
from atlas_desktop.ui.hostile_text import one_line
from atlas_desktop.ui.models.line_model import LINE_ROLE, Line, LineModel
from atlas_desktop.ui.theme import ICON, Theme
from atlas_desktop.ui.widgets.row_brush import Place

_PAD: Final = 12
_GAP: Final = 8
_ROW: Final = 20
_AIR: Final = 4
_HEADING: Final = 32
_BAR: Final = 3
_LONGEST: Final = 300


class LineDelegate(QStyledItemDelegate):
    """Title, figure and second row; a bar at the side of the chosen one, a ring where the keyboard is."""

    def __init__(self, theme: Theme, *, hairlines: bool) -> None:
        super().__init__()
        self._theme = theme
        self._hairlines = hairlines
        self.ringed = False

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """One row or two, with the air of the density."""
        line = index.data(LINE_ROLE)
        if isinstance(line, Line) and line.heading:
            return QSize(120, _HEADING)
        air = self._theme.row_height - _ROW
        rows = 2 if isinstance(line, Line) and line.detail else 1
        return QSize(120, rows * _ROW + air + (_AIR if rows > 1 else 0))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """One line."""
        line = index.data(LINE_ROLE)
        if not isinstance(line, Line):
            return
        place = Place(option.rect, option.direction == Qt.LayoutDirection.RightToLeft)
        if line.heading:
            box = place.box(_PAD, 6, place.rect.width() - 2 * _PAD, _HEADING - 6)
            self._say(painter, place, box, line.title, self._theme.fonts.caption, "muted")
            if line.figure:
                painter.setLayoutDirection(direction_of(line.figure))
                painter.drawText(box, place.end, line.figure)
            return
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        self._ground(painter, place, option, chosen=chosen)
        self._words(painter, place, line)
        if chosen and self.ringed:
            painter.setPen(self._color("focus"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(option.rect.adjusted(0, 0, -1, -1))

    def _ground(self, painter: QPainter, place: Place, option: QStyleOptionViewItem, *, chosen: bool) -> None:
        if chosen or option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(place.rect, self._color("selection" if chosen else "raised"))
        if chosen:
            painter.fillRect(place.box(0, 0, _BAR, place.rect.height()), self._color("accent"))
        elif self._hairlines:
            width = place.rect.width() - 2 * _PAD
            painter.fillRect(place.box(_PAD, place.rect.height() - 1, width, 1), self._color("line"))

    def _words(self, painter: QPainter, place: Place, line: Line) -> None:
        fonts = self._theme.fonts
        rows = 2 if line.detail else 1
        top = (place.rect.height() - rows * _ROW) // 2
        begin = _PAD
        if line.icon:
            ratio = painter.device().devicePixelRatio()
            box = place.box(begin, top + (_ROW - ICON) // 2, ICON, ICON)
            painter.drawPixmap(box.topLeft(), icons.pixmap(line.icon, self._token(line.icon_tone), ratio))
            begin += ICON + _GAP
        end = place.rect.width() - _PAD
        if line.figure:
            width = QFontMetrics(fonts.caption).horizontalAdvance(line.figure) + 2
            painter.setFont(fonts.caption)
            painter.setPen(self._color(line.tone))
            painter.setLayoutDirection(direction_of(line.figure))
            painter.drawText(place.box(end - width, top, width, _ROW), place.end, line.figure)
            end -= width + _GAP
        font = fonts.payload if line.exact else fonts.strong if line.strong else fonts.body
        self._say(painter, place, place.box(begin, top, end - begin, _ROW), line.title, font, "text")
        if line.detail:
            box = place.box(begin, top + _ROW, place.rect.width() - _PAD - begin, _ROW)
            self._say(painter, place, box, line.detail, fonts.caption, "muted")

    def _say(self, painter: QPainter, place: Place, box: QRect, text: str, font: QFont, token: str) -> None:
        shown = one_line(text[:_LONGEST])
        short = QFontMetrics(font).elidedText(shown, Qt.TextElideMode.ElideRight, box.width())
        painter.setFont(font)
        painter.setPen(self._color(token))
        painter.setLayoutDirection(direction_of(short))
        painter.drawText(box, place.start, short)

    def _color(self, token: str) -> QColor:
        return self._theme.tokens.color(token)

    def _token(self, token: str) -> str:
        return str(getattr(self._theme.tokens, token))


class LineList(QListView):
    """``chosen`` tells the key of the line that is at hand now, ``opened`` one that was double-clicked or entered."""

    chosen = Signal(str)
    opened = Signal(str)

    def __init__(self, theme: Theme, name: str, *, hairlines: bool = True) -> None:
        super().__init__()
        self._model = LineModel(self)
        self._look = LineDelegate(theme, hairlines=hairlines)
        self._telling = True
        self.setAccessibleName(name)
        self.setModel(self._model)
        self.setItemDelegate(self._look)
        self.setMouseTracking(True)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.selectionModel().currentChanged.connect(self._moved)
        theme.changed.connect(self.scheduleDelayedItemsLayout)

    @property
    def key(self) -> str | None:
        """The line at hand."""
        line = self._model.line_at(self.currentIndex().row())
        return line.key if line is not None and not line.heading else None

    @property
    def lines(self) -> tuple[Line, ...]:
        """What is shown."""
        return self._model.lines

    def show_lines(self, lines: Sequence[Line], key: str | None = None) -> None:
        """Show these, with this one at hand (else the one that was); nothing is told of it."""
        wanted = key if key is not None else self.key
        top = self.verticalScrollBar().value()
        self._telling = False
        try:
            self._model.show(lines)
            self._choose(self._model.place_of(wanted))
        finally:
            self._telling = True
        if key is None:
            self.verticalScrollBar().setValue(top)

    def step(self, direction: Literal[1, -1]) -> bool:
        """The next line that way. False when there is none."""
        place = self._model.next_place(self.currentIndex().row(), direction)
        if place is None:
            return False
        self._choose(place)
        return True

    def open_current(self) -> bool:
        """Open the line at hand. False when there is none."""
        if (key := self.key) is None:
            return False
        self.opened.emit(key)
        return True

    def keyboardSearch(self, search: str) -> None:
        """Letters are commands."""

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open it."""
        line = self._model.line_at(self.indexAt(event.position().toPoint()).row())
        if line is not None and not line.heading:
            self.opened.emit(line.key)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The first line, if none was at hand yet."""
        super().focusInEvent(event)
        self._look.ringed = True
        if self.key is None:
            self._choose(self._model.next_place(-1, 1))
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The ring goes."""
        super().focusOutEvent(event)
        self._look.ringed = False
        self.viewport().update()

    def _choose(self, place: int | None) -> None:
        if place is None:
            self.selectionModel().clear()
            return
        flag = QItemSelectionModel.SelectionFlag.ClearAndSelect
        self.selectionModel().setCurrentIndex(self._model.index(place), flag)
        self.scrollTo(self._model.index(place))

    def _moved(self, now: QModelIndex, _before: QModelIndex) -> None:
        line = self._model.line_at(now.row())
        if self._telling and line is not None and not line.heading:
            self.chosen.emit(line.key)
