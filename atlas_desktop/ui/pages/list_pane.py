"""The left side of Review: how far one is, what is new, what is selected, and the calls."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QProgressBar, QWidget

from atlas_desktop.ui.models.call_list_model import CallListModel
from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.buttons import button
from atlas_desktop.ui.widgets.call_delegate import CallDelegate
from atlas_desktop.ui.widgets.call_list import CallList
from atlas_desktop.ui.widgets.layouts import column, hairline, row, surface
from atlas_desktop.ui.widgets.plain_label import PlainLabel

if TYPE_CHECKING:
    from atlas_desktop.app.review_state import ReviewProgress


class ListPane(QWidget):
    """The call list with a line over it and progress under it."""

    new_wanted = Signal()

    def __init__(self, theme: Theme, model: CallListModel, selected: Callable[[int], bool]) -> None:
        super().__init__()
        self.setMinimumWidth(240)
        self._delegate = CallDelegate(theme, selected)
        self.view = CallList(theme, self._delegate)
        self.view.setModel(model)
        self._new = button("Show new calls", self.new_wanted.emit, "quiet")
        self._selected = PlainLabel("", role="caption", tone="accent")
        self._top = surface("strip")
        self._top.setMinimumHeight(32)
        top = row(self._top, margins=(3, 0, 1, 0))
        top.addWidget(self._selected, 1)
        top.addWidget(self._new)
        self._progress = PlainLabel("", role="caption", tone="muted")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName("Rated calls of this filter")
        self._bottom = surface("strip")
        foot = column(self._bottom, margins=(3, 1, 3, 2), gap=1)
        foot.addWidget(self._progress)
        foot.addWidget(self._bar)
        layout = column(self)
        layout.addWidget(self._top)
        self._line = hairline()
        layout.addWidget(self._line)
        layout.addWidget(self.view, 1)
        layout.addWidget(hairline())
        layout.addWidget(self._bottom)
        self.show_state(0, 0, None)

    def show_state(self, new: int, selected: int, progress: "ReviewProgress | None") -> None:
        """Numbers say of how many."""
        self._new.setVisible(new > 0)
        self._new.setText(f"{new:,} new · show")
        self._new.setAccessibleName(f"Show {new:,} new calls")
        self._selected.setText(f"{selected:,} selected" if selected else "")
        self._top.setVisible(bool(new or selected))
        self._line.setVisible(bool(new or selected))
        if progress is not None:
            self._bottom.setVisible(progress.total > 0)
            self._progress.setText(f"{progress.rated:,} of {progress.total:,} rated")
            self._bar.setMaximum(max(progress.total, 1))
            self._bar.setValue(progress.rated)
