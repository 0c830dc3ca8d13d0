"""What stands over the chart: of what it is, where the figures are from, and the ways to show them."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from atlas_desktop.ui.theme import GRID
from atlas_desktop.ui.widgets.choices import Segments
from atlas_desktop.ui.widgets.plain_label import PlainLabel

_GAP = 3 * GRID


class Heading(QWidget):
    """Where the source does not fit beside the title it goes under it, on as many lines as it needs: it is never cut."""

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
        self._grid.addWidget(layouts, 0, 2)
        self._under: bool | None = None
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
        """Title and ways."""
        return QSize(
            self.title.sizeHint().width() + self._layouts.sizeHint().width() + 10 * GRID,
            super().minimumSizeHint().height(),
        )

    def _arrange(self) -> None:
        words = self.source.fontMetrics().horizontalAdvance(self.source.text())
        taken = self.title.sizeHint().width() + self._layouts.sizeHint().width() + 2 * _GAP + 7 * GRID
        under = taken + words > self.width()
        if under == self._under:
            return
        self._under = under
        self._grid.removeWidget(self.source)
        self.source.setWordWrap(under)
        if under:
            self._grid.addWidget(self.source, 1, 0, 1, 3)
        else:
            self._grid.addWidget(self.source, 0, 1)
