"""Keys as they are engraved, whatever the writing direction."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QImage, QPainter

from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.key_caps import paint_cap


def _painted(theme: Theme, key: str, direction: Qt.LayoutDirection) -> QImage:
    image = QImage(40, 28, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    painter.setLayoutDirection(direction)
    paint_cap(painter, theme, QRect(0, 0, 40, 28), key)
    assert painter.layoutDirection() == direction
    painter.end()
    return image


def test_a_bracket_is_not_mirrored_into_another_key(theme: Theme) -> None:
    right_to_left = Qt.LayoutDirection.RightToLeft
    for key, other in (("]", "["), ("[", "]")):
        there = _painted(theme, key, right_to_left)
        assert there == _painted(theme, key, Qt.LayoutDirection.LeftToRight)
        assert there != _painted(theme, other, Qt.LayoutDirection.LeftToRight)
