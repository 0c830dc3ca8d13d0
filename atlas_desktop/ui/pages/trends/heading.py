"""What stands over the chart: of what it is, where the figures are from, and the ways to show them."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from atlas_desktop.ui.theme import GRID
from atlas_desktop.ui.widgets.choices import Segments
from atlas_desktop.ui.widgets.plain_label import PlainLabel

_GAP = 3 * GRID


class Heading(QWidget):
    """What does not fit beside the title goes under it; the source on as many lines as it needs. Nothing is cut."""

    def __init__(self, layouts: Segments) -> None:
        super().__init__()
        self.title = PlainLabel("", role="strong")
        self.source = PlainLabel("", role="caption", tone="muted")
        self._layouts = layouts
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(4 * GRID, GRID, 3 * GRID, 0)
        self._grid.setHorizontalSpacing(_GAP)
        self._grid.setVerticalSpacing(0)
        self._grid.setColumnStretch(1, 1)
        self._grid.addWidget(self.title, 0, 0)
        self._arranged: tuple[bool, bool] | None = None
        self._arrange()

    def show_words(self, title: str, source: str) -> None:
        """Say this."""
        self.title.setText(title)
        if source != self.source.text():
            self.source.setText(source)
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The source goes where there is room."""
        super().resizeEvent(event)
        self._arrange()

    def minimumSizeHint(self) -> QSize:
        """The ways, which are never cut."""
        return QSize(self._layouts.sizeHint().width() + 7 * GRID, super().minimumSizeHint().height())

    def _arrange(self) -> None:
        words = self.source.fontMetrics().horizontalAdvance(self.source.text())
        taken = self.title.sizeHint().width() + self._layouts.sizeHint().width() + _GAP + 7 * GRID
        tight, under = taken > self.width(), taken + words + _GAP > self.width()
        if (tight, under) == self._arranged:
            return
        self._arranged = tight, under
        for each in (self.source, self._layouts):
            self._grid.removeWidget(each)
        self.source.setWordWrap(under)
        side = Qt.AlignmentFlag.AlignLeading
        if tight:
            self._grid.addWidget(self._layouts, 1, 0, 1, 3, side)
        else:
            self._grid.addWidget(self._layouts, 0, 2)
        if under:
            self._grid.addWidget(self.source, 2, 0, 1, 3)
        else:
            self._grid.addWidget(self.source, 0, 1)
