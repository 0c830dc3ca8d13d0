"""The lines of the chart as a list: each with a piece of itself, its name, its value; those not drawn too."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import (
    QAbstractListModel,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from atlas_desktop.domain.pass_rate import Counts
from atlas_desktop.ui.pages.trends.looks import look_of
from atlas_desktop.ui.pages.trends.words import counts_words
from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.row_brush import Place, RowBrush
from atlas_desktop.wording import tr

_ROLE: Final = Qt.ItemDataRole.UserRole + 1
_PAD: Final = 12
_SAMPLE: Final = 20
_FIGURE: Final = 54
_BAR: Final = 3
Index = QModelIndex | QPersistentModelIndex
_ROOT: Final = QModelIndex()


@dataclass(frozen=True, slots=True)
class TrendRow:
    """``title`` is fit to be shown; ``place`` is its look among those drawn; None: not drawn."""

    group: str | None
    title: str
    figure: str
    place: int | None
    counts: Counts

    @property
    def spoken(self) -> str:
        """The row in words. Of hundreds of rows nobody hears all: they are made when one is asked for."""
        shown = tr("drawn") if self.place is not None else tr("not drawn")
        return f"{self.title}, {counts_words(self.counts)}, {shown}"


class _Model(QAbstractListModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.rows: tuple[TrendRow, ...] = ()

    def show(self, rows: Sequence[TrendRow]) -> None:
        same = [row.group for row in rows] == [row.group for row in self.rows]
        if same:
            self.rows = tuple(rows)
            if rows:
                self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))
            return
        self.beginResetModel()
        self.rows = tuple(rows)
        self.endResetModel()

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self.rows):
            return None
        if role == _ROLE:
            return self.rows[index.row()]
        spoken = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole)
        return self.rows[index.row()].spoken if role in spoken else None


class _Delegate(QStyledItemDelegate):
    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._brush = RowBrush(theme)
        self.ringed = False

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(160, self._theme.row_height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row = index.data(_ROLE)
        if not isinstance(row, TrendRow):
            return
        place = Place(option.rect, option.direction == Qt.LayoutDirection.RightToLeft)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        brush, height = self._brush, place.rect.height()
        brush.begin_frame()
        if chosen or option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(place.rect, brush.color("selection" if chosen else "raised"))
        if chosen:
            painter.fillRect(place.box(0, 0, _BAR, height), brush.color("accent"))
        box = place.box(_PAD, 0, _SAMPLE, height)
        if row.place is not None:
            painter.setPen(look_of(row.place, self._theme.tokens.name).pen(2.0))
            y = box.top() + height / 2
            painter.drawLine(QPointF(box.left(), y), QPointF(box.right() + 1, y))
        painter.setPen(brush.color("text" if row.place is not None else "muted"))
        width = place.rect.width() - 2 * _PAD - _SAMPLE - _FIGURE - 12
        title = place.box(_PAD + _SAMPLE + 8, 0, width, height)
        painter.save()
        painter.setClipRect(title)  # accents reach over a row
        brush.text(painter, place, title, row.title, self._theme.fonts.body)
        painter.restore()
        painter.setPen(brush.color("text" if row.place is not None else "muted"))
        figure = place.box(place.rect.width() - _PAD - _FIGURE, 0, _FIGURE, height)
        brush.text(painter, place, figure, row.figure, self._theme.fonts.body, numeric=True)
        if chosen and self.ringed:
            painter.setPen(brush.color("focus"))
            painter.drawRect(option.rect.adjusted(0, 0, -1, -1))


class TrendRows(QListView):
    """``chosen`` tells the group of the row at hand, ``toggled`` one that is to be drawn or not."""

    chosen = Signal(object)
    toggled = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._model = _Model(self)
        self._look = _Delegate(theme)
        self._telling = True
        self.setModel(self._model)
        self.setItemDelegate(self._look)
        self.setAccessibleName(tr("Lines"))
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.selectionModel().currentChanged.connect(self._moved)
        self.setProperty("keeps", "Up Down Space Home End")
        theme.changed.connect(self.scheduleDelayedItemsLayout)

    @property
    def rows(self) -> tuple[TrendRow, ...]:
        """What is listed."""
        return self._model.rows

    def show_rows(self, rows: Sequence[TrendRow], group: str | None) -> None:
        """List these; the row of ``group`` is at hand. Nothing is told of it."""
        self._telling = False
        self._model.show(rows)
        at = next((at for at, row in enumerate(rows) if row.group == group), None)
        if at is not None and at != self.currentIndex().row():
            flag = QItemSelectionModel.SelectionFlag.ClearAndSelect
            self.selectionModel().setCurrentIndex(self._model.index(at), flag)
            self.scrollTo(self._model.index(at))
        self._telling = True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space draws the line, or not."""
        if event.key() == Qt.Key.Key_Space and self.currentIndex().isValid():
            self.toggled.emit(self.rows[self.currentIndex().row()].group)
            return
        super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """On its piece of line: draw it, or not."""
        index = self.indexAt(event.position().toPoint())
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        x = self.viewport().width() - event.position().x() if mirrored else event.position().x()
        if index.isValid() and x < _PAD + _SAMPLE + 4:
            self.toggled.emit(self.rows[index.row()].group)
            return
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Draw it, or not."""
        index = self.indexAt(event.position().toPoint())
        if index.isValid():
            self.toggled.emit(self.rows[index.row()].group)

    def keyboardSearch(self, search: str) -> None:
        """Letters are commands."""

    def focusInEvent(self, event: QFocusEvent) -> None:
        """A ring."""
        super().focusInEvent(event)
        self._look.ringed = True
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The ring goes."""
        super().focusOutEvent(event)
        self._look.ringed = False
        self.viewport().update()

    def _moved(self, now: QModelIndex, _before: QModelIndex) -> None:
        if self._telling and now.isValid():
            self.chosen.emit(self.rows[now.row()].group)
