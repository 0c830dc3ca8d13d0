"""Text that came from outside, read-only: never rendered, never fetched, nothing hidden, copied exactly."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from time import perf_counter
from typing import Final

from PySide6.QtCore import QEvent, QMimeData, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QHelpEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QTextBlock,
    QTextCharFormat,
    QTextCursor,
    QTextOption,
)
from PySide6.QtWidgets import QPlainTextEdit, QToolTip, QWidget

from atlas_desktop.ui.hostile_text import Kind, Piece, one_line, pieces
from atlas_desktop.ui.parts import Part
from atlas_desktop.ui.shown_text import ShownText
from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.chips import CHARACTER, OBJECT_TYPE, ChipObject, chip_format, chip_hint

FIRST_CHARACTERS: Final = 160_000
"""How much is shown at first (what opens within 200 ms here); the rest after a word from the reader."""

CHIP_LIMIT: Final = 50_000
"""More hidden characters than this are not drawn: each is an object to Qt, and nobody reads them."""

FIRST_PARTS: Final = 1_000
"""So many parts are taken at first; the rest after a word from the reader, so many at a time."""

# Qt lays out what was inserted when the edit block ends: only then the clock shows what it cost.
_BLOCK_CHARACTERS: Final = 2_000
_LARGEST_BLOCK: Final = 16_000
_QUICK_SECONDS: Final = 0.002
_BLOCK_PIECES: Final = 100
_FIRST_SECONDS: Final = 0.008
_BATCH_SECONDS: Final = 0.010
_HEADING: Final = 1
_HEADING_AIR: Final = 6


class PayloadView(QPlainTextEdit):
    """Shows parts one after the other. ``shown_changed`` tells how many characters of how many are on view."""

    shown_changed = Signal(int, int)
    activated = Signal(str)
    painted = Signal()

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._parts: list[Part] = []
        self._source: Iterator[Part] = iter(())
        self._all = False
        self.more_parts = False
        """Whether there are parts that were not taken yet."""
        self._shown = ShownText()
        self._rest: Iterator[tuple[Part, Piece]] = iter(())
        self._shown_characters = 0
        self._limit = FIRST_CHARACTERS
        self.total_characters = 0
        self.setAccessibleName(name)
        self.setReadOnly(True)
        self.setUndoRedoEnabled(False)
        self.setTabChangesFocus(True)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.document().setDocumentMargin(12)
        self.document().documentLayout().registerHandler(OBJECT_TYPE, ChipObject(theme, self.document()))
        self._more = QTimer(self)
        self._more.setInterval(0)
        self._more.timeout.connect(self._next_batch)
        theme.changed.connect(self._restyle)
        self._restyle()

    def show_parts(self, parts: Iterable[Part]) -> None:
        """Show these instead of what was there: the beginning now, the rest while the loop is idle.

        The parts are taken as they are needed.
        """
        self._more.stop()
        self.clear()
        self._parts = []
        self._source = iter(parts)
        self._all = False
        self._shown = ShownText()
        self._shown_characters = 0
        self._limit = FIRST_CHARACTERS
        self.total_characters = 0
        self._rest = iter(())
        self._take()
        self._show_for(_FIRST_SECONDS)
        self.moveCursor(QTextCursor.MoveOperation.Start)
        self.verticalScrollBar().setValue(0)

    def show_all(self) -> None:
        """Show what was held back, in batches: the window stays alive meanwhile."""
        self._all = True
        self._limit = self.total_characters
        self._more.start()

    @property
    def complete(self) -> bool:
        """Whether everything is on view."""
        return self._shown_characters >= self.total_characters and not self.more_parts

    @property
    def parts(self) -> Sequence[Part]:
        """Those that were taken so far."""
        return self._parts

    @property
    def paused(self) -> bool:
        """Whether it waits for the reader, with more to show."""
        return not self.complete and not self._wants_more

    @property
    def chips(self) -> int:
        """How many hidden characters are shown as chips."""
        return self._shown.chips

    def original_text(self) -> str:
        """The exact text behind everything on view, headings included."""
        return self._shown.original(0, self.document().characterCount())

    def _take(self) -> None:
        """Take the next parts: those in hand were all shown."""
        taken = list(islice(self._source, FIRST_PARTS))
        following = next(self._source, None)
        self.more_parts = following is not None
        if following is not None:
            self._source = chain((following,), self._source)
        self._parts += taken
        self.total_characters += sum(len(part.text) for part in taken)
        self._rest = _all_pieces(taken)

    def _next_batch(self) -> None:
        self._show_for(_BATCH_SECONDS)

    def _show_for(self, seconds: float) -> None:
        until = perf_counter() + seconds
        cursor = QTextCursor(self.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        block, now = _BLOCK_CHARACTERS, perf_counter()
        while self._wants_more and now < until:
            began = now
            self._insert_some(cursor, block)
            now = perf_counter()
            # Ordinary text is quick, and each block has its price; where it gets slow, small steps again.
            block = min(2 * block, _LARGEST_BLOCK) if now - began < _QUICK_SECONDS else _BLOCK_CHARACTERS
        if self._wants_more and not self._more.isActive():
            self._more.start()
        elif not self._wants_more:
            self._more.stop()
        self.shown_changed.emit(self._shown_characters, self.total_characters)

    def _insert_some(self, cursor: QTextCursor, characters: int) -> None:
        """About so many characters, laid out at once."""
        enough = self._shown_characters + characters
        cursor.beginEditBlock()
        for _ in range(_BLOCK_PIECES):
            following = next(self._rest, None)
            if following is None:
                self._in_hand_shown()
                break
            self._insert(cursor, *following)
            if self._shown_characters >= enough or not self._wants_more:
                break
        cursor.endEditBlock()

    @property
    def _wants_more(self) -> bool:
        wanted = self._shown_characters < self._limit or (self._all and self.more_parts)
        return wanted and self._shown.chips < CHIP_LIMIT

    def _in_hand_shown(self) -> None:
        self._shown_characters = self.total_characters
        if self._all and self.more_parts:
            self._take()
        self._limit = self.total_characters

    def _insert(self, cursor: QTextCursor, part: Part, piece: Piece) -> None:
        text_format = chip_format(piece.original) if piece.kind is Kind.CHIP else self._format(part)
        cursor.insertText(piece.shown, text_format)
        if part.style == "heading" and piece.kind is Kind.TEXT:
            cursor.block().setUserState(_HEADING)
        self._shown.add(piece)
        self._shown_characters += len(piece.original)

    def _format(self, part: Part) -> QTextCharFormat:
        text_format = QTextCharFormat()
        tokens, fonts = self._theme.tokens, self._theme.fonts
        if part.style == "heading":
            font = fonts.caption
            text_format.setFont(font)
            text_format.setFontWeight(600)
            text_format.setForeground(tokens.color("accent" if part.link else "muted"))
        else:
            token = part.style if part.style in ("muted", "warn") else "text"
            text_format.setForeground(tokens.color(token))
        return text_format

    def _restyle(self) -> None:
        self.setFont(self._theme.fonts.payload)
        self.setTabStopDistance(4 * self.fontMetrics().horizontalAdvance(" "))
        if self._parts:
            self.show_parts(chain(self._parts, self._source))

    def createMimeDataFromSelection(self) -> QMimeData:
        """The exact characters, hidden ones too: not what Qt makes of them."""
        cursor = self.textCursor()
        data = QMimeData()
        data.setText(self._shown.original(cursor.selectionStart(), cursor.selectionEnd()))
        return data

    def paintEvent(self, event: QPaintEvent) -> None:
        """Text, then the hairlines above headings."""
        visible = list(self._visible_blocks())
        for block, _ in visible:
            _align(block)
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        painter.setPen(self._theme.tokens.color("line"))
        for block, top in visible:
            if block.userState() == _HEADING and block.blockNumber() > 0:
                line = top - _HEADING_AIR
                painter.drawLine(QPointF(0, line), QPointF(self.viewport().width(), line))
        painter.end()
        self.painted.emit()

    def _visible_blocks(self) -> Iterator[tuple[QTextBlock, float]]:
        block = self.firstVisibleBlock()
        offset = self.contentOffset()
        bottom = self.viewport().height()
        while block.isValid():
            rect = self.blockBoundingGeometry(block).translated(offset)
            if rect.top() > bottom + _HEADING_AIR:
                return
            yield block, round(rect.top()) - 0.5
            block = block.next()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click on a heading that does something does it."""
        super().mouseReleaseEvent(event)
        if event.button() == Qt.MouseButton.LeftButton and not self.textCursor().hasSelection():
            self.activate_at(self.cursorForPosition(event.position().toPoint()).position())

    def activate_at(self, position: int) -> None:
        """Do what the heading at this position of the display does, if anything."""
        at = 0
        for part in self._parts:
            at += len(part.text)
            if position <= at:
                if part.link:
                    self.activated.emit(part.link)
                return

    def event(self, event: QEvent) -> bool:
        """Tool tips say what a chip stands for."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            self._tell_chip(event)
            return True
        return super().event(event)

    def _tell_chip(self, event: QHelpEvent) -> None:
        cursor = self.cursorForPosition(self.viewport().mapFromGlobal(event.globalPos()))
        cursor.movePosition(QTextCursor.MoveOperation.Right)
        text_format = cursor.charFormat()
        if text_format.objectType() == OBJECT_TYPE:
            QToolTip.showText(event.globalPos(), chip_hint(text_format.intProperty(CHARACTER)), self)
        else:
            QToolTip.hideText()


def _all_pieces(parts: Sequence[Part]) -> Iterator[tuple[Part, Piece]]:
    for part in parts:
        text = part.text if part.style != "heading" else "\n".join(map(one_line, part.text.split("\n")))
        for piece in pieces(text):
            yield part, piece


def _align(block: QTextBlock) -> None:
    """A right-to-left paragraph stands right. Plain text layout ignores block formats, but aligns when painting."""
    layout = block.layout()
    if block.textDirection() != Qt.LayoutDirection.RightToLeft:
        return
    option = layout.textOption()
    if not option.alignment() & Qt.AlignmentFlag.AlignRight:
        option.setAlignment(Qt.AlignmentFlag.AlignRight)
        layout.setTextOption(option)
