"""How one call looks in the list: a mark, two or three short lines. Paints from ready texts only."""

from collections.abc import Callable
from time import time
from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from atlas_desktop.ui import icons
from atlas_desktop.ui.models.call_list_model import ROW_ROLE
from atlas_desktop.ui.models.row_text import RowText, ago
from atlas_desktop.ui.theme import ICON, Density, Theme

_GUTTER: Final = 32
_PAD: Final = 12
_HEIGHTS: Final[dict[Density, int]] = {"comfortable": 68, "compact": 44}
_LINES: Final[dict[Density, int]] = {"comfortable": 3, "compact": 2}
_LINE: Final = 20
_MARKS: Final = {"good": ("good", "good"), "bad": ("bad", "bad"), "unsure": ("unsure", "warn")}


class CallDelegate(QStyledItemDelegate):
    """Every row is equally high, so Qt never measures one."""

    def __init__(self, theme: Theme, selected: Callable[[int], bool]) -> None:
        super().__init__()
        self._theme = theme
        self._selected = selected
        self._now_ms = 0
        self.ringed = False
        self._elided: dict[tuple[str, int, bool], str] = {}
        theme.changed.connect(self._elided.clear)

    @property
    def row_height(self) -> int:
        """The height of a row in the density in force."""
        return _HEIGHTS[self._theme.density]

    def begin_frame(self, *, ringed: bool) -> None:
        """Called once a paint of the list: relative times are of one moment; ``ringed`` when the keyboard is here."""
        self.ringed = ringed
        self._now_ms = round(time() * 1000)
        if len(self._elided) > 4_000:
            self._elided.clear()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """The row height of the density in force."""
        return QSize(200, self.row_height)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """One row."""
        text = index.data(ROW_ROLE)
        place = _Place(option.rect, option.direction == Qt.LayoutDirection.RightToLeft)
        current = bool(option.state & QStyle.StateFlag.State_Selected)
        chosen = text is not None and self._selected(text.seq)
        painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        self._background(painter, place, current=current, chosen=chosen)
        if text is None:
            painter.setPen(self._color("muted"))
            painter.setFont(self._theme.fonts.body)
            painter.drawText(place.box(_GUTTER, 0, 40, option.rect.height()), place.start, "…")
            return
        self._mark(painter, place, text, chosen=chosen)
        self._lines(painter, place, text)

    def _background(self, painter: QPainter, place: "_Place", *, current: bool, chosen: bool) -> None:
        tokens, rect = self._theme.tokens, place.rect
        if current or chosen:
            painter.fillRect(rect, tokens.color("selection" if current else "raised"))
            painter.fillRect(place.box(0, 0, 3, rect.height() - 1), tokens.color("accent"))
        painter.fillRect(
            place.box(_GUTTER, rect.height() - 1, rect.width() - _GUTTER, 1), tokens.color("line")
        )
        if current and self.ringed:
            painter.setPen(tokens.color("focus"))
            painter.drawRect(rect.adjusted(0, 0, -1, -2))

    def _mark(self, painter: QPainter, place: "_Place", text: RowText, *, chosen: bool) -> None:
        top = self._top() + 2
        if chosen:
            self._icon(painter, place.box(10, top, ICON, ICON), "selected", "accent")
            top += _LINE
        box = place.box(10, top, ICON, ICON)
        if text.mark in _MARKS:
            self._icon(painter, box, *_MARKS[text.mark])
        elif not chosen:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(self._color("strong_line"), 1.5))
            painter.drawEllipse(box.adjusted(4, 4, -4, -4))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _lines(self, painter: QPainter, place: "_Place", text: RowText) -> None:
        fonts, three = self._theme.fonts, _LINES[self._theme.density] == 3
        top, width = self._top(), place.rect.width() - _GUTTER - _PAD
        taken = self._trailing(painter, place, top, text)
        self._pair(painter, place, top, width - taken - 8, text)
        if three:
            top += _LINE
            painter.setPen(self._color("muted"))
            self._draw(painter, place, place.box(_GUTTER, top, width, _LINE), text.model, fonts.caption)
        painter.setPen(self._color("text" if three else "muted"))
        self._draw(painter, place, place.box(_GUTTER, top + _LINE, width, _LINE), text.preview, fonts.body)

    def _pair(self, painter: QPainter, place: "_Place", top: int, width: int, text: RowText) -> None:
        fonts = self._theme.fonts
        painter.setPen(self._color("text"))
        taken = min(QFontMetrics(fonts.strong).horizontalAdvance(text.operation) + 2, width)
        self._draw(painter, place, place.box(_GUTTER, top, taken, _LINE), text.operation, fonts.strong)
        rest = width - taken - 8
        if rest > 24:
            painter.setPen(self._color("muted"))
            box = place.box(_GUTTER + taken + 8, top, rest, _LINE)
            self._draw(painter, place, box, text.customer, fonts.body)

    def _trailing(self, painter: QPainter, place: "_Place", top: int, text: RowText) -> int:
        """Time and small states at the end of the first line; returns the width taken."""
        caption = self._theme.fonts.caption
        when = ago(text.created_ms, self._now_ms)
        taken = QFontMetrics(caption).horizontalAdvance(when)
        end = place.rect.width() - _PAD
        painter.setFont(caption)
        painter.setPen(self._color("muted"))
        painter.drawText(place.box(end - taken, top, taken, _LINE), place.start, when)
        states = (
            ("attention", "bad", text.needs_you),
            ("pending", "muted", text.pending and not text.needs_you),
            ("corrected", "muted", text.corrected),
        )
        for name, token, shown in states:
            if shown:
                taken += ICON + 4
                self._icon(painter, place.box(end - taken, top + 2, ICON, ICON), name, token)
        return taken

    def _icon(self, painter: QPainter, box: QRect, name: str, token: str) -> None:
        ratio = painter.device().devicePixelRatio()
        painter.drawPixmap(box.topLeft(), icons.pixmap(name, getattr(self._theme.tokens, token), ratio))

    def _draw(self, painter: QPainter, place: "_Place", box: QRect, text: str, font: QFont) -> None:
        key = (text, box.width(), font.bold())
        short = self._elided.get(key)
        if short is None:
            short = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, box.width())
            self._elided[key] = short
        painter.setFont(font)
        painter.drawText(box, place.start, short)

    def _top(self) -> int:
        return (_HEIGHTS[self._theme.density] - _LINES[self._theme.density] * _LINE) // 2

    def _color(self, token: str) -> QColor:
        return self._theme.tokens.color(token)


class _Place:
    """Where things stand in a row, counted from the side where lines begin."""

    __slots__ = ("_mirrored", "rect", "start")

    def __init__(self, rect: QRect, mirrored: bool) -> None:
        self.rect = rect
        self._mirrored = mirrored
        side = Qt.AlignmentFlag.AlignRight if mirrored else Qt.AlignmentFlag.AlignLeft
        self.start = side | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter

    def box(self, x: int, y: int, width: int, height: int) -> QRect:
        """A rectangle ``x`` pixels from the start side, ``y`` below the top."""
        left = self.rect.right() + 1 - x - width if self._mirrored else self.rect.left() + x
        return QRect(left, self.rect.top() + y, width, height)
