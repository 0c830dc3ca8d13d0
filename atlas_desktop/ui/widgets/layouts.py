"""Rows, columns and hairlines on the 4-pixel grid."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from atlas_desktop.ui.theme import GRID

Margins = tuple[int, int, int, int]


def row(parent: QWidget | None = None, *, margins: Margins = (0, 0, 0, 0), gap: int = 2) -> QHBoxLayout:
    """Left to right (right to left where the language is). Margins and gap in grid units."""
    layout = QHBoxLayout(parent) if parent is not None else QHBoxLayout()
    _space(layout, margins, gap)
    return layout


def column(parent: QWidget | None = None, *, margins: Margins = (0, 0, 0, 0), gap: int = 0) -> QVBoxLayout:
    """Top to bottom. Margins and gap in grid units."""
    layout = QVBoxLayout(parent) if parent is not None else QVBoxLayout()
    _space(layout, margins, gap)
    return layout


def _space(layout: QBoxLayout, margins: Margins, gap: int) -> None:
    layout.setContentsMargins(*(GRID * each for each in margins))
    layout.setSpacing(GRID * gap)


def hairline(orientation: Qt.Orientation = Qt.Orientation.Horizontal) -> QFrame:
    """One pixel between two things: instead of boxes around them."""
    line = QFrame()
    line.setProperty("kind", "hairline")
    if orientation == Qt.Orientation.Horizontal:
        line.setFixedHeight(1)
    else:
        line.setFixedWidth(1)
    return line


def surface(kind: str) -> QWidget:
    """A plain widget whose background is the one of this kind: ``surface`` or ``strip``."""
    widget = QWidget()
    widget.setProperty("kind", kind)
    widget.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    return widget
