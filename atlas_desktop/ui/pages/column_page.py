"""A page to read and fill in: one column of a good reading width, scrollable."""

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from atlas_desktop.ui.widgets.layouts import column, row, surface

_WIDTH = 640


class ColumnPage(QWidget):
    """``body`` takes the widgets."""

    def __init__(self, name: str) -> None:
        super().__init__()
        inside = surface("surface")
        across = row(inside, margins=(8, 8, 8, 8))
        across.addStretch(1)
        holder = QWidget()
        holder.setMaximumWidth(_WIDTH)
        self.body: QVBoxLayout = column(holder, gap=2)
        across.addWidget(holder, 8)
        across.addStretch(1)
        area = QScrollArea()
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setAccessibleName(name)
        self.area = area
        column(self).addWidget(area)
        self._revealed: QWidget | None = None
        self._reveal = QTimer(self)
        self._reveal.setSingleShot(True)
        self._reveal.setInterval(0)
        self._reveal.timeout.connect(self._scroll)

    def reveal(self, widget: QWidget) -> None:
        """Scroll until this is on view; what has just been shown has its place only when the events are through."""
        self._revealed = widget
        self._reveal.start()

    def _scroll(self) -> None:
        if self._revealed is not None:
            self.area.ensureWidgetVisible(self._revealed)
