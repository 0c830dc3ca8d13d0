"""One line of plain text that gives way: what does not fit ends with an ellipsis instead of pushing others out."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from atlas_desktop.ui.widgets.plain_label import PlainLabel, Role, Tone


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

    def paintEvent(self, event: QPaintEvent) -> None:
        """As much as fits."""
        metrics = QFontMetrics(self.font())
        if metrics.horizontalAdvance(self.text()) <= self.width():
            super().paintEvent(event)
            return
        painter = QPainter(self)
        painter.setFont(self.font())
        painter.setPen(self.palette().color(self.foregroundRole()))
        short = metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(self.rect(), self.alignment() | Qt.AlignmentFlag.AlignVCenter, short)
        painter.end()
