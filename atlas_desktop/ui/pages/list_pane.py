"""The left side of Review: how far one is, what is new, what is selected, and the calls."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QProgressBar, QScrollBar, QWidget

from atlas_desktop.domain.query import NEWEST, Sort
from atlas_desktop.ui.models.call_list_model import CallListModel
from atlas_desktop.ui.models.columns import ColumnId, Columns
from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.buttons import button
from atlas_desktop.ui.widgets.call_delegate import CallDelegate, Layout
from atlas_desktop.ui.widgets.call_list import CallList
from atlas_desktop.ui.widgets.column_header import ColumnHeader
from atlas_desktop.ui.widgets.column_menu import column_menu
from atlas_desktop.ui.widgets.layouts import column, hairline, row, surface
from atlas_desktop.ui.widgets.plain_label import PlainLabel
from atlas_desktop.wording import tr, trn

if TYPE_CHECKING:
    from atlas_desktop.app.review_state import ReviewProgress


class ListPane(QWidget):
    """The call list, as lines or as a table, with a line over it and progress under it.

    ``new_wanted``: show the calls that came; ``sort_wanted``: a ``Sort``; ``arranged``: the columns were changed.
    """

    new_wanted = Signal()
    sort_wanted = Signal(object)
    arranged = Signal()

    def __init__(self, theme: Theme, model: CallListModel, selected: Callable[[int], bool]) -> None:
        super().__init__()
        self.setMinimumWidth(240)
        self.layout_name: Layout = "lines"
        self.columns = Columns()
        self._sort = NEWEST
        self._delegate = CallDelegate(theme, selected)
        self.header = ColumnHeader(theme)
        self.view = CallList(theme, self._delegate)
        self.view.setModel(model)
        self._across = QScrollBar(Qt.Orientation.Horizontal)
        self._across.setAccessibleName(tr("Columns, sideways"))
        self._across.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._top, self._line = self._make_top(), hairline()
        self._bottom = self._make_bottom()
        layout = column(self)
        for each in (self._top, self._line, self.header):
            layout.addWidget(each)
        layout.addWidget(self.view, 1)
        for each in (self._across, hairline(), self._bottom):
            layout.addWidget(each)
        self._connect()
        self.lay_out("lines")
        self.show_state(0, 0, None)

    def lay_out(self, layout: Layout) -> None:
        """Lines for reading down, or a table for comparing."""
        self.layout_name = layout
        self.header.setVisible(layout == "table")
        self.view.lay_out(layout)
        self._place_cells()

    def show_columns(self, columns: Columns) -> None:
        """Arrange the table so."""
        self.columns = columns
        self._place_cells()

    def open_columns(self) -> None:
        """The menu of columns, at the start of their titles."""
        self._open_menu("state", self.header.mapToGlobal(self.header.rect().bottomLeft()))

    def show_sort(self, sort: Sort) -> None:
        """The order the list is in."""
        self._sort = sort
        self._place_cells()

    def show_state(self, new: int, selected: int, progress: "ReviewProgress | None") -> None:
        """Numbers say of how many."""
        self._new.setVisible(new > 0)
        self._new.setText(tr("{count:,} new · show", count=new))
        self._new.setAccessibleName(trn("Show {count:,} new call", "Show {count:,} new calls", new))
        self._selected.setText(tr("{count:,} selected", count=selected) if selected else "")
        self._top.setVisible(bool(new or selected))
        self._line.setVisible(bool(new or selected))
        if progress is not None:
            # From the first row on, so that nothing moves when the count is there.
            self._bottom.setVisible(progress.total > 0 or self.view.model().rowCount() > 0)
            words = tr("{rated:,} of {total:,} rated", rated=progress.rated, total=progress.total)
            self._progress.setText(words)
            self._bar.setMaximum(max(progress.total, 1))
            self._bar.setValue(progress.rated)

    def _make_top(self) -> QWidget:
        self._new = button(tr("Show new calls"), self.new_wanted.emit, "quiet")
        self._selected = PlainLabel("", role="caption", tone="accent")
        strip = surface("strip")
        strip.setMinimumHeight(32)
        line = row(strip, margins=(3, 0, 1, 0))
        line.addWidget(self._selected, 1)
        line.addWidget(self._new)
        return strip

    def _make_bottom(self) -> QWidget:
        self._progress = PlainLabel("", role="caption", tone="muted")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(tr("Rated calls of this filter"))
        strip = surface("strip")
        foot = column(strip, margins=(3, 1, 3, 2), gap=1)
        foot.addWidget(self._progress)
        foot.addWidget(self._bar)
        return strip

    def _connect(self) -> None:
        self.view.resized.connect(self._place_cells)
        self.view.aside.connect(lambda pixels: self._across.setValue(self._across.value() + pixels))
        self._across.valueChanged.connect(lambda _: self._place_cells())
        self.header.arranged.connect(self._arrange)
        self.header.sort_wanted.connect(self.sort_wanted)
        self.header.menu_wanted.connect(self._open_menu)

    def _arrange(self, columns: Columns) -> None:
        self.show_columns(columns)
        self.arranged.emit()

    def _open_menu(self, column: ColumnId, at: QPoint) -> None:
        menu = column_menu(self, self.columns, column, self._arrange, self.sort_wanted.emit)
        menu.popup(at)

    def _place_cells(self) -> None:
        room = self.view.viewport().width()
        hidden = max(self.columns.width - room, 0) if self.layout_name == "table" else 0
        self._across.setRange(0, hidden)
        self._across.setPageStep(room)
        self._across.setSingleStep(24)
        self._across.setVisible(hidden > 0)
        self._delegate.cells.cells = self.columns.cells(room, self._across.value())
        self.header.show_columns(self.columns, self._sort, self._across.value())
        self.view.viewport().update()
