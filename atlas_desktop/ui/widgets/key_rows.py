"""A list of things and their keys, painted: title, kind, key caps at the end side."""

from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import QFrame, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from atlas_desktop.ui.direction import direction_of
from atlas_desktop.ui.hostile_text import one_line
from atlas_desktop.ui.models.key_row_model import KeyRow, KeyRowModel
from atlas_desktop.ui.theme import GRID, RADIUS, Theme
from atlas_desktop.ui.widgets.key_caps import cap_width, paint_cap

_GAP: Final = 2 * GRID
_AIR: Final = GRID
Index = QModelIndex | QPersistentModelIndex


class KeyRowDelegate(QStyledItemDelegate):
    """Paints a `KeyRow`, mirrored where the language runs from right to left."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """A line, with some air."""
        return QSize(120, self._theme.row_height + _AIR)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Background, keys, kind, title: the title gets the room that is left."""
        model = index.model()
        row = model.row(index.row()) if isinstance(model, KeyRowModel) else None
        if row is None:
            return
        tokens = self._theme.tokens
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        area: QRect = option.rect
        if selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tokens.color("selection"))
            painter.drawRoundedRect(area.adjusted(2, 1, -2, -1), RADIUS, RADIUS)
        self._paint_row(painter, row, area.adjusted(3 * GRID, 0, -3 * GRID, 0))
        painter.restore()

    def _paint_row(self, painter: QPainter, row: KeyRow, area: QRect) -> None:
        left, right = area.left(), area.right() + 1
        painter.setFont(self._theme.fonts.caption)
        for key in reversed(row.keys):
            width = cap_width(self._theme, key)
            right -= width
            paint_cap(painter, self._theme, self._mirrored(area, right, width), key, own=row.changed)
            right -= GRID
        tokens = self._theme.tokens
        detail = one_line(row.detail)
        width = min(QFontMetrics(self._theme.fonts.caption).horizontalAdvance(detail) + 1, area.width() // 3)
        right -= width + (_GAP if row.keys else 0)
        painter.setPen(tokens.color("muted"))
        self._text(painter, self._mirrored(area, right, width), detail, end=True)
        painter.setFont(self._theme.fonts.body)
        painter.setPen(tokens.color("text"))
        room = max(right - _GAP - left, 0)
        title = painter.fontMetrics().elidedText(one_line(row.title), Qt.TextElideMode.ElideRight, room)
        self._text(painter, self._mirrored(area, left, room), title, end=False)

    def _mirrored(self, area: QRect, left: int, width: int) -> QRect:
        place = QRect(left, area.top(), width, area.height())
        return QStyle.visualRect(self._direction(), area, place)

    def _text(self, painter: QPainter, place: QRect, text: str, *, end: bool) -> None:
        mirrored = self._direction() == Qt.LayoutDirection.RightToLeft
        # An ellipsis belongs where the text ends, which is where its letters say and not the language of the app.
        painter.setLayoutDirection(direction_of(text))
        side = Qt.AlignmentFlag.AlignRight if end != mirrored else Qt.AlignmentFlag.AlignLeft
        painter.drawText(place, side | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter, text)

    def _direction(self) -> Qt.LayoutDirection:
        parent = self.parent()
        return parent.layoutDirection() if isinstance(parent, QWidget) else Qt.LayoutDirection.LeftToRight


class KeyRowList(QListView):
    """``chosen`` tells the id of the row that was clicked, or stood on when Enter was pressed."""

    chosen = Signal(str)

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self.rows = KeyRowModel(self)
        self.setModel(self.rows)
        self.setItemDelegate(KeyRowDelegate(theme, self))
        self.setUniformItemSizes(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(name)
        self.clicked.connect(lambda index: self._choose(index.row()))
        theme.changed.connect(self.scheduleDelayedItemsLayout)

    @property
    def current(self) -> KeyRow | None:
        """The row that is stood on."""
        return self.rows.row(self.currentIndex().row())

    def stand_on(self, position: int) -> None:
        """Go to this row, or to the nearest there is."""
        count = self.rows.rowCount()
        if count:
            self.setCurrentIndex(self.rows.index(min(max(position, 0), count - 1), 0))

    def step(self, steps: int) -> None:
        """So many rows on; over the end to the beginning when it is one step."""
        count, here = self.rows.rowCount(), self.currentIndex().row()
        if count:
            self.stand_on((here + steps) % count if abs(steps) == 1 else here + steps)

    def choose(self) -> None:
        """Take the row that is stood on."""
        self._choose(self.currentIndex().row())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter chooses."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.choose()
        else:
            super().keyPressEvent(event)

    def _choose(self, position: int) -> None:
        row = self.rows.row(position)
        if row is not None:
            self.chosen.emit(row.id)
