"""A long list of items in columns: shape, what was asked, what is expected, split, weight, state."""

from collections.abc import Callable, Sequence
from typing import Any, Final, Literal

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from atlas_desktop.ui.direction import direction_of
from atlas_desktop.ui.hostile_text import one_line
from atlas_desktop.ui.models.item_model import ITEM_ROLE, ItemLine, ItemModel
from atlas_desktop.ui.theme import ICON, Theme
from atlas_desktop.ui.widgets.row_brush import Place, RowBrush

_PAD: Final = 12
_GAP: Final = 12
_SPLIT: Final = 44
_WEIGHT: Final = 44
_LONGEST: Final = 300
_BAR: Final = 3
Index = QModelIndex | QPersistentModelIndex


class ItemDelegate(QStyledItemDelegate):
    """Columns that begin at the same place in every row. ``state_share``: how much of the width the state may take."""

    def __init__(self, theme: Theme, state_share: float) -> None:
        super().__init__()
        self._theme = theme
        self._brush = RowBrush(theme)
        self._share = state_share
        self.ringed = False
        self.weights = self.splits = True

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """All alike."""
        return QSize(200, self._theme.row_height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """One row."""
        line = index.data(ITEM_ROLE)
        if not isinstance(line, ItemLine):
            return
        place = Place(option.rect, option.direction == Qt.LayoutDirection.RightToLeft)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        brush, height = self._brush, place.rect.height()
        brush.begin_frame()
        if chosen or hovered:
            painter.fillRect(place.rect, brush.color("selection" if chosen else "raised"))
        self._columns(painter, place, line)
        if chosen:
            painter.fillRect(place.box(0, 0, _BAR, height), brush.color("accent"))
        else:
            inset = _PAD + ICON + 8
            painter.fillRect(place.box(inset, height - 1, place.rect.width() - inset, 1), brush.color("line"))
        if chosen and self.ringed:
            painter.setPen(brush.color("focus"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(option.rect.adjusted(0, 0, -1, -1))

    def _columns(self, painter: QPainter, place: Place, line: ItemLine) -> None:
        brush, fonts, height = self._brush, self._theme.fonts, place.rect.height()
        if line.icon:
            box = place.box(_PAD, (height - ICON) // 2, ICON, ICON)
            brush.icon(painter, box, line.icon, line.icon_tone)
        elif line.number:
            painter.setPen(brush.color("muted"))
            box = place.box(4, 0, _PAD + ICON - 2, height)
            brush.text(painter, place, box, line.number, fonts.caption, numeric=True)
        begin, end = _PAD + ICON + 8, place.rect.width() - _PAD
        tails = ((line.weight, _WEIGHT if self.weights else 0), (line.split, _SPLIT if self.splits else 0))
        for words, width in tails:
            painter.setPen(brush.color("muted"))
            box = place.box(end - width, 0, width, height)
            brush.text(painter, place, box, words, fonts.caption, numeric=True)
            end -= width
        if self._share:
            width = round(place.rect.width() * self._share)
            painter.setPen(brush.color(line.state_tone))
            painter.setLayoutDirection(direction_of(line.state))
            box = place.box(end - width, 0, width, height)
            brush.text(painter, place, box, one_line(line.state[:_LONGEST]), fonts.caption)
            end -= width + _GAP
        else:
            end -= _GAP
        half = round((end - begin - _GAP) * 0.48)
        painter.setPen(brush.color("text"))
        self._say(painter, place, (begin, half), line.title)
        painter.setPen(brush.color("muted"))
        self._say(painter, place, (begin + half + _GAP, end - begin - half - _GAP), line.expected)

    def _say(self, painter: QPainter, place: Place, span: tuple[int, int], text: str) -> None:
        shown = one_line(text[:_LONGEST])
        painter.setLayoutDirection(direction_of(shown))
        box = place.box(span[0], 0, max(span[1], 0), place.rect.height())
        self._brush.text(painter, place, box, shown, self._theme.fonts.body)


class ItemTable(QListView):
    """``chosen`` tells the key of the row at hand, ``opened`` one that was double-clicked."""

    chosen = Signal(str)
    opened = Signal(str)

    def __init__(self, theme: Theme, name: str, *, state_share: float = 0.0, numbered: bool = False) -> None:
        super().__init__()
        self._theme = theme
        self._model = ItemModel(self)
        self._model.numbered = numbered
        self._look = ItemDelegate(theme, state_share)
        self._telling = True
        self.setAccessibleName(name)
        self.setModel(self._model)
        self.setItemDelegate(self._look)
        self.setUniformItemSizes(True)
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
        """The row at hand."""
        return self._model.key_at(self.currentIndex().row())

    @property
    def place(self) -> int:
        """Where that is; -1 for none."""
        return self.currentIndex().row()

    @property
    def count(self) -> int:
        """How many rows there are."""
        return self._model.rowCount()

    def line_at(self, place: int) -> ItemLine | None:
        """The words of a row."""
        found = self._model.index(place).data(ITEM_ROLE)
        return found if isinstance(found, ItemLine) else None

    def show_rows(
        self, rows: Sequence[Any], key: Callable[[Any], str], line: Callable[[Any], ItemLine]
    ) -> None:
        """Show these; the row at hand stays, or its neighbour where it is gone. Nothing is told of it."""
        here, top, place = self.key, self.verticalScrollBar().value(), self.place
        self._telling = False
        try:
            if self._model.show(rows, [key(each) for each in rows], line):
                found = self._model.place_of(here)
                if found is None and here is not None and self.count:
                    found = min(place, self.count - 1)
                self._choose(found)
                self.verticalScrollBar().setValue(top)
        finally:
            self._telling = True

    def reserve(self, *, weights: bool, splits: bool) -> None:
        """Whether rows keep room for a weight and a split."""
        if (weights, splits) != (self._look.weights, self._look.splits):
            self._look.weights, self._look.splits = weights, splits
            self.viewport().update()

    def choose(self, key: str) -> bool:
        """This row is at hand. False when there is none such."""
        place = self._model.place_of(key)
        if place is None:
            return False
        self._choose(place)
        return True

    def step(self, direction: Literal[1, -1]) -> bool:
        """The next row that way. False when there is none."""
        place = self.place + direction if self.place >= 0 else 0
        if not 0 <= place < self.count:
            return False
        self._choose(place)
        return True

    def keyboardSearch(self, search: str) -> None:
        """Letters are commands."""

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open it."""
        key = self._model.key_at(self.indexAt(event.position().toPoint()).row())
        if key is not None:
            self.opened.emit(key)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The first row, if none was at hand yet."""
        super().focusInEvent(event)
        self._look.ringed = True
        if self.place < 0 and self.count:
            self._choose(0)
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
        index = self._model.index(place)
        self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self.scrollTo(index)

    def _moved(self, now: QModelIndex, _before: QModelIndex) -> None:
        key = self._model.key_at(now.row())
        if self._telling and key is not None:
            self.chosen.emit(key)
