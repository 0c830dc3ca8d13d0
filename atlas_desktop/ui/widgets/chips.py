"""How a hidden character looks in a payload: a small framed word such as ``RLO``."""

import html
import unicodedata
from typing import Final

from PySide6.QtCore import QRect, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QFont,
    QFontMetricsF,
    QPainter,
    QPen,
    QPyTextObject,
    QTextCharFormat,
    QTextDocument,
    QTextFormat,
)

from atlas_desktop.ui.hostile_text import chip_label
from atlas_desktop.ui.theme import Theme

OBJECT_TYPE: Final = QTextFormat.ObjectTypes.UserObject + 1
CHARACTER: Final = QTextFormat.Property.UserProperty + 1
_PADDING: Final = 4
_SCALE: Final = 0.8


def chip_format(character: str) -> QTextCharFormat:
    """The format of the object character that stands for a hidden one."""
    text_format = QTextCharFormat()
    text_format.setObjectType(OBJECT_TYPE)
    text_format.setProperty(CHARACTER, ord(character))
    return text_format


def chip_hint(code: int) -> str:
    """The tool tip of a chip, as HTML that is only an escaped text."""
    name = unicodedata.name(chr(code), "a control character")
    return html.escape(f"U+{code:04X} {name.lower()}: not visible in the text itself")


class ChipObject(QPyTextObject):
    """Measures and paints chips; Qt asks it while it lays out and paints a line."""

    def __init__(self, theme: Theme, document: QTextDocument) -> None:
        super().__init__(document)
        self._theme = theme

    def intrinsicSize(self, doc: QTextDocument, pos: int, text_format: QTextFormat) -> QSizeF:
        """As wide as its word, as high as a line of text."""
        metrics = QFontMetricsF(self._font())
        width = metrics.horizontalAdvance(chip_label(chr(text_format.intProperty(CHARACTER))))
        return QSizeF(width + 2 * _PADDING + 2, metrics.ascent() + 3)

    def drawObject(
        self, painter: QPainter, rect: QRectF | QRect, doc: QTextDocument, pos: int, text_format: QTextFormat
    ) -> None:
        """A frame and a word in the warning colour."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._font())
        painter.setPen(QPen(self._theme.tokens.color("warn"), 1))
        frame = QRectF(rect)
        painter.drawRoundedRect(frame.adjusted(1.5, 0.5, -1.5, -0.5), 3, 3)
        label = chip_label(chr(text_format.intProperty(CHARACTER)))
        painter.drawText(frame, Qt.AlignmentFlag.AlignCenter, label)
        painter.restore()

    def _font(self) -> QFont:
        font = self._theme.fonts.body
        smaller = QFont(font)
        if font.pointSizeF() > 0:
            smaller.setPointSizeF(font.pointSizeF() * _SCALE)
        else:
            smaller.setPixelSize(round(font.pixelSize() * _SCALE))
        return smaller
