"""Values to tick, with how many calls each has: one list, walked with the arrows."""

from typing import Final

from PySide6.QtCore import (
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFocusEvent, QFontMetrics, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from atlas_desktop.ui import icons
from atlas_desktop.ui.direction import direction_of
from atlas_desktop.ui.keys import names
from atlas_desktop.ui.models.facet_model import FACET_ROLE, FacetModel
from atlas_desktop.ui.models.facet_rows import FacetRow
from atlas_desktop.ui.theme import ICON, Theme
from atlas_desktop.ui.widgets.row_brush import Place
from atlas_desktop.wording import number, tr

_PAD: Final = 12
_GAP: Final = 8
_HEADING: Final = 32
_BOXES: Final = {
    "no": ("unselected", "strong_line"),
    "yes": ("selected", "accent"),
    "excluded": ("excluded", "bad"),
}
KEEPS: Final = "Up Down PgUp PgDown Home End Space Shift+Space Enter - Left Right F2 Delete"


class FacetDelegate(QStyledItemDelegate):
    """Headings, values with a box and a count, views with their key."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.ringed = False

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """A heading has air above it."""
        row = index.data(FACET_ROLE)
        heading = isinstance(row, FacetRow) and row.kind == "heading"
        return QSize(120, _HEADING if heading else self._theme.row_height)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """One line."""
        row = index.data(FACET_ROLE)
        if not isinstance(row, FacetRow):
            return
        place = Place(option.rect, option.direction == Qt.LayoutDirection.RightToLeft)
        current = bool(option.state & QStyle.StateFlag.State_Selected) and self.ringed
        tokens = self._theme.tokens
        if current or option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(option.rect, tokens.color("selection" if current else "raised"))
        if row.kind == "heading":
            self._heading(painter, place, row)
        elif row.kind in ("value", "view"):
            self._value(painter, place, row)
        else:
            self._say(
                painter, place, _PAD + ICON + _GAP, row.text, tone="accent" if row.kind == "more" else "muted"
            )
        if current:
            painter.setPen(tokens.color("focus"))
            painter.drawRect(option.rect.adjusted(0, 0, -1, -1))

    def _heading(self, painter: QPainter, place: Place, row: FacetRow) -> None:
        mirrored = place.start & Qt.AlignmentFlag.AlignRight
        name = "open" if row.open else "closed"
        middle = (place.rect.height() - ICON) // 2 + 2
        picture = icons.pixmap(name, self._theme.tokens.muted, painter.device().devicePixelRatio())
        box = place.box(_PAD - 2, middle, ICON, ICON)
        if mirrored and not row.open:
            painter.save()
            painter.translate(box.center())
            painter.rotate(180)
            painter.drawPixmap(QPoint(-ICON // 2, -ICON // 2), picture)
            painter.restore()
        else:
            painter.drawPixmap(box.topLeft(), picture)
        self._say(painter, place, _PAD + ICON + 4, row.text, tone="text", strong=True, down=2)
        if row.hint:
            self._trailing(painter, place, row.hint, "accent")

    def _value(self, painter: QPainter, place: Place, row: FacetRow) -> None:
        tokens = self._theme.tokens
        ratio = painter.device().devicePixelRatio()
        middle = (place.rect.height() - ICON) // 2
        if row.kind == "value":
            name, token = _BOXES[row.chosen]
        else:
            name, token = "views", "accent" if row.chosen == "yes" else "muted"
        box = place.box(_PAD, middle, ICON, ICON)
        painter.drawPixmap(box.topLeft(), icons.pixmap(name, getattr(tokens, token), ratio))
        said = number(row.count) if row.count is not None else row.hint
        taken = self._trailing(painter, place, said, "muted") if said else 0
        self._say(
            painter,
            place,
            _PAD + ICON + _GAP,
            row.text,
            tone="muted" if row.count == 0 else "text",
            less=taken,
            struck=row.chosen == "excluded",
        )

    def _trailing(self, painter: QPainter, place: Place, text: str, tone: str) -> int:
        font = self._theme.fonts.caption
        width = QFontMetrics(font).horizontalAdvance(text) + 2
        box = place.box(place.rect.width() - _PAD - width, 0, width, place.rect.height())
        painter.setFont(font)
        painter.setPen(self._theme.tokens.color(tone))
        painter.drawText(box, place.end, text)
        return width + _GAP

    def _say(
        self,
        painter: QPainter,
        place: Place,
        x: int,
        text: str,
        *,
        tone: str,
        strong: bool = False,
        struck: bool = False,
        less: int = 0,
        down: int = 0,
    ) -> None:
        font = self._theme.fonts.strong if strong else self._theme.fonts.body
        box = place.box(x, down, place.rect.width() - x - _PAD - less, place.rect.height())
        painter.setPen(self._theme.tokens.color(tone))
        short = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, box.width())
        if struck:
            font = type(font)(font)
            font.setStrikeOut(True)
        painter.setFont(font)
        painter.setLayoutDirection(direction_of(short))
        painter.drawText(box, place.start, short)


class FacetList(QListView):
    """``toggled`` tells a row to tick (and whether to leave it out), ``folding`` a heading, ``renaming`` and
    ``deleting`` a view. Keys: Space ticks, ``-`` leaves out, arrows walk and fold."""

    toggled = Signal(object, bool)
    folding = Signal(object, bool)
    renaming = Signal(object)
    deleting = Signal(object)

    def __init__(self, theme: Theme, model: FacetModel) -> None:
        super().__init__()
        self._theme = theme
        self._facets = model
        self._look = FacetDelegate(theme)
        self.setAccessibleName(tr("Facets"))
        self.setProperty("keeps", KEEPS)
        self.setModel(model)
        self.setItemDelegate(self._look)
        self.setMouseTracking(True)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        theme.changed.connect(self.scheduleDelayedItemsLayout)

    @property
    def row(self) -> FacetRow | None:
        """The line the keyboard is at."""
        return self._facets.row_at(self.currentIndex().row())

    def go(self, key: str) -> None:
        """The keyboard to this line, if it is there."""
        place = self._facets.place_of(key)
        if place is not None:
            flag = QItemSelectionModel.SelectionFlag.ClearAndSelect
            self.selectionModel().setCurrentIndex(self._facets.index(place), flag)

    def place(self, key: str) -> QRect:
        """Where a line is in this view."""
        place = self._facets.place_of(key)
        return self.visualRect(self._facets.index(place)) if place is not None else QRect()

    def keyboardSearch(self, search: str) -> None:
        """Letters are commands."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """What a line answers to; arrows walk."""
        known, row = names(event), self.row
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        ahead = "Left" if mirrored else "Right"
        for name in known:
            if row is not None and self._act(
                row, "Right" if name == ahead else "Left" if name in ("Left", "Right") else name
            ):
                return
        super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click ticks; with Shift it leaves out."""
        index = self.indexAt(event.position().toPoint())
        row = self._facets.row_at(index.row()) if index.isValid() else None
        if row is None or row.kind == "note" or event.button() != Qt.MouseButton.LeftButton:
            return
        self.go(row.key)
        self._tick(row, out=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The first line, if none was looked at yet."""
        super().focusInEvent(event)
        self._look.ringed = True
        if self.row is None:
            first = self._facets.row_at(0)
            if first is not None:
                self.go(first.key)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The ring goes."""
        super().focusOutEvent(event)
        self._look.ringed = False
        self.viewport().update()

    def _walk(self, steps: int) -> None:
        """To the next line that is none to read only. Qt's own way gets stuck at one now and then."""
        count, at = self._facets.rowCount(), self.currentIndex().row() + steps
        while 0 <= at < count:
            row = self._facets.row_at(at)
            if row is not None and row.kind != "note":
                self.go(row.key)
                return
            at += steps

    def _act(self, row: FacetRow, name: str) -> bool:
        if name in ("Up", "Down"):
            self._walk(1 if name == "Down" else -1)
        elif name in ("Space", "Enter"):
            self._tick(row, out=False)
        elif name in ("-", "Shift+Space") and row.kind == "value":
            self._tick(row, out=True)
        elif name in ("Left", "Right"):
            self.folding.emit(row, name == "Right")
        elif name == "F2" and row.kind == "view":
            self.renaming.emit(row)
        elif name == "Delete" and row.kind == "view":
            self.deleting.emit(row)
        else:
            return False
        return True

    def _tick(self, row: FacetRow, *, out: bool) -> None:
        if row.kind == "heading":
            self.folding.emit(row, not row.open)
        else:
            self.toggled.emit(row, out)
