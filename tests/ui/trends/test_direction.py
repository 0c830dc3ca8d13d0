"""Time runs to the right in any language: what is drawn is the same however the app is laid out."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from atlas_desktop.ui.pages.trends.chart import TrendChart
from atlas_desktop.ui.pages.trends.multiples import Multiples
from atlas_desktop.ui.theme import Theme
from tests.ui.conftest import Desk

Drawer = Callable[[Theme], TrendChart | Multiples]


@pytest.mark.parametrize("drawer", [TrendChart, Multiples])
def test_a_chart_is_the_same_picture_in_a_mirrored_app(
    charted: Desk, theme: Theme, qapp: QApplication, qtbot: QtBot, drawer: Drawer
) -> None:
    workspace = charted.session.workspace
    assert workspace is not None
    drawn = drawer(theme)
    qtbot.addWidget(drawn)
    drawn.resize(900, 500)
    drawn.show_state(workspace.trends.state)
    try:
        pictures = []
        for direction in (Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft):
            qapp.setLayoutDirection(direction)
            image = QImage(900, 500, QImage.Format.Format_RGB32)
            image.fill(Qt.GlobalColor.white)
            painter = QPainter(image)
            drawn.paint(painter, QRectF(0, 0, 900, 500))
            painter.end()
            pictures.append(image)
    finally:
        qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    blank = QImage(900, 500, QImage.Format.Format_RGB32)
    blank.fill(Qt.GlobalColor.white)
    assert pictures[0] != blank
    assert pictures[0] == pictures[1]
