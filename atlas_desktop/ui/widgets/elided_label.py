"""Plain text that gives way: what does not fit ends with an ellipsis instead of pushing others out."""

from typing import Final

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from atlas_desktop.ui.widgets.plain_label import PlainLabel, Role, Tone

_WRAP: Final = Qt.TextFlag.TextWordWrap
_STEP: Final = 8


class ElidedLabel(PlainLabel):
    """The whole text is what a screen reader gets."""

    def __init__(
        self, text: str = "", parent: QWidget | None = None, *, role: Role = "body", tone: Tone = "text"
    ) -> None:
        super().__init__(text, parent, role=role, tone=tone)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def minimumSizeHint(self) -> QSize:
        """None of it is indispensable."""
        return QSize(0, super().minimumSizeHint().height())

    @property
    def fits(self) -> bool:
        """Whether all of it is seen."""
        metrics = QFontMetrics(self.font())
        if self.wordWrap():
            return self._height(metrics, self.text()) <= self.height()
        return metrics.horizontalAdvance(self.text()) <= self.width()

    def paintEvent(self, event: QPaintEvent) -> None:
        """As much as fits."""
        if self.fits:
            super().paintEvent(event)
            return
        metrics = QFontMetrics(self.font())
        painter = QPainter(self)
        painter.setFont(self.font())
        painter.setPen(self.palette().color(self.foregroundRole()))
        if self.wordWrap():
            painter.drawText(self.rect(), int(self.alignment() | _WRAP), self._folded(metrics))
        else:
            short = metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
            painter.drawText(self.rect(), self.alignment() | Qt.AlignmentFlag.AlignVCenter, short)
        painter.end()

    def _folded(self, metrics: QFontMetrics) -> str:
        """As much of it as its rows hold, with an ellipsis. How much that is, is only known when it is broken."""
        rows = max(self.height() // metrics.lineSpacing(), 1)
        for room in range(rows * self.width(), self.width(), -_STEP):
            short = metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, room)
            if self._height(metrics, short) <= self.height():
                return short
        return metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())

    def _height(self, metrics: QFontMetrics, text: str) -> int:
        return metrics.boundingRect(QRect(0, 0, self.width(), 1), int(_WRAP), text).height()
