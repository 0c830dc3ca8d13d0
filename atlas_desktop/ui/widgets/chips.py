"""How a hidden character looks in a payload: a small framed word such as ``RLO``. And what is veiled: a block."""

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

from atlas_desktop.domain.veil import WORDS, label
from atlas_desktop.ui.hostile_text import chip_label, one_line
from atlas_desktop.ui.theme import Theme
from atlas_desktop.wording import tr

OBJECT_TYPE: Final = QTextFormat.ObjectTypes.UserObject + 1
CHARACTER: Final = QTextFormat.Property.UserProperty + 1
_COVERED: Final = QTextFormat.Property.UserProperty + 4
_COVER: Final = QTextFormat.Property.UserProperty + 5
_NONE: Final = -1
_PADDING: Final = 4
_SCALE: Final = 0.8


def chip_format(character: str) -> QTextCharFormat:
    """The format of the object character that stands for a hidden one."""
    text_format = QTextCharFormat()
    text_format.setObjectType(OBJECT_TYPE)
    text_format.setVerticalAlignment(QTextCharFormat.VerticalAlignment.AlignMiddle)
    text_format.setProperty(CHARACTER, ord(character))
    return text_format


def veil_format(kind: str, covered: str) -> QTextCharFormat:
    """The format of the object character that stands for something veiled; ``kind`` is empty where it goes on."""
    text_format = QTextCharFormat()
    text_format.setObjectType(OBJECT_TYPE)
    text_format.setVerticalAlignment(QTextCharFormat.VerticalAlignment.AlignMiddle)
    text_format.setProperty(CHARACTER, _NONE)
    text_format.setProperty(_COVERED, one_line(covered))
    text_format.setProperty(_COVER, kind)
    return text_format


def cover_of(text_format: QTextFormat) -> str | None:
    """The name of what is veiled here; None when nothing is."""
    if not text_format.hasProperty(_COVERED):
        return None
    kind = text_format.stringProperty(_COVER)
    return label(kind) if kind in WORDS else ""


def chip_hint(code: int) -> str:
    """The tool tip of a chip, as HTML that is only an escaped text."""
    name = unicodedata.name(chr(code), "a control character")
    return html.escape(f"U+{code:04X} {name.lower()}: not visible in the text itself")


def veil_hint() -> str:
    """The tool tip of what is veiled, as HTML that is only an escaped text."""
    return html.escape(tr("Veiled. Holding a key shows it; that is noted on this computer."))


class ChipObject(QPyTextObject):
    """Measures and paints chips; Qt asks it while it lays out and paints a line."""

    def __init__(self, theme: Theme, document: QTextDocument) -> None:
        super().__init__(document)
        self._theme = theme
        self.peeking = False
        """Whether what is veiled is shown."""
        # Qt asks for the size of each chip of a line at each layout and each paint of it: 600,000 times for 50,000.
        self._sizes: dict[int, QSizeF] = {}
        self._small: QFont | None = None
        theme.changed.connect(self._forget)

    def _forget(self) -> None:
        self._sizes.clear()
        self._small = None

    def intrinsicSize(self, doc: QTextDocument, pos: int, text_format: QTextFormat) -> QSizeF:
        """As wide as its word, as high as a line of text. A block is as wide as what it covers: it stays so."""
        code = text_format.intProperty(CHARACTER)
        known = self._sizes.get(code)
        if known is not None:
            return known
        metrics = QFontMetricsF(self._font())
        if code != _NONE:
            width = metrics.horizontalAdvance(chip_label(chr(code)))
            return self._sizes.setdefault(code, _size(width, metrics))
        covered = QFontMetricsF(self._theme.fonts.body).horizontalAdvance(_covered(text_format))
        return _size(max(metrics.horizontalAdvance(cover_of(text_format) or ""), covered), metrics)

    def drawObject(
        self, painter: QPainter, rect: QRectF | QRect, doc: QTextDocument, pos: int, text_format: QTextFormat
    ) -> None:
        """A frame and a word in the warning colour; a block for what is veiled, a frame while it is peeked at."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if cover_of(text_format) is None:
            self._draw_chip(painter, QRectF(rect), chip_label(chr(text_format.intProperty(CHARACTER))))
        else:
            self._draw_veiled(painter, QRectF(rect), text_format)
        painter.restore()

    def _draw_chip(self, painter: QPainter, frame: QRectF, word: str) -> None:
        painter.setPen(QPen(self._theme.tokens.color("warn"), 1))
        painter.setFont(self._font())
        painter.drawRoundedRect(_inside(frame), 3, 3)
        painter.drawText(frame, Qt.AlignmentFlag.AlignCenter, word)

    def _draw_veiled(self, painter: QPainter, frame: QRectF, text_format: QTextFormat) -> None:
        tokens = self._theme.tokens
        if self.peeking:
            painter.setPen(QPen(tokens.color("warn"), 1, Qt.PenStyle.DotLine))
            painter.setFont(self._theme.fonts.body)
        else:
            painter.setPen(QPen(tokens.color("strong_line"), 1))
            painter.setBrush(tokens.color("raised"))
            painter.setFont(self._font())
        painter.drawRoundedRect(_inside(frame), 3, 3)
        painter.setPen(tokens.color("text" if self.peeking else "muted"))
        words = _covered(text_format) if self.peeking else cover_of(text_format)
        painter.drawText(frame, Qt.AlignmentFlag.AlignCenter, words or "")

    def _font(self) -> QFont:
        if self._small is None:
            font = self._theme.fonts.body
            self._small = QFont(font)
            if font.pointSizeF() > 0:
                self._small.setPointSizeF(font.pointSizeF() * _SCALE)
            else:
                self._small.setPixelSize(round(font.pixelSize() * _SCALE))
        return self._small


def _size(width: float, metrics: QFontMetricsF) -> QSizeF:
    return QSizeF(width + 2 * _PADDING + 2, metrics.ascent() + 3)


def _inside(frame: QRectF) -> QRectF:
    return frame.adjusted(1.5, 0.5, -1.5, -0.5)


def _covered(text_format: QTextFormat) -> str:
    return text_format.stringProperty(_COVERED)
