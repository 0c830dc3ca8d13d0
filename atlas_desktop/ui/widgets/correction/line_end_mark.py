"""The faint mark of a line that ends with CR and LF: one position to delete, nothing to be read."""

from typing import Final

from PySide6.QtCore import QPointF, QRect, QRectF, QSizeF, Qt
from PySide6.QtGui import QPainter, QPen, QPyTextObject, QTextCharFormat, QTextDocument, QTextFormat

from atlas_desktop.ui.theme import Theme

MARK_TYPE: Final = QTextFormat.ObjectTypes.UserObject + 2
_WIDTH: Final = 9


def mark_format() -> QTextCharFormat:
    """The format of the object character that stands for the CR of CRLF."""
    text_format = QTextCharFormat()
    text_format.setObjectType(MARK_TYPE)
    return text_format


class LineEndMark(QPyTextObject):
    """Measures and paints it; Qt asks while it lays out and paints a line."""

    def __init__(self, theme: Theme, document: QTextDocument) -> None:
        super().__init__(document)
        self._theme = theme

    def intrinsicSize(self, doc: QTextDocument, pos: int, text_format: QTextFormat) -> QSizeF:
        """A little room after the last word."""
        return QSizeF(_WIDTH, 8)

    def drawObject(
        self, painter: QPainter, rect: QRectF | QRect, doc: QTextDocument, pos: int, text_format: QTextFormat
    ) -> None:
        """A small hook that points back to the start of the line."""
        frame = QRectF(rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._theme.tokens.color("muted"), 1))
        right, low = frame.right() - 1.5, frame.bottom() - 2.5
        mirrored = doc.defaultTextOption().textDirection() == Qt.LayoutDirection.RightToLeft
        tip = frame.left() + 2.5 if not mirrored else right
        far = right if not mirrored else frame.left() + 2.5
        inward = 2.5 if not mirrored else -2.5
        painter.drawPolyline([QPointF(far, low - 4), QPointF(far, low), QPointF(tip, low)])
        painter.drawPolyline(
            [QPointF(tip + inward, low - 2.5), QPointF(tip, low), QPointF(tip + inward, low + 2.5)]
        )
        painter.restore()
