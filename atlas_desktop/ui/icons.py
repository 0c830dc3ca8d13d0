"""The app's own icons, drawn in the colour asked for. One stroke weight, 16 pixels."""

from functools import lru_cache
from typing import Final

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from atlas_desktop.resources import resource_path

_SIZE: Final = 16


@lru_cache(maxsize=512)
def pixmap(name: str, color: str, ratio: float = 1.0, size: int = _SIZE) -> QPixmap:
    """An icon as pixels, ``size`` device-independent pixels wide at this device pixel ratio."""
    side = round(size * ratio)
    image = QPixmap(side, side)
    image.fill(QColor(Qt.GlobalColor.transparent))
    painter = QPainter(image)
    QSvgRenderer(QByteArray(_svg(name).replace("currentColor", color).encode())).render(
        painter, QRectF(0, 0, side, side)
    )
    painter.end()
    image.setDevicePixelRatio(ratio)
    return image


def icon(name: str, color: str) -> QIcon:
    """An icon for buttons, sharp on ordinary and on double-density screens."""
    made = QIcon()
    for ratio in (1.0, 2.0):
        made.addPixmap(pixmap(name, color, ratio))
    return made


@lru_cache(maxsize=64)
def _svg(name: str) -> str:
    return resource_path("icons", f"{name}.svg").read_text(encoding="utf-8")
