"""A table of figures: hairlines, numbers under each other, one row at hand."""

from collections.abc import Sequence
from typing import Final, Literal

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFont, QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from atlas_desktop.ui.hostile_text import one_line
from atlas_desktop.ui.models.figure_model import NUMBERS, ROW_ROLE, Column, FigureModel, FigureRow
from atlas_desktop.ui.theme import ICON, Theme
from atlas_desktop.ui.widgets.row_brush import Place, RowBrush

_PAD: Final = 12
_BAR: Final = 3
_GAP: Final = 8
_LONGEST: Final = 200
_MEASURED: Final = 60
"""Rows that the widths are taken from."""
_KEEPS: Final = "Up Down Home End PgUp PgDown"
_SELECT: Final = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows


class _Delegate(QStyledItemDelegate):
    def __init__(self, theme: Theme, model: FigureModel) -> None:
        super().__init__()
        self._theme = theme
        self._model = model
        self._brush = RowBrush(theme)
        self.ringed = False

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """As wide as its words, with air."""
        row = index.data(ROW_ROLE)
        if not isinstance(row, FigureRow):
            return QSize(0, 0)
        cell = row.cells[index.column()]
        fonts = self._theme.fonts
        width = QFontMetrics(fonts.strong if row.strong else fonts.body).horizontalAdvance(
            cell.text[:_LONGEST]
        )
        # Two more: the advance is a fraction, and what is wider by one is cut.
        return QSize(width + 2 + 2 * _PAD + (ICON + _GAP if cell.icon else 0), self._theme.row_height)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """One cell."""
        row = index.data(ROW_ROLE)
        if not isinstance(row, FigureRow):
            return
        place = Place(option.rect, option.direction == Qt.LayoutDirection.RightToLeft)
        brush, cell, height = self._brush, row.cells[index.column()], option.rect.height()
        brush.begin_frame()
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if chosen:
            painter.fillRect(option.rect, brush.color("selection"))
        if chosen and index.column() == 0:
            painter.fillRect(place.box(0, 0, _BAR, height), brush.color("accent"))
        line = "strong_line" if row.strong else "line"
        painter.fillRect(place.box(0, height - 1, option.rect.width(), 1), brush.color(line))
        begin = _PAD
        if cell.icon:
            brush.icon(painter, place.box(begin, (height - ICON) // 2, ICON, ICON), cell.icon, cell.icon_tone)
            begin += ICON + _GAP
        painter.setPen(brush.color(cell.tone))
        box = place.box(begin, 0, option.rect.width() - begin - _PAD, height)
        font = self._theme.fonts.strong if row.strong else self._theme.fonts.body
        if self._model.columns[index.column()].numeric:
            self._number(painter, box, cell.text, font)
        else:
            brush.text(painter, place, box, one_line(cell.text[:_LONGEST]), font)
        if chosen and self.ringed:
            self._ring(painter, place, index.column())

    @staticmethod
    def _number(painter: QPainter, box: QRect, text: str, font: QFont) -> None:
        """Figures run from left to right in every language, and stand with their points under each other."""
        direction = painter.layoutDirection()
        painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        painter.setFont(font)
        painter.drawText(box, NUMBERS, text)
        painter.setLayoutDirection(direction)

    def _ring(self, painter: QPainter, place: Place, column: int) -> None:
        """Around the row, not around each cell of it."""
        color, rect = self._brush.color("focus"), place.rect
        for top in (0, rect.height() - 1):
            painter.fillRect(place.box(0, top, rect.width(), 1), color)
        if column == 0:
            painter.fillRect(place.box(0, 0, 1, rect.height()), color)
        if column == len(self._model.columns) - 1:
            painter.fillRect(place.box(rect.width() - 1, 0, 1, rect.height()), color)


class FigureTable(QTableView):
    """``chosen`` tells the key of the row that is at hand now, ``opened`` one that was double-clicked or entered."""

    chosen = Signal(str)
    opened = Signal(str)

    def __init__(self, theme: Theme, name: str, columns: Sequence[Column]) -> None:
        super().__init__()
        self._theme = theme
        self._figures = FigureModel(columns, self)
        self._look = _Delegate(theme, self._figures)
        self._telling = True
        self.setModel(self._figures)
        self.setItemDelegate(self._look)
        self.setAccessibleName(name)
        self.setShowGrid(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setProperty("keeps", _KEEPS)
        self.setCornerButtonEnabled(False)
        self.verticalHeader().hide()
        across = self.horizontalHeader()
        across.setResizeContentsPrecision(_MEASURED)
        across.setHighlightSections(False)
        across.setSectionsClickable(False)
        across.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        for place, column in enumerate(columns):
            mode = QHeaderView.ResizeMode.Stretch if column.wide else QHeaderView.ResizeMode.ResizeToContents
            across.setSectionResizeMode(place, mode)
        self.selectionModel().currentRowChanged.connect(self._moved)
        self.doubleClicked.connect(lambda index: self._open(index.row()))
        theme.changed.connect(self._restyle)
        self._restyle()

    @property
    def key(self) -> str | None:
        """The row at hand."""
        row = self._figures.row_at(self.currentIndex().row())
        return row.key if row is not None else None

    @property
    def rows(self) -> tuple[FigureRow, ...]:
        """What is shown."""
        return self._figures.rows

    def show_rows(self, rows: Sequence[FigureRow], key: str | None = None) -> None:
        """Show these, with this row at hand (else the one that was, else the nearest); nothing is told of it."""
        wanted, before = key if key is not None else self.key, self.currentIndex().row()
        self._telling = False
        try:
            self._figures.show(rows)
            place = self._figures.place_of(wanted)
            if place is None and before >= 0 and rows:
                place = min(before, len(rows) - 1)
            self._choose(place)
        finally:
            self._telling = True

    def name_column(self, place: int, column: Column) -> None:
        """Another head for this column."""
        self._figures.name_column(place, column)

    def step(self, direction: Literal[1, -1]) -> bool:
        """The next row that way. False when there is none."""
        place = self.currentIndex().row() + direction
        if self._figures.row_at(place) is None:
            return False
        self._choose(place)
        return True

    def open_current(self) -> bool:
        """Open the row at hand. False when there is none."""
        return self._open(self.currentIndex().row())

    def keyboardSearch(self, search: str) -> None:
        """Letters are commands."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Home and End go to the first and the last row, not column."""
        ends = {Qt.Key.Key_Home: 0, Qt.Key.Key_End: len(self.rows) - 1}
        if (place := ends.get(Qt.Key(event.key()))) is not None and self.rows:
            self._choose(place)
            return
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The first row, if none was at hand yet."""
        super().focusInEvent(event)
        self._look.ringed = True
        if self.key is None and self.rows:
            self._choose(0)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The ring goes."""
        super().focusOutEvent(event)
        self._look.ringed = False
        self.viewport().update()

    def _open(self, place: int) -> bool:
        row = self._figures.row_at(place)
        if row is not None:
            self.opened.emit(row.key)
        return row is not None

    def _choose(self, place: int | None) -> None:
        if place is None:
            self.selectionModel().clear()
            return
        index = self._figures.index(place, 0)
        self.selectionModel().setCurrentIndex(index, _SELECT)
        self.scrollTo(index)

    def _moved(self, now: QModelIndex, _before: QModelIndex) -> None:
        row = self._figures.row_at(now.row())
        if self._telling and row is not None:
            self.chosen.emit(row.key)

    def _restyle(self) -> None:
        self.verticalHeader().setDefaultSectionSize(self._theme.row_height)
        self.horizontalHeader().setFixedHeight(self._theme.row_height)
        tokens = self._theme.tokens
        self.horizontalHeader().setFont(self._theme.fonts.caption)
        self.setStyleSheet(
            f"QHeaderView {{ background: {tokens.surface}; }} QHeaderView::section {{ background: {tokens.surface}; color: {tokens.muted};"
            f" border: none; border-bottom: 1px solid {tokens.strong_line}; padding: 0 {_PAD}px; }}"
        )
