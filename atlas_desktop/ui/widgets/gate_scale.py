"""A gate on its scale from 0 to 1: how the items scored, their mean as a bar, the minimum as a line across both."""

from math import sqrt
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from atlas_desktop.ui.theme import Theme

_HEIGHT: Final = 36
_BAR: Final = 6
_GAP: Final = 3
_QUIET: Final = 90
_WIDEST: Final = 14.0


class GateScale(QWidget):
    """Decoration: the row's words say the same. ``bins`` are counts in equal parts of 0..1."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._mean: float | None = None
        self._least = 1.0
        self._bins: tuple[int, ...] = ()
        self._tone = "good"
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(96)
        self.setMaximumWidth(420)
        theme.changed.connect(self.update)

    def show_gate(self, mean: float | None, least: float, bins: tuple[int, ...], tone: str) -> None:
        """A mean, the minimum, the distribution; ``tone`` is the token of the bar."""
        self._mean, self._least, self._bins, self._tone = mean, least, bins, tone
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as there is room for."""
        return QSize(240, _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Counts above, the bar under them, the minimum across."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            painter.translate(self.width(), 0)
            painter.scale(-1, 1)
        self._paint_bins(painter)
        self._paint_bar(painter)
        self._paint_least(painter)
        painter.end()

    def _paint_bins(self, painter: QPainter) -> None:
        most = max(self._bins, default=0)
        if not most:
            return
        room = _HEIGHT - _BAR - _GAP - 2
        step = self.width() / len(self._bins)
        for at, count in enumerate(self._bins):
            if count:
                # The root: three bad ones beside five hundred good ones are what one looks for.
                height = max(room * sqrt(count / most), 2.0)
                painter.setBrush(self._bin_color(at))
                wide = min(step * 3 / 4, _WIDEST)
                box = QRectF((at + 0.5) * step - wide / 2, 1 + room - height, wide, height)
                painter.drawRoundedRect(box, 1, 1)

    def _bin_color(self, at: int) -> QColor:
        """Quieter than the bar, of which it is the ground. What is wholly below an unmet minimum stands out."""
        tokens, last = self._theme.tokens, len(self._bins) - 1
        below = self._tone == "bad" and at < last and (at + 1) / len(self._bins) <= self._least
        color = tokens.color("bad" if below else "muted")
        if tokens.name != "contrast":
            color.setAlpha(_QUIET)
        return color

    def _paint_bar(self, painter: QPainter) -> None:
        tokens = self._theme.tokens
        top = float(_HEIGHT - _BAR - 1)
        track = QRectF(0.5, top, self.width() - 1.0, _BAR)
        if tokens.name == "contrast":
            painter.setPen(tokens.color("line"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
        else:
            painter.setBrush(tokens.color("line"))
        painter.drawRoundedRect(track, _BAR / 2, _BAR / 2)
        painter.setPen(Qt.PenStyle.NoPen)
        if self._mean:
            painter.setBrush(tokens.color(self._tone))
            painter.drawRoundedRect(QRectF(0.5, top, max(track.width() * self._mean, _BAR), _BAR), 3, 3)

    def _paint_least(self, painter: QPainter) -> None:
        tokens = self._theme.tokens
        x = min(max(self.width() * self._least, 2.0), self.width() - 2.0)
        painter.setBrush(tokens.color("text"))
        painter.drawRect(QRectF(x - 1, _HEIGHT - _BAR - 6, 2, _BAR + 6))
