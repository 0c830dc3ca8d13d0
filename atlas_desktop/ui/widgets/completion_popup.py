"""What could be typed next, under the place where it would go. Never takes the focus: the line keeps every key."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPoint, QRect, Qt, Signal
from PySide6.QtGui import QFontMetrics, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from atlas_desktop.ui.hostile_text import one_line
from atlas_desktop.ui.theme import RADIUS, Theme
from atlas_desktop.ui.widgets.row_brush import Place
from atlas_desktop.wording import tr

_MOST: Final = 10
_ROW: Final = 26
_PAD: Final = 10
_GAP: Final = 28
_EDGE: Final = 4
_WIDEST: Final = 560
_NARROWEST: Final = 220


@dataclass(frozen=True, slots=True)
class Offer:
    """A row: what stands there, and beside it a count or a meaning."""

    label: str
    detail: str = ""


class CompletionPopup(QWidget):
    """``taken`` tells the number of the offer that was clicked; ``said`` what a screen reader should hear."""

    taken = Signal(int)
    said = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.over = parent
        """What it lies over; places are counted in it."""
        self._offers: tuple[Offer, ...] = ()
        self._message = ""
        self._at: int | None = None
        self._first = 0
        self.setAccessibleName(tr("Suggestions"))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMouseTracking(True)
        self.hide()

    @property
    def at(self) -> int | None:
        """The offer that is marked."""
        return self._at

    @property
    def offers(self) -> tuple[Offer, ...]:
        """What is offered now."""
        return self._offers

    @property
    def message(self) -> str:
        """What is said over the offers."""
        return self._message

    def offer(self, offers: Sequence[Offer], where: QPoint, *, marked: bool, message: str = "") -> None:
        """Show these below ``where`` (of the parent), the first one ``marked`` or none; ``message`` stands above."""
        same = self._offers == tuple(offers) and self.isVisible()
        self._offers, self._message = tuple(offers), message
        if not same:
            self._at, self._first = (0 if marked and offers else None), 0
        if not offers and not message:
            self.hide()
            return
        self._fit(where)
        self.show()
        self.raise_()
        self.update()

    def move_mark(self, steps: int) -> None:
        """The mark up or down; from nothing to the first or the last, and round."""
        if not self._offers:
            return
        count = len(self._offers)
        self._at = (0 if steps > 0 else count - 1) if self._at is None else (self._at + steps) % count
        self._first = min(max(self._first, self._at - _MOST + 1), self._at)
        offer = self._offers[self._at]
        self.said.emit(", ".join(each for each in (offer.label, offer.detail) if each))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """A raised surface with a hairline; the marked row on the selection colour."""
        tokens, painter = self._theme.tokens, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(tokens.color("strong_line"), 1))
        painter.setBrush(tokens.color("surface"))
        painter.drawRoundedRect(self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        if self._message:
            painter.setFont(self._theme.fonts.caption)
            painter.setPen(tokens.color("warn"))
            box = QRect(_EDGE + _PAD, _EDGE, self.width() - 2 * (_EDGE + _PAD), _ROW)
            painter.drawText(box, self._place(0).start, self._short(self._message, box.width(), caption=True))
        for number in range(self._first, min(self._first + _MOST, len(self._offers))):
            self._paint(painter, number)
        painter.end()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """The row under the mouse is marked."""
        number = self._number_at(event.position().toPoint())
        if number is not None and number != self._at:
            self._at = number
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click takes."""
        number = self._number_at(event.position().toPoint())
        if number is not None and event.button() == Qt.MouseButton.LeftButton:
            self.taken.emit(number)

    def _paint(self, painter: QPainter, number: int) -> None:
        tokens, fonts, offer = self._theme.tokens, self._theme.fonts, self._offers[number]
        place = self._place(number)
        if number == self._at:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tokens.color("selection"))
            painter.drawRoundedRect(place.rect.toRectF(), 4, 4)
        inside = place.rect.width() - 2 * _PAD
        # One more: Qt rounds the width of a text down, and then shortens what would have fitted.
        left = inside - _GAP - QFontMetrics(fonts.body).horizontalAdvance(one_line(offer.label))
        wanted = QFontMetrics(fonts.caption).horizontalAdvance(offer.detail) + 1
        taken = min(wanted, max(left, inside // 2))
        painter.setFont(fonts.body)
        painter.setPen(tokens.color("text"))
        room = inside - taken - (_GAP if offer.detail else 0)
        painter.drawText(place.box(_PAD, 0, room, _ROW), place.start, self._short(offer.label, room))
        if offer.detail:
            painter.setFont(fonts.caption)
            painter.setPen(tokens.color("muted"))
            box = place.box(_PAD + inside - taken, 0, taken, _ROW)
            painter.drawText(box, place.end, self._short(offer.detail, taken, caption=True))

    def _place(self, number: int) -> Place:
        top = _EDGE + (number - self._first + bool(self._message)) * _ROW
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        return Place(QRect(_EDGE, top, self.width() - 2 * _EDGE, _ROW), mirrored)

    def _short(self, text: str, width: int, *, caption: bool = False) -> str:
        fonts = self._theme.fonts
        metrics = QFontMetrics(fonts.caption if caption else fonts.body)
        return metrics.elidedText(one_line(text), Qt.TextElideMode.ElideMiddle, width)

    def _number_at(self, point: QPoint) -> int | None:
        number = self._first + (point.y() - _EDGE) // _ROW - bool(self._message)
        inside = self.rect().adjusted(_EDGE, _EDGE, -_EDGE, -_EDGE).contains(point)
        last = min(self._first + _MOST, len(self._offers))
        return number if inside and self._first <= number < last else None

    def _fit(self, where: QPoint) -> None:
        body, caption = QFontMetrics(self._theme.fonts.body), QFontMetrics(self._theme.fonts.caption)
        widths = [
            body.horizontalAdvance(one_line(each.label))
            + 1
            + (caption.horizontalAdvance(each.detail) + _GAP if each.detail else 0)
            for each in self._offers
        ]
        widths.append(caption.horizontalAdvance(self._message))
        width = min(max(*widths, _NARROWEST) + 2 * (_PAD + _EDGE) + 2, _WIDEST)
        height = (min(len(self._offers), _MOST) + bool(self._message)) * _ROW + 2 * _EDGE
        # A filter is typed from left to right in every language: its fields are English words.
        self.setGeometry(min(max(where.x(), 0), max(self.over.width() - width, 0)), where.y(), width, height)
