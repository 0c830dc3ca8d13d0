"""How large the window is at first, and how small it may get: never larger than the screen has room for."""

from typing import Final

from PySide6.QtCore import QSize

SMALLEST: Final = QSize(1024, 700)
FIRST: Final = QSize(1360, 860)
# Borders and title bar: how large they are is known only when the window shows.
_FRAME: Final = QSize(8, 40)


def first_size(available: QSize) -> QSize:
    """What is inside the frame, for a screen with this much room beside its panels."""
    return FIRST.boundedTo(available - _FRAME)


def smallest_size(available: QSize) -> QSize:
    """As small as it may be made."""
    return SMALLEST.boundedTo(available - _FRAME)
