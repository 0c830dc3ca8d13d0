"""The list of lines beside the chart: how the two share the width."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QWidget

_LEAST: Final = 200
_MOST: Final = 256
"""Pixels of the list: in a narrow window, and in a wide one."""


class Division(QSplitter):
    """In a narrow window the list gives way to the chart, until somebody has divided them by hand."""

    def __init__(self, list_: QWidget, rest: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._by_hand = False
        list_.setMinimumWidth(_LEAST)
        self.addWidget(list_)
        self.addWidget(rest)
        self.setStretchFactor(1, 1)
        self.setChildrenCollapsible(False)
        self.setHandleWidth(1)
        self.splitterMoved.connect(self._divided)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A fifth is the list's."""
        super().resizeEvent(event)
        if not self._by_hand:
            list_ = min(max(self.width() // 5, _LEAST), _MOST)
            self.setSizes([list_, max(self.width() - list_, 1)])

    def _divided(self, *_: int) -> None:
        self._by_hand = True
