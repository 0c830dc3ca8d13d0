"""How lines of a chart are told apart: a colour and a dash pattern each, so that neither is needed to be seen."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPen

from atlas_desktop.ui.theme import ThemeName

# Okabe and Ito, "Color Universal Design" (2008). On white some of them have less than 3:1, which a line needs
# (WCAG 1.4.11): orange 2.3, sky blue 2.3, yellow 1.3. They are darker there, of the same hue; the yellow is left to
# the dark themes, and black and white take each other's place.
_LIGHT: Final = ("#0072B2", "#D55E00", "#009E73", "#C0609A", "#AD7500", "#2F8FC6", "#1F1E1C", "#8F8600")
_DARK: Final = ("#56B4E9", "#E69F00", "#1FB98C", "#CC79A7", "#F0E442", "#E2713A", "#ECECEE", "#4E9FDB")
COLORS: Final[dict[ThemeName, tuple[str, ...]]] = {"light": _LIGHT, "dark": _DARK, "contrast": _DARK}

DASHES: Final[tuple[tuple[float, ...], ...]] = (
    (), (6, 2.5), (2.2, 1.4), (8, 2, 1.5, 2), (3.5, 2), (8, 2, 1.5, 2, 1.5, 2), (12, 3), (4, 1.5, 1, 1.5),
)  # fmt: skip
"""In widths of the pen."""


@dataclass(frozen=True, slots=True)
class LineLook:
    """Of the line at a place in the order of lines."""

    color: str
    dash: tuple[float, ...]

    def pen(self, width: float = 1.75, *, alpha: int = 255) -> QPen:
        """To draw it with."""
        color = QColor(self.color)
        color.setAlpha(alpha)
        pen = QPen(color, width)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        if self.dash:
            pen.setDashPattern(self.dash)
        return pen


def look_of(place: int, theme: ThemeName) -> LineLook:
    """How the line drawn at this place looks."""
    colors = COLORS[theme]
    return LineLook(colors[place % len(colors)], DASHES[place % len(DASHES)])


def before_pen(color: QColor, width: float = 1.8) -> QPen:
    """Of the period before: round dots, which no line is made of."""
    pen = QPen(color, width)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setDashPattern((0.01, 3.0))
    return pen
