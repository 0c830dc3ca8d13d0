"""How rows are drawn: text cut to its box once and kept, found words marked, icons, all from the start side."""

from typing import Final

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QPainter,
    QPen,
    QTextCharFormat,
    QTextLayout,
    QTextOption,
)

from atlas_desktop.ui import icons
from atlas_desktop.ui.models.row_text import Mark, RowText, Spans
from atlas_desktop.ui.theme import ICON, Theme

LINE: Final = 20
_MARKS: Final = {
    "good": ("good", "good"),
    "bad": ("bad", "bad"),
    "unsure": ("unsure", "warn"),
    "mixed": ("mixed", "warn"),
}
_KEPT: Final = 4_000
_FOUND_ALPHA: Final = 56


class Place:
    """Where things stand in a row, counted from the side where lines begin."""

    __slots__ = ("_mirrored", "end", "rect", "start")

    def __init__(self, rect: QRect, mirrored: bool) -> None:
        self.rect = rect
        self._mirrored = mirrored
        sides = (Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight)
        fixed = Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter
        self.start = sides[mirrored] | fixed
        self.end = sides[not mirrored] | fixed

    def box(self, x: int, y: int, width: int, height: int) -> QRect:
        """A rectangle ``x`` pixels from the start side, ``y`` below the top."""
        left = self.rect.right() + 1 - x - width if self._mirrored else self.rect.left() + x
        return QRect(left, self.rect.top() + y, width, height)


class RowBrush:
    """Draws parts of rows. What it measured it keeps: a row is painted many times, and seldom changes."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._elided: dict[tuple[str, int, bool], str] = {}
        self._marked: dict[tuple[str, int, Spans], QTextLayout] = {}
        theme.changed.connect(self._forget)

    def begin_frame(self) -> None:
        """Called once a paint."""
        if len(self._elided) > _KEPT:
            self._elided.clear()
        if len(self._marked) > _KEPT // 10:
            self._marked.clear()

    def color(self, token: str) -> QColor:
        """A colour of the theme."""
        return self._theme.tokens.color(token)

    def text(
        self,
        painter: QPainter,
        place: Place,
        box: QRect,
        text: str,
        font: QFont,
        *,
        found: Spans = (),
        numeric: bool = False,
    ) -> None:
        """One line in a box, cut with ``…`` where it is longer; numbers at the end side."""
        if not text:
            return
        side = place.end if numeric else place.start
        key = (text, box.width(), font.bold())
        short = self._elided.get(key)
        if short is None:
            short = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, box.width())
            self._elided[key] = short
        if found:
            self._layout(short, box.width(), font, found, side).draw(painter, QPointF(box.topLeft()))
            return
        painter.setFont(font)
        painter.drawText(box, side, short)

    def icon(self, painter: QPainter, box: QRect, name: str, token: str) -> None:
        """A small picture."""
        ratio = painter.device().devicePixelRatio()
        painter.drawPixmap(box.topLeft(), icons.pixmap(name, getattr(self._theme.tokens, token), ratio))

    def mark(self, painter: QPainter, box: QRect, mark: Mark, *, empty: bool = True) -> None:
        """The rating as a shape; a ring (unless not ``empty``) where there is none."""
        if mark in _MARKS:
            self.icon(painter, box, *_MARKS[mark])
        elif empty:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(self.color("strong_line"), 1.5))
            painter.drawEllipse(box.adjusted(4, 4, -4, -4))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def states(self, painter: QPainter, place: Place, end: int, top: int, text: RowText) -> int:
        """Small icons of what else there is to know, before ``end``; returns the width taken."""
        taken = 0
        for name, token, shown in (
            ("attention", "bad", text.needs_you),
            ("pending", "muted", text.pending and not text.needs_you),
            ("corrected", "muted", text.corrected),
        ):
            if shown:
                taken += ICON + 4
                self.icon(painter, place.box(end - taken, top + 2, ICON, ICON), name, token)
        return taken

    def copies(self, painter: QPainter, place: Place, end: int, top: int, text: RowText) -> int:
        """``×37`` in a quiet frame before ``end``; returns the width taken, 0 when nothing is folded."""
        if text.copies < 2:
            return 0
        caption, words = self._theme.fonts.caption, f"×{text.copies:,}"
        width = QFontMetrics(caption).horizontalAdvance(words) + 10
        box = place.box(end - width, top + 2, width, LINE - 4)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self.color("strong_line"))
        painter.drawRoundedRect(box.toRectF().adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setFont(caption)
        painter.setPen(self.color("text"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)
        return width + 6

    def _layout(
        self, short: str, width: int, font: QFont, found: Spans, side: Qt.AlignmentFlag
    ) -> QTextLayout:
        key = (short, width, found)
        made = self._marked.get(key)
        if made is None:
            made = self._marked[key] = self._laid_out(short, width, font, found, side)
        return made

    def _laid_out(
        self, short: str, width: int, font: QFont, found: Spans, side: Qt.AlignmentFlag
    ) -> QTextLayout:
        layout = QTextLayout(short, font)
        option = QTextOption(side & ~Qt.AlignmentFlag.AlignVertical_Mask)
        option.setWrapMode(QTextOption.WrapMode.NoWrap)
        layout.setTextOption(option)
        layout.setFormats([_range(start, stop, self._found()) for start, stop in _utf16(short, found)])
        layout.beginLayout()
        line = layout.createLine()
        line.setLineWidth(width)
        line.setPosition(QPointF(0, (LINE - line.height()) / 2))
        layout.endLayout()
        return layout

    def _found(self) -> QTextCharFormat:
        looks = QTextCharFormat()
        background = self.color("warn")
        background.setAlpha(_FOUND_ALPHA)
        looks.setBackground(background)
        looks.setForeground(self._theme.tokens.color("text"))  # muted on it would be 3:1
        # Not by colour alone.
        looks.setFontUnderline(self._theme.tokens.name == "contrast")
        return looks

    def _forget(self) -> None:
        self._elided.clear()
        self._marked.clear()


def _range(start: int, stop: int, looks: QTextCharFormat) -> QTextLayout.FormatRange:
    made = QTextLayout.FormatRange()
    made.start, made.length, made.format = start, stop - start, looks
    return made


def _utf16(text: str, spans: Spans) -> list[tuple[int, int]]:
    """Spans in the units Qt counts in, as far as they are in the text."""
    return [
        (_units(text, start), _units(text, min(stop, len(text))))
        for start, stop in spans
        if start < len(text)
    ]


def _units(text: str, at: int) -> int:
    return len(text[:at].encode("utf-16-le", "surrogatepass")) // 2
