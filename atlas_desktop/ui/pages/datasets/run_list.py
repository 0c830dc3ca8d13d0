"""The runs of a dataset, newest first: what was scored, by whom, how far it is."""

from time import time
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetrics, QMouseEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from atlas_desktop.ui.hostile_text import one_line
from atlas_desktop.ui.models.row_text import ago
from atlas_desktop.ui.models.run_model import RUN_ROLE, RunModel
from atlas_desktop.ui.pages.datasets.run_words import run_icon, run_line, state_words, title_words, what_words
from atlas_desktop.ui.theme import ICON, Theme
from atlas_desktop.ui.widgets.row_brush import LINE, Place, RowBrush
from atlas_desktop.wording import tr

if TYPE_CHECKING:
    from atlas_desktop.contract.evaluations import Evaluation

_GUTTER: Final = 40
_PAD: Final = 12
_BAR: Final = 2
_NARROWEST: Final = 200


def run_words(run: "Evaluation") -> str:
    """A run as a screen reader says it."""
    return one_line(f"{title_words(run)}, {state_words(run)}, {run_line(run)}")


class _Delegate(QStyledItemDelegate):
    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._brush = RowBrush(theme)
        self.ringed = False
        self.base: str | None = None

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """All alike."""
        return QSize(200, 52 if self._theme.density == "comfortable" else 44)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Shape, what was scored, the mean; under it who judged, and when."""
        run: Evaluation = index.data(RUN_ROLE)
        place = Place(option.rect, option.direction == Qt.LayoutDirection.RightToLeft)
        current = bool(option.state & QStyle.StateFlag.State_Selected)
        brush, fonts = self._brush, self._theme.fonts
        painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        base = run.id == self.base
        under = "selection" if current else "raised" if base else "surface"
        painter.fillRect(place.rect, brush.color(under))
        top = (place.rect.height() - 2 * LINE) // 2
        width = place.rect.width() - _GUTTER - _PAD
        brush.icon(painter, place.box(_PAD, top + 2, ICON, ICON), *run_icon(run))
        mean = state_words(run)
        taken = QFontMetrics(fonts.strong).horizontalAdvance(mean) + 2
        painter.setPen(brush.color("text"))
        ends = _GUTTER + width - taken
        brush.text(painter, place, place.box(ends, top, taken, LINE), mean, fonts.strong, numeric=True)
        box = place.box(_GUTTER, top, width - taken - 8, LINE)
        brush.text(painter, place, box, one_line(what_words(run.predictions)), fonts.strong)
        painter.setPen(brush.color("muted"))
        when = tr("the first of two") if base else ago(round(run.created_at.timestamp() * 1000), _now())
        taken = QFontMetrics(fonts.caption).horizontalAdvance(when) + 2
        box = place.box(_GUTTER + width - taken, top + LINE, taken, LINE)
        brush.text(painter, place, box, when, fonts.caption, numeric=True)
        box = place.box(_GUTTER, top + LINE, width - taken - 8, LINE)
        brush.text(painter, place, box, one_line(run_line(run)), fonts.caption)
        self._edges(painter, place, run, current=current)

    def _edges(self, painter: QPainter, place: Place, run: "Evaluation", *, current: bool) -> None:
        rect, brush = place.rect, self._brush
        inner = rect.width() - _GUTTER
        painter.fillRect(place.box(_GUTTER, rect.height() - 1, inner, 1), brush.color("line"))
        if not run.finished and run.progress.total:
            done = inner * run.progress.done // run.progress.total
            painter.fillRect(place.box(_GUTTER, rect.height() - _BAR, done, _BAR), brush.color("accent"))
        if current:
            painter.fillRect(place.box(0, 0, 3, rect.height() - 1), brush.color("accent"))
        if current and self.ringed:
            painter.setPen(brush.color("focus"))
            painter.drawRect(rect.adjusted(0, 0, -1, -2))


class RunList(QListView):
    """``chosen`` tells the id of the run that was clicked, ``other`` of one clicked with Ctrl."""

    chosen = Signal(str)
    other = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._delegate = _Delegate(theme)
        self._model = RunModel(run_words, self)
        self.setModel(self._model)
        self.setItemDelegate(self._delegate)
        self.setUniformItemSizes(True)
        self.setAccessibleName(tr("Runs"))
        self.setMinimumWidth(_NARROWEST)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        theme.changed.connect(self.doItemsLayout)

    def show_runs(self, runs: "tuple[Evaluation, ...]", chosen: str | None, base: str | None) -> None:
        """These, with the one at hand on view; ``base`` is the one it is compared with."""
        self._model.show(runs)
        if base != self._delegate.base:
            self._delegate.base = base
            self.viewport().update()
        index = self._model.index(self._model.place_of(chosen))
        if index.isValid() and index != self.currentIndex():
            self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
            self.scrollTo(index)

    def neighbour(self, direction: int) -> str | None:
        """The run that many lines from the one at hand."""
        run = self._model.index(self.currentIndex().row() + direction).data(RUN_ROLE)
        return run.id if run is not None else None

    def keyboardSearch(self, search: str) -> None:
        """Letters are commands here."""

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click goes to a run; with Ctrl it is compared with the one at hand."""
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and event.button() == Qt.MouseButton.LeftButton:
            held = event.modifiers() & Qt.KeyboardModifier.ControlModifier
            (self.other if held else self.chosen).emit(index.data(RUN_ROLE).id)

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


def _now() -> int:
    return round(time() * 1000)
