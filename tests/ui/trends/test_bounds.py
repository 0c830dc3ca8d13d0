"""The bounds of a year, painted pixel by pixel."""

import numpy as np
import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

from atlas_desktop.ui.pages.trends.strokes import _paint_filled

X = np.array([10.0, 20.0, 30.0])
HIGH = np.array([10.0, 20.0, 10.0])
LOW = np.array([40.0, 30.0, 40.0])


@pytest.mark.parametrize("clip", [None, QRectF(0, 0, 25, 50), QRectF(60, 60, 5, 5)])
def test_what_lies_between_is_filled_and_nothing_else(qapp: QApplication, clip: QRectF | None) -> None:
    image = QImage(50, 50, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.white)
    color = QColor(200, 0, 0, 128)
    painter = QPainter(image)
    painter.setClipRect(clip if clip is not None else QRectF(0, 0, 50, 50))
    _paint_filled(painter, X, HIGH, LOW, color)
    painter.end()
    assert qapp is not None
    for x in range(50):
        for y in range(50):
            middle = x + 0.5
            inside = 10 <= x < 30 and np.interp(middle, X, HIGH) <= y + 0.5 < np.interp(middle, X, LOW)
            if clip is not None and not clip.contains(middle, y + 0.5):
                inside = False
            wanted = QColor(227, 127, 127) if inside else QColor("white")
            found = image.pixelColor(x, y)
            assert abs(found.red() - wanted.red()) <= 1, (x, y)
            assert abs(found.green() - wanted.green()) <= 1, (x, y)
