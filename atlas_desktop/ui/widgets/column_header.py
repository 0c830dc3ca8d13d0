"""The titles over the table: a click sorts, a drag moves or resizes; all of it by keys as well."""

from dataclasses import dataclass
from typing import Final, Literal

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from atlas_desktop.domain.query import NEWEST, Sort
from atlas_desktop.ui.keys import names
from atlas_desktop.ui.models.columns import NUMERIC, SORTS, Cell, ColumnId, Columns, title
from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.row_brush import Place
from atlas_desktop.ui.widgets.row_looks import INSIDE
from atlas_desktop.wording import tr

_HEIGHT: Final = 28
_GRIP: Final = 4
_STEP: Final = 16
_DRAG: Final = 6
_ARROWS: Final = {True: "↓", False: "↑"}


@dataclass(frozen=True, slots=True)
class _Drag:
    """What the mouse holds: an edge (``resize``) or a title (``move``), since where."""

    what: Literal["resize", "move"]
    column: ColumnId
    from_x: int
    width: int
    moved: bool = False


class ColumnHeader(QWidget):
    """``arranged`` tells new ``Columns``, ``sort_wanted`` a ``Sort``, ``menu_wanted`` a column and a place,
    ``said`` what a screen reader should hear of the column the keys are at."""

    arranged = Signal(object)
    sort_wanted = Signal(object)
    menu_wanted = Signal(str, QPoint)
    said = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._columns = Columns()
        self._sort = NEWEST
        self._scrolled = 0
        self._drag: _Drag | None = None
        self._at: ColumnId = "state"
        self.setFixedHeight(_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMouseTracking(True)
        self.setProperty("keeps", "Left Right Ctrl+Left Ctrl+Right Alt+Left Alt+Right Enter Space Delete P")
        theme.changed.connect(self.update)
        self._said()

    def show_columns(self, columns: Columns, sort: Sort, scrolled: int) -> None:
        """Arrange the titles so."""
        self._columns, self._sort, self._scrolled = columns, sort, scrolled
        if self._at not in columns.shown:
            self._at = "state"
        self._said()
        self.update()

    def sizeHint(self) -> QSize:
        """One line."""
        return QSize(200, _HEIGHT)

    def sort_by(self, column: ColumnId) -> None:
        """By this column; the other way round when it is so already. Numbers and times begin with the largest."""
        key = SORTS.get(column)
        if key is None:
            return
        same = self._sort.column == key
        self.sort_wanted.emit(Sort(key, not self._sort.descending if same else column in NUMERIC))

    # painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Titles, the arrow of the one that sorts, hairlines where columns meet."""
        painter = QPainter(self)
        tokens = self._theme.tokens
        painter.fillRect(self.rect(), tokens.color("window"))
        place = self._place()
        for cell in self._cells():
            self._paint(painter, place, cell)
        painter.fillRect(0, self.height() - 1, self.width(), 1, tokens.color("line"))
        painter.end()

    def _paint(self, painter: QPainter, place: Place, cell: Cell) -> None:
        tokens, font = self._theme.tokens, self._theme.fonts.caption
        box = place.box(cell.x, 0, cell.width, self.height())
        painter.fillRect(box, tokens.color("window"))
        sorts = SORTS.get(cell.column) == self._sort.column
        text = title(cell.column)
        if cell.column == "state":
            text = ""
        painter.setFont(font)
        painter.setPen(tokens.color("text" if sorts else "muted"))
        arrow = _ARROWS[self._sort.descending] if sorts else ""
        words = f"{arrow} {text}" if cell.column in NUMERIC and arrow else f"{text} {arrow}".strip()
        side = place.end if cell.column in NUMERIC else place.start
        inner = place.box(cell.x + INSIDE, 0, cell.width - 2 * INSIDE, self.height())
        painter.drawText(
            inner,
            side,
            QFontMetrics(font).elidedText(words, Qt.TextElideMode.ElideRight, inner.width()),
        )
        edge = place.box(cell.x + cell.width - 1, 8, 1, self.height() - 16)
        painter.fillRect(edge, tokens.color("line"))
        if self.hasFocus() and cell.column == self._at:
            painter.setPen(tokens.color("focus"))
            painter.drawRect(box.adjusted(1, 1, -2, -3))

    # the mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of an edge or a title."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        x = self._x(event.position().toPoint())
        if (edge := self._edge_at(x)) is not None:
            self._drag = _Drag("resize", edge, x, self._cell(edge).width)
        elif (column := self._column_at(x)) is not None:
            self._drag = _Drag("move", column, x, 0)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Resize or move what is held; else show what could be."""
        x = self._x(event.position().toPoint())
        drag = self._drag
        if drag is None:
            over_edge = self._edge_at(x) is not None
            self.setCursor(Qt.CursorShape.SplitHCursor if over_edge else Qt.CursorShape.ArrowCursor)
        elif drag.what == "resize":
            self.arranged.emit(self._columns.resized(drag.column, drag.width + x - drag.from_x))
        elif abs(x - drag.from_x) > _DRAG or drag.moved:
            self._drag = _Drag("move", drag.column, drag.from_x, 0, moved=True)
            self._move_towards(drag.column, x)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A title that was not dragged sorts."""
        drag, self._drag = self._drag, None
        if drag is not None and drag.what == "move" and not drag.moved:
            self.sort_by(drag.column)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """What can be done with this column, and which others there are."""
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            cell = self._cell(self._at)
            box = self._place().box(cell.x, 0, cell.width, self.height())
            self.menu_wanted.emit(self._at, self.mapToGlobal(box.bottomLeft()))
            return
        column = self._column_at(self._x(event.pos()))
        self.menu_wanted.emit(column or self._at, event.globalPos())

    def _move_towards(self, column: ColumnId, x: int) -> None:
        over = self._column_at(x)
        if over is None or over == column:
            return
        there, here = self._cell(over), self._cell(column)
        if there.pinned != here.pinned:
            return
        forward = there.x > here.x
        # Only past the middle: a wide neighbour would otherwise jump back and forth.
        if forward == (x > there.x + there.width // 2):
            self.arranged.emit(self._columns.placed(column, over, after=forward))

    # the keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows choose a column; with Ctrl they move it, with Alt they resize it. Enter sorts, P pins."""
        known = names(event)
        name = known[0] if known else ""
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        ahead = 1 if name.endswith("Right") != mirrored else -1
        match name:
            case "Left" | "Right":
                self._choose(ahead)
            case "Ctrl+Left" | "Ctrl+Right":
                self.arranged.emit(self._columns.moved(self._at, ahead))
            case "Alt+Left" | "Alt+Right":
                width = self._columns.widths[self._at] + ahead * _STEP
                self.arranged.emit(self._columns.resized(self._at, width))
            case "Enter" | "Space":
                self.sort_by(self._at)
            case "Delete":
                self.arranged.emit(self._columns.toggled(self._at))
            case "P":
                self.arranged.emit(self._columns.pinned_or_not(self._at))
            case _:
                super().keyPressEvent(event)

    def _choose(self, steps: int) -> None:
        shown = self._columns.shown
        at = min(max(shown.index(self._at) + steps, 0), len(shown) - 1)
        self._at = shown[at]
        self._said()
        self.said.emit(self.accessibleDescription())
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The chosen column gets its ring."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The ring goes."""
        super().focusOutEvent(event)
        self.update()

    # geometry

    def _said(self) -> None:
        sorts = SORTS.get(self._at) == self._sort.column
        order = (tr("largest first") if self._sort.descending else tr("smallest first")) if sorts else ""
        words = [tr("Column {name}", name=title(self._at)), order]
        words += [tr("pinned")] if self._at in self._columns.pinned else []
        self.setAccessibleName(tr("Columns"))
        self.setAccessibleDescription(", ".join(each for each in words if each))

    def _cells(self) -> tuple[Cell, ...]:
        return self._columns.cells(self.width(), self._scrolled)

    def _cell(self, column: ColumnId) -> Cell:
        return next(each for each in self._cells() if each.column == column)

    def _place(self) -> Place:
        return Place(
            QRect(0, 0, self.width(), self.height()), self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        )

    def _x(self, point: QPoint) -> int:
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        return self.width() - 1 - point.x() if mirrored else point.x()

    def _column_at(self, x: int) -> ColumnId | None:
        hits = [each.column for each in self._cells() if each.x <= x < each.x + each.width]
        return hits[-1] if hits else None

    def _edge_at(self, x: int) -> ColumnId | None:
        hits = [each.column for each in self._cells() if abs(each.x + each.width - x) <= _GRIP]
        return hits[-1] if hits and hits[-1] != "state" else None
