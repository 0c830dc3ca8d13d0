"""How one call looks in the list: a background that says where one is, and a look over it. Paints ready texts only."""

from collections.abc import Callable
from time import time
from typing import Final, Literal

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from atlas_desktop.ui.models.call_list_model import ROW_ROLE
from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.row_brush import Place, RowBrush
from atlas_desktop.ui.widgets.row_looks import GUTTER, Cells, Lines, Look

Layout = Literal["lines", "table"]
_BAR: Final = 3


class CallDelegate(QStyledItemDelegate):
    """Every row is equally high, so Qt never measures one."""

    def __init__(self, theme: Theme, selected: Callable[[int], bool]) -> None:
        super().__init__()
        self._theme = theme
        self._selected = selected
        self._now_ms = 0
        self._brush = RowBrush(theme)
        self.lines = Lines(theme, self._brush)
        self.cells = Cells(theme, self._brush)
        self.layout: Layout = "lines"
        self.ringed = False

    @property
    def look(self) -> Look:
        """The one in force."""
        return self.lines if self.layout == "lines" else self.cells

    @property
    def row_height(self) -> int:
        """The height of a row in the look and density in force."""
        return self.look.row_height

    def begin_frame(self, *, ringed: bool) -> None:
        """Called once a paint of the list: relative times are of one moment; ``ringed`` when the keyboard is here."""
        self.ringed = ringed
        self._now_ms = round(time() * 1000)
        self._brush.begin_frame()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """The row height of the density in force."""
        return QSize(200, self.row_height)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """One row."""
        text = index.data(ROW_ROLE)
        place = Place(option.rect, option.direction == Qt.LayoutDirection.RightToLeft)
        current = bool(option.state & QStyle.StateFlag.State_Selected)
        chosen = text is not None and self._selected(text.seq)
        painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        under = "selection" if current else "raised" if chosen else "surface"
        painter.fillRect(place.rect, self._brush.color(under))
        if text is None:
            painter.setPen(self._brush.color("muted"))
            painter.setFont(self._theme.fonts.body)
            painter.drawText(place.box(GUTTER, 0, 40, place.rect.height()), place.start, "…")
        else:
            self.look.paint(painter, place, text, self._now_ms, chosen=chosen, under=under)
        self._edges(painter, place, current=current, chosen=chosen)

    def _edges(self, painter: QPainter, place: Place, *, current: bool, chosen: bool) -> None:
        rect = place.rect
        indent = GUTTER if self.layout == "lines" else 0
        painter.fillRect(
            place.box(indent, rect.height() - 1, rect.width() - indent, 1), self._brush.color("line")
        )
        if current or chosen:
            painter.fillRect(place.box(0, 0, _BAR, rect.height() - 1), self._brush.color("accent"))
        if current and self.ringed:
            painter.setPen(self._brush.color("focus"))
            painter.drawRect(rect.adjusted(0, 0, -1, -2))
