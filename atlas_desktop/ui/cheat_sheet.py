"""Every key, over the window: a view of the command table. The same key closes it."""

from collections.abc import Sequence
from itertools import groupby
from typing import Final

from PySide6.QtCore import QEvent, QObject, QRect, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QWidget

from atlas_desktop.app.commands import Command
from atlas_desktop.ui.theme import GRID, Theme
from atlas_desktop.ui.widgets.key_caps import KeyCaps
from atlas_desktop.ui.widgets.layouts import column, row, surface
from atlas_desktop.ui.widgets.plain_label import PlainLabel

_COLUMNS: Final = 3
_KEYS: Final = 2
_LINE: Final = 24
_MARGIN: Final = 48
_WIDEST: Final = 940
_HEAD: Final = 80


class CheatSheet(QWidget):
    """Covers the window, takes no decisions: Esc, F1, ``?`` or a click beside it closes it."""

    def __init__(self, theme: Theme, commands: Sequence[Command], parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._over = parent
        self.setAccessibleName("Keys")
        self._card = surface("surface")
        self._card.setParent(self)
        layout = column(self._card, margins=(6, 4, 6, 4), gap=3)
        head = row(gap=3)
        head.addWidget(PlainLabel("Keys", role="title"))
        head.addStretch()
        head.addWidget(KeyCaps(theme, [("Esc", "close")]).hug())
        layout.addLayout(head)
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setAccessibleName("Keys by subject")
        self._table = _table(theme, commands)
        area.setWidget(self._table)
        self._area = area
        layout.addWidget(area, 1)
        parent.installEventFilter(self)
        self.hide()

    def toggle(self) -> None:
        """Open over the whole window, or close."""
        if self.isVisible():
            self.hide()
            return
        self._fit()
        self.show()
        self.raise_()

    def scroll_by_key(self, name: str) -> bool:
        """Scroll by a key; False for a key that does not."""
        steps = {"Down": 0.1, "J": 0.1, "Up": -0.1, "K": -0.1, "PgDown": 1, "Space": 1, "PgUp": -1}
        if name not in steps:
            return False
        bar = self._area.verticalScrollBar()
        bar.setValue(bar.value() + round(steps[name] * bar.pageStep()))
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Grow and shrink with the window."""
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._fit()
        return False

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click beside the card closes."""
        if not self._card.geometry().contains(event.position().toPoint()):
            self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Dim what is behind, frame the card."""
        painter = QPainter(self)
        shade = QColor(0, 0, 0, 96 if self._theme.tokens.name == "light" else 160)
        painter.fillRect(self.rect(), shade)
        painter.setPen(self._theme.tokens.color("strong_line"))
        painter.drawRect(self._card.geometry().adjusted(-1, -1, 0, 0))
        painter.end()

    def _fit(self) -> None:
        parent = self._over
        self.setGeometry(parent.rect())
        width = min(parent.width() - 2 * _MARGIN, _WIDEST)
        wanted = self._table.sizeHint().height() + _HEAD
        height = min(parent.height() - 2 * _MARGIN, wanted)
        self._card.setGeometry(
            QRect((parent.width() - width) // 2, (parent.height() - height) // 2, width, height)
        )


def _table(theme: Theme, commands: Sequence[Command]) -> QWidget:
    holder = surface("surface")
    grid = QGridLayout(holder)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(6 * GRID)
    grid.setVerticalSpacing(4 * GRID)
    groups = [(menu, [*each]) for menu, each in groupby(commands, key=lambda command: command.menu)]
    columns = [column(gap=4) for _ in range(_COLUMNS)]
    heights = [0] * _COLUMNS
    for menu, members in groups:
        lowest = heights.index(min(heights))
        columns[lowest].addWidget(_group(theme, menu, members))
        heights[lowest] += len(members) + 2
    for number, each in enumerate(columns):
        each.addStretch()
        grid.addLayout(each, 0, number)
        grid.setColumnStretch(number, 1)
    return holder


def _group(theme: Theme, menu: str, members: Sequence[Command]) -> QWidget:
    holder = QWidget()
    layout = QGridLayout(holder)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setHorizontalSpacing(2 * GRID)
    layout.setVerticalSpacing(0)
    layout.setColumnStretch(0, 1)
    layout.addWidget(PlainLabel(menu, role="caption", tone="accent"), 0, 0, 1, 2)
    for line, command in enumerate((each for each in members if each.keys), 1):
        layout.addWidget(PlainLabel(command.title), line, 0)
        caps = KeyCaps(theme, [(stroke, "") for stroke in command.keys[:_KEYS]]).hug()
        caps.setFixedHeight(_LINE)
        layout.addWidget(caps, line, 1, Qt.AlignmentFlag.AlignRight)
    return holder
