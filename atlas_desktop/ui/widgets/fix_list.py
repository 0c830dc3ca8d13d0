"""The items that stand between a gate and its minimum: those that flip it first, a line under them, the rest."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, Literal

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from atlas_desktop.ui.hostile_text import one_line
from atlas_desktop.ui.models.fix_model import ENTRY_ROLE, FIRST_OTHER_ROLE, FixModel
from atlas_desktop.ui.theme import ICON, Theme
from atlas_desktop.ui.widgets.row_brush import LINE, Place, RowBrush
from atlas_desktop.wording import number, tr

if TYPE_CHECKING:
    from atlas_desktop.app.fix_entry import FixEntry

_GUTTER: Final = 44
_SCORE: Final = 40
_TEXT: Final = 100
_PAD: Final = 16
_LONGEST: Final = 300


class _Delegate(QStyledItemDelegate):
    def __init__(self, theme: Theme, rest: str) -> None:
        super().__init__()
        self._theme = theme
        self._rest = rest
        self._brush = RowBrush(theme)
        self.ringed = False

    def height(self) -> int:
        """Two lines."""
        return 48 if self._theme.density == "comfortable" else 42

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """All alike."""
        return QSize(200, self.height())

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Shape, score, what was scored, what was said of it."""
        entry: FixEntry = index.data(ENTRY_ROLE)
        place = Place(option.rect, option.direction == Qt.LayoutDirection.RightToLeft)
        current = bool(option.state & QStyle.StateFlag.State_Selected)
        brush, fonts = self._brush, self._theme.fonts
        painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        painter.fillRect(place.rect, brush.color("selection" if current else "surface"))
        top = (place.rect.height() - 2 * LINE) // 2
        width = place.rect.width() - _TEXT - _PAD
        icon, token = _look(entry, self._rest)
        brush.icon(painter, place.box(16, top + 2, ICON, ICON), icon, token)
        painter.setPen(brush.color("text" if entry.needed else "muted"))
        score = "–" if entry.score is None else number(entry.score, 2)
        brush.text(painter, place, place.box(_GUTTER, top, _SCORE, LINE), score, fonts.strong, numeric=True)
        if entry.weight != 1:
            painter.setPen(brush.color("muted"))
            weight = f"×{number(entry.weight, 2).rstrip('0').rstrip('.,')}"
            box = place.box(_GUTTER, top + LINE, _SCORE, LINE)
            brush.text(painter, place, box, weight, fonts.caption, numeric=True)
        painter.setPen(brush.color("text"))
        brush.text(painter, place, place.box(_TEXT, top, width, LINE), one_line(entry.text), fonts.body)
        said = tr("Changed, not scored yet") if entry.edited else one_line(tr(entry.said))
        painter.setPen(brush.color("accent" if entry.edited else "muted"))
        brush.text(painter, place, place.box(_TEXT, top + LINE, width, LINE), said, fonts.caption)
        self._edges(painter, place, current=current, first_other=bool(index.data(FIRST_OTHER_ROLE)))

    def _edges(self, painter: QPainter, place: Place, *, current: bool, first_other: bool) -> None:
        rect, brush = place.rect, self._brush
        line = place.box(_GUTTER, rect.height() - 1, rect.width() - _GUTTER, 1)
        painter.fillRect(line, brush.color("line"))
        if first_other:
            painter.fillRect(place.box(0, 0, rect.width(), 1), brush.color("strong_line"))
        if current:
            painter.fillRect(place.box(0, 0, 3, rect.height() - 1), brush.color("accent"))
        if current and self.ringed:
            painter.setPen(brush.color("focus"))
            painter.drawRect(rect.adjusted(0, 0, -1, -2))


def _look(entry: "FixEntry", rest: str) -> tuple[str, str]:
    if entry.edited:
        return "corrected", "accent"
    if entry.score is None:
        return "unsure", "warn"
    return ("bad", "bad") if entry.needed else (rest, "muted")


class FixListView(QListView):
    """``chosen`` tells the line that was clicked, ``opened`` the one clicked twice. Keys are the page's.

    ``rest`` is the icon of what is not needed: what passes, or what could be better still.
    """

    chosen = Signal(int)
    opened = Signal(int)

    def __init__(
        self, theme: Theme, name: str, veil: Callable[[], bool], rest: Literal["good", "mixed"] = "good"
    ) -> None:
        super().__init__()
        self._delegate = _Delegate(theme, rest)
        self._model = FixModel(veil, self)
        self.setModel(self._model)
        self.setItemDelegate(self._delegate)
        self.setUniformItemSizes(True)
        self.setAccessibleName(name)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumHeight(4 * 48)
        theme.changed.connect(self._restyle)

    def show_rows(self, entries: "tuple[FixEntry, ...]", at: int) -> None:
        """These, and the one at hand on view."""
        self._model.show(entries)
        self.show_current(at)

    def show_current(self, at: int) -> None:
        """This line is the one at hand."""
        index = self._model.index(at)
        if index.isValid() and index != self.currentIndex():
            self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
            self.scrollTo(index)

    def keyboardSearch(self, search: str) -> None:
        """Letters are commands here."""

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click goes to an item."""
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and event.button() == Qt.MouseButton.LeftButton:
            self.chosen.emit(index.row())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Twice, it is opened."""
        index = self.indexAt(event.position().toPoint())
        if index.isValid():
            self.opened.emit(index.row())

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The ring is drawn."""
        self._delegate.ringed = True
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The ring goes."""
        self._delegate.ringed = False
        super().focusOutEvent(event)
        self.viewport().update()

    def _restyle(self) -> None:
        self.doItemsLayout()
        self.viewport().update()
