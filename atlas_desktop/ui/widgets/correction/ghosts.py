"""What was removed, shown struck through in its old place: room is made for it, the text knows nothing of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QTextBlock

from atlas_desktop.ui.hostile_text import one_line
from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.correction.exact_edit import ExactEdit
from atlas_desktop.ui.widgets.correction.words import short

_LONGEST: Final = 48
_PAD: Final = 3.0
_GAP: Final = 4.0


@dataclass(frozen=True, slots=True)
class Ghost:
    """This stood before the character ``at``."""

    at: int
    text: str


class Ghosts:
    """Room is made by spacing the character before; no character is added."""

    def __init__(self, theme: Theme, edit: ExactEdit) -> None:
        self._theme = theme
        self._edit = edit
        self._ghosts: Sequence[Ghost] = ()

    @property
    def shown(self) -> bool:
        """Whether there are any."""
        return bool(self._ghosts)

    def show(self, ghosts: Sequence[Ghost]) -> None:
        """These, in the order of the text; none to have the text alone again."""
        self._ghosts = ghosts

    def rooms(self, first: int, last: int) -> Iterator[tuple[int, int, float]]:
        """The positions of the display after which room has to be left, and how much."""
        for ghost in self._between(first, last):
            block, place = self._place(ghost)
            if place > 0:
                at = block.position() + place - 1
                yield at, at + 1, self._width(ghost)

    def paint(self, painter: QPainter, first: int, last: int) -> None:
        """Over the room that was made."""
        tokens = self._theme.tokens
        for ghost in self._between(first, last):
            box = self._box(ghost)
            if box is None:
                continue
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tokens.color("removed"))
            painter.drawRoundedRect(box.adjusted(0, 0.5, -1, -0.5), 3, 3)
            painter.setFont(self._font())
            painter.setPen(tokens.color("muted"))
            words = QFontMetricsF(self._font()).elidedText(
                _words(ghost), Qt.TextElideMode.ElideRight, box.width() - 2 * _PAD
            )
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)

    def _between(self, first: int, last: int) -> Iterator[Ghost]:
        return (ghost for ghost in self._ghosts if first <= ghost.at <= last)

    def _place(self, ghost: Ghost) -> tuple[QTextBlock, int]:
        """The paragraph before whose character it stood; one's start is the end of the paragraph above."""
        position = self._edit.exact.to_display(ghost.at)
        block = self._edit.document().findBlock(position)
        if position == block.position() and block.previous().isValid():
            block = block.previous()
            return block, block.length() - 1
        return block, position - block.position()

    def _box(self, ghost: Ghost) -> QRectF | None:
        block, place = self._place(ghost)
        if place <= 0:
            return None
        line = block.layout().lineForTextPosition(place - 1)
        if not line.isValid():
            return None
        end: tuple[float, int] = line.cursorToX(place)  # type: ignore[assignment]  # stubs: object
        start: tuple[float, int] = line.cursorToX(place - 1)  # type: ignore[assignment]
        room = self._width(ghost)
        left = end[0] - room if end[0] >= start[0] else end[0]
        top = self._edit.blockBoundingGeometry(block).translated(self._edit.contentOffset()).topLeft()
        return QRectF(top + QPointF(left, line.y()), top + QPointF(left + room, line.y() + line.height()))

    def _width(self, ghost: Ghost) -> float:
        room = QFontMetricsF(self._font()).horizontalAdvance(_words(ghost)) + 2 * _PAD + _GAP / 2
        return round(min(room, max(self._edit.viewport().width() * 0.6, 60.0)), 1)

    def _font(self) -> QFont:
        font = QFont(self._theme.fonts.payload)
        font.setStrikeOut(True)
        return font


def _words(ghost: Ghost) -> str:
    return one_line(short(ghost.text, _LONGEST)) or "␣"
