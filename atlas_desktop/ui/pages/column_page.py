"""A page to read and fill in: one column of a good reading width, scrollable."""

from PySide6.QtCore import Qt
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
