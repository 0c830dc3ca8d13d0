"""What was removed, shown struck through in its old place: room is made for it, the text knows nothing of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontInfo, QFontMetricsF, QPainter, QTextBlock

from atlas_desktop.ui.hostile_text import one_line
from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.correction.exact_edit import ExactEdit
from atlas_desktop.ui.widgets.correction.paragraph_formats import Room, Stretch
from atlas_desktop.ui.widgets.correction.words import short
from atlas_desktop.ui.widgets.payload_view import MARGIN

_LONGEST: Final = 48
_MOST: Final = 1_200
_LINES: Final = 10
_PAD: Final = 3.0
_GAP: Final = 4.0

_WRAPPED: Final = int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)


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

    def rooms(self, first: int, last: int) -> Iterator[Stretch]:
        """The characters of the display at which room has to be left, and how much."""
        beside, above = self._sorted(first, last)
        for anchor, text in above:
            yield anchor, anchor + 1, self._above(text)
        for ghost in beside:
            block, place = self._place(ghost)
            at = block.position() + place - 1
            yield at, at + 1, Room(self._width(ghost))

    def paint(self, painter: QPainter, first: int, last: int) -> None:
        """Over the room that was made."""
        beside, above = self._sorted(first, last)
        for anchor, text in above:
            self._paint_above(painter, text, anchor)
        for ghost in beside:
            if (box := self._box(ghost)) is not None:
                self._paint_words(painter, ghost, box)

    def _sorted(self, first: int, last: int) -> tuple[list[Ghost], list[tuple[int, str]]]:
        """Those that stand in their line; and, by paragraph, those that stand over it because they are long."""
        beside: list[Ghost] = []
        above: dict[int, tuple[int, str]] = {}
        for ghost in self._between(first, last):
            anchor = self._anchor(ghost)
            number = self._edit.document().findBlock(self._edit.exact.to_display(ghost.at)).blockNumber()
            if anchor is not None and number in above:
                place, text = above[number]
                above[number] = place, f"{text}\n⋯\n{_block(ghost)}"
            elif anchor is not None:
                above[number] = anchor, _block(ghost)
            elif self._place(ghost)[1] > 0:
                beside.append(ghost)
        return beside, list(above.values())

    def _paint_words(self, painter: QPainter, ghost: Ghost, box: QRectF) -> None:
        self._paint_ground(painter, box.adjusted(0, 0.5, -1, -0.5))
        words = QFontMetricsF(self._font()).elidedText(
            _words(ghost), Qt.TextElideMode.ElideRight, box.width() - 2 * _PAD
        )
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)

    def _paint_above(self, painter: QPainter, text: str, anchor: int) -> None:
        """Long ones stand over the line, as many lines as they take."""
        block = self._edit.document().findBlock(anchor)
        line = block.layout().lineForTextPosition(anchor - block.position())
        if not line.isValid():
            return
        metrics = QFontMetricsF(self._edit.font())
        top = self._edit.blockBoundingGeometry(block).translated(self._edit.contentOffset()).top() + line.y()
        base = top + line.ascent()
        across = self._edit.viewport().width()
        # The ground of what was added is as high as its line: give the room its own back.
        ground = self._theme.tokens.color("surface")
        painter.fillRect(QRectF(MARGIN - 2, top, across, base - metrics.ascent() - top), ground)
        below = base + metrics.descent()
        painter.fillRect(QRectF(MARGIN - 2, below, across, top + line.height() - below), ground)
        box = QRectF(MARGIN, top + _PAD, self._columns(), base - metrics.ascent() - top - 2 * _PAD)
        self._paint_ground(painter, box.adjusted(-2, -1, 2, 1))
        painter.drawText(box, _WRAPPED, text)

    def _paint_ground(self, painter: QPainter, box: QRectF) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.tokens.color("removed"))
        painter.drawRoundedRect(box, 3, 3)
        painter.setFont(self._font())
        painter.setPen(self._theme.tokens.color("muted"))

    def _anchor(self, ghost: Ghost) -> int | None:
        """The space that is made high, so that a long ghost has room over its line; None where there is none."""
        short_enough = len(ghost.text) <= _LONGEST and "\n" not in ghost.text.strip()
        if short_enough and self._place(ghost)[1] > 0:
            return None
        position = self._edit.exact.to_display(ghost.at)
        block = self._edit.document().findBlock(position)
        text, place = block.text(), position - block.position()
        found = text.find(" ", place)
        found = found if found >= 0 else text.rfind(" ", 0, place)
        return block.position() + found if found >= 0 else None

    def _above(self, text: str) -> Room:
        font = QFont(self._edit.font())
        metrics = QFontMetricsF(font)
        wanted = QFontMetricsF(self._font()).boundingRect(
            QRectF(0, 0, self._columns(), 10_000), _WRAPPED, text
        )
        size = (
            QFontInfo(font).pointSizeF() * (metrics.ascent() + wanted.height() + 3 * _PAD) / metrics.ascent()
        )
        font.setPointSizeF(size)
        return Room(metrics.horizontalAdvance(" ") - QFontMetricsF(font).horizontalAdvance(" "), size)

    def _columns(self) -> float:
        return max(self._edit.viewport().width() - 2 * MARGIN, 60)

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
        metrics = QFontMetricsF(self._edit.font())
        high, low = line.y() + line.ascent() - metrics.ascent(), line.y() + line.ascent() + metrics.descent()
        return QRectF(top + QPointF(left, high), top + QPointF(left + room, low))

    def _width(self, ghost: Ghost) -> float:
        room = QFontMetricsF(self._font()).horizontalAdvance(_words(ghost)) + 2 * _PAD + _GAP / 2
        return round(min(room, max(self._edit.viewport().width() * 0.6, 60.0)), 1)

    def _font(self) -> QFont:
        font = QFont(self._theme.fonts.payload)
        font.setStrikeOut(True)
        return font


def _words(ghost: Ghost) -> str:
    return one_line(short(ghost.text, _LONGEST)) or "␣"


def _block(ghost: Ghost) -> str:
    """A long one in full, up to a few lines' worth; every hidden character spelled."""
    text = ghost.text.strip("\r\n")
    lines = [one_line(line) for line in (text[:_MOST] + ("…" if len(text) > _MOST else "")).splitlines()]
    return "\n".join([*lines[:_LINES], *(["…"] if len(lines) > _LINES else [])])
