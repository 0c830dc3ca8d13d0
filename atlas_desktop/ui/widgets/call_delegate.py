"""How one call looks in the list: a mark, two or three short lines. Paints from ready texts only."""

from collections.abc import Callable
from time import time
from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from atlas_desktop.ui import icons
from atlas_desktop.ui.models.call_list_model import ROW_ROLE
from atlas_desktop.ui.models.row_text import RowText, ago
from atlas_desktop.ui.theme import Density, Theme

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

    def begin_frame(self, *, ringed: bool) -> None:
        """Called once a paint of the list: relative times are of one moment; ``ringed`` when the keyboard is here."""
        self.ringed = ringed
        self._now_ms = round(time() * 1000)
        if len(self._elided) > 4_000:
            self._elided.clear()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """The row height of the density in force."""
        return QSize(200, _HEIGHTS[self._theme.density])

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """One row."""
        text = index.data(ROW_ROLE)
        rect: QRect = option.rect
        current = bool(option.state & QStyle.StateFlag.State_HasFocus) or bool(
            option.state & QStyle.StateFlag.State_Selected
        )
        chosen = text is not None and self._selected(text.seq)
        self._background(painter, rect, current=current, chosen=chosen)
        if current and self.ringed:
            painter.setPen(self._color("focus"))
            painter.drawRect(rect.adjusted(0, 0, -1, -2))
        if text is None:
            painter.setPen(self._color("muted"))
            painter.drawText(rect.adjusted(_GUTTER, 0, -_PAD, 0), Qt.AlignmentFlag.AlignVCenter, "…")
            return
        self._mark(painter, rect, text, chosen=chosen)
        self._lines(painter, rect.adjusted(_GUTTER, 0, -_PAD, -1), text)

    def _background(self, painter: QPainter, rect: QRect, *, current: bool, chosen: bool) -> None:
        tokens = self._theme.tokens
        if current:
            painter.fillRect(rect, tokens.color("selection"))
        elif chosen:
            painter.fillRect(rect, tokens.color("raised"))
        if current or chosen:
            painter.fillRect(QRect(rect.left(), rect.top(), 3, rect.height() - 1), tokens.color("accent"))
        painter.setPen(tokens.color("line"))
        painter.drawLine(rect.left() + _GUTTER, rect.bottom(), rect.right(), rect.bottom())

    def _mark(self, painter: QPainter, rect: QRect, text: RowText, *, chosen: bool) -> None:
        ratio = painter.device().devicePixelRatio()
        at = QPoint(rect.left() + 10, rect.top() + self._top() + 2)
        if chosen:
            painter.drawPixmap(at, icons.pixmap("selected", self._theme.tokens.accent, ratio))
            at += QPoint(0, _LINE)
        if text.mark in _MARKS:
            name, token = _MARKS[text.mark]
            painter.drawPixmap(at, icons.pixmap(name, getattr(self._theme.tokens, token), ratio))
        elif not chosen:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(self._color("strong_line"), 1.5))
            painter.drawEllipse(at + QPoint(8, 8), 4, 4)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _lines(self, painter: QPainter, rect: QRect, text: RowText) -> None:
        fonts = self._theme.fonts
        line = QRect(rect.left(), rect.top() + self._top(), rect.width(), _LINE)
        right = self._trailing(painter, line, text)
        self._pair(painter, line.adjusted(0, 0, -right - 8, 0), text.operation, text.customer)
        if _LINES[self._theme.density] == 3:
            line.translate(0, _LINE)
            painter.setFont(fonts.caption)
            painter.setPen(self._color("muted"))
            self._draw(painter, line, text.model, fonts.caption)
        line.translate(0, _LINE)
        painter.setFont(fonts.body)
        painter.setPen(self._color("text" if _LINES[self._theme.density] == 3 else "muted"))
        self._draw(painter, line, text.preview, fonts.body)

    def _pair(self, painter: QPainter, line: QRect, operation: str, customer: str) -> None:
        fonts = self._theme.fonts
        painter.setFont(fonts.strong)
        painter.setPen(self._color("text"))
        metrics = QFontMetrics(fonts.strong)
        taken = min(metrics.horizontalAdvance(operation), line.width())
        self._draw(painter, line, operation, fonts.strong)
        rest = line.adjusted(taken + 8, 0, 0, 0)
        if rest.width() > 24:
            painter.setFont(fonts.body)
            painter.setPen(self._color("muted"))
            self._draw(painter, rest, customer, fonts.body)

    def _trailing(self, painter: QPainter, line: QRect, text: RowText) -> int:
        """Time and small states at the right end of the first line; returns the width taken."""
        caption = self._theme.fonts.caption
        when = ago(text.created_ms, self._now_ms)
        width = QFontMetrics(caption).horizontalAdvance(when)
        painter.setFont(caption)
        painter.setPen(self._color("muted"))
        painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, when)
        ratio = painter.device().devicePixelRatio()
        states = (
            ("attention", "bad", text.needs_you),
            ("pending", "muted", text.pending and not text.needs_you),
            ("corrected", "muted", text.corrected),
        )
        for name, token, shown in states:
            if shown:
                width += 20
                picture = icons.pixmap(name, getattr(self._theme.tokens, token), ratio)
                painter.drawPixmap(QPoint(line.right() - width + 2, line.top() + 2), picture)
        return width

    def _draw(self, painter: QPainter, rect: QRect, text: str, font: QFont) -> None:
        key = (text, rect.width(), font.bold())
        short = self._elided.get(key)
        if short is None:
            short = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
            self._elided[key] = short
        painter.drawText(rect, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, short)

    def _top(self) -> int:
        return (_HEIGHTS[self._theme.density] - _LINES[self._theme.density] * _LINE) // 2

    def _color(self, token: str) -> QColor:
        return self._theme.tokens.color(token)
