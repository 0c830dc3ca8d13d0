"""A quiet line that teaches keys: small framed caps with a word each."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from atlas_desktop.ui.theme import Theme
from atlas_desktop.wording import tr

Hint = tuple[str, str]
_CAP: Final = 18
_INSIDE: Final = 5
_AFTER_CAP: Final = 6
_BETWEEN: Final = 12


class KeyCaps(QWidget):
    """As many hints as fit; those that do not fit are left out, never cut."""

    def __init__(self, theme: Theme, hints: Sequence[Hint] = (), *, centred: bool = False) -> None:
        super().__init__()
        self._theme = theme
        self._hints: tuple[Hint, ...] = ()
        self._centred = centred
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_hints(hints)
        theme.changed.connect(self.update)

    def set_hints(self, hints: Sequence[Hint]) -> None:
        """Teach these, the most useful first."""
        self._hints = tuple(hints)
        said = ", ".join(f"{key} {words}" for key, words in hints)
        self.setAccessibleName(tr("Keys: {keys}", keys=said))
        self.updateGeometry()
        self.update()

    def hug(self) -> "KeyCaps":
        """Be exactly as wide as the hints."""
        self.setFixedWidth(self.sizeHint().width() - _BETWEEN)
        return self

    def sizeHint(self) -> QSize:
        """Room for all of them."""
        return QSize(sum(self._width(hint) + _BETWEEN for hint in self._hints) + 1, 28)

    def minimumSizeHint(self) -> QSize:
        """None is indispensable."""
        return QSize(0, 28)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Caps and words, from the start side of the writing direction."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._theme.fonts.caption)
        shown = self._fitting()
        x = 0
        if self._centred:
            x = max((self.width() - sum(self._width(hint) + _BETWEEN for hint in shown) + _BETWEEN) // 2, 0)
        for hint in shown:
            self._paint(painter, x, hint)
            x += self._width(hint) + _BETWEEN
        painter.end()

    def _fitting(self) -> list[Hint]:
        shown: list[Hint] = []
        room = self.width()
        for hint in self._hints:
            room -= self._width(hint)
            if room < 0:
                break
            shown.append(hint)
            room -= _BETWEEN
        return shown

    def _paint(self, painter: QPainter, x: int, hint: Hint) -> None:
        key, words = hint
        tokens = self._theme.tokens
        cap = QRect(x, 0, self._cap_width(key), self.height())
        word = QRect(cap.right() + _AFTER_CAP + 1, 0, self._width(hint), self.height())
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            cap.moveRight(self.width() - 1 - x)
            word.moveRight(cap.left() - _AFTER_CAP)
        paint_cap(painter, self._theme, cap, key)
        painter.setPen(tokens.color("muted"))
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        side = Qt.AlignmentFlag.AlignRight if mirrored else Qt.AlignmentFlag.AlignLeft
        painter.drawText(word, side | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter, words)

    def _metrics(self) -> QFontMetrics:
        return QFontMetrics(self._theme.fonts.caption)

    def _cap_width(self, key: str) -> int:
        return cap_width(self._theme, key)

    def _width(self, hint: Hint) -> int:
        return (
            self._cap_width(hint[0])
            + (_AFTER_CAP + self._metrics().horizontalAdvance(hint[1]) if hint[1] else 0)
            + 1
        )


def cap_width(theme: Theme, key: str) -> int:
    """How wide the cap of a key is."""
    return max(QFontMetrics(theme.fonts.caption).horizontalAdvance(key) + 2 * _INSIDE, _CAP)


def paint_cap(painter: QPainter, theme: Theme, place: QRect, key: str, *, own: bool = False) -> None:
    """A key's cap in the middle of ``place``; the user's ``own`` in the accent. Leaves pen and brush changed."""
    tokens = theme.tokens
    cap = QRect(place.left(), place.top() + (place.height() - _CAP) // 2, place.width(), _CAP)
    painter.setPen(QPen(tokens.color("accent" if own else "strong_line"), 1))
    painter.setBrush(tokens.color("surface"))
    painter.drawRoundedRect(cap.toRectF().adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
    painter.setPen(tokens.color("accent" if own else "text"))
    # From right to left "]" would be painted as "[", which is another key.
    direction = painter.layoutDirection()
    painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    painter.drawText(cap, Qt.AlignmentFlag.AlignCenter, key)
    painter.setLayoutDirection(direction)
