"""Time runs to the right in any language."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from atlas_desktop.ui.pages.trends.multiples import Multiples
from atlas_desktop.ui.theme import Theme
from tests.ui.conftest import Desk

_FOOT = 16


def test_first_and_last_day_keep_their_places_in_a_mirrored_app(
    charted: Desk, theme: Theme, qapp: QApplication, qtbot: QtBot
) -> None:
    workspace = charted.session.workspace
    assert workspace is not None
    charts = Multiples(theme)
    qtbot.addWidget(charts)
    charts.resize(900, 500)
    charts.show_state(workspace.trends.state)
    charts.grab()  # the first time it takes on its fonts
    feet = []
    try:
        for direction in (Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft):
            qapp.setLayoutDirection(direction)
            feet.append(charts.grab(charts.rect().adjusted(0, 500 - _FOOT, 0, 0)).toImage())
    finally:
        qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    assert feet[0] == feet[1]
