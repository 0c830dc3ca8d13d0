"""Text that came from outside, read-only: safely rendered or as recorded, never fetched, nothing hidden, copied exactly."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, Literal

from PySide6.QtCore import QEvent, QMimeData, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QHelpEvent,
    QMouseEvent,
    QPaintEvent,
    QTextBlock,
    QTextCharFormat,
    QTextCursor,
    QTextOption,
)
from PySide6.QtWidgets import QPlainTextEdit, QToolTip, QWidget

from atlas_desktop.ui.parts import Part
from atlas_desktop.ui.rendering import Reading
from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.chips import CHARACTER, OBJECT_TYPE, ChipObject, chip_hint, cover_of, veil_hint
from atlas_desktop.ui.widgets.payload_copy import mime_of
from atlas_desktop.ui.widgets.payload_feed import CHIP_LIMIT, FIRST_CHARACTERS, FIRST_PARTS, Feed
from atlas_desktop.ui.widgets.payload_folds import Folds
from atlas_desktop.ui.widgets.payload_formats import HEADING, TARGET, TURN
from atlas_desktop.ui.widgets.payload_links import link_at, link_hint, links_menu
from atlas_desktop.ui.widgets.payload_marks import Marks
from atlas_desktop.ui.widgets.payload_painting import HEADING_AIR, Placed, paint_over, paint_under

__all__ = ["CHIP_LIMIT", "FIRST_CHARACTERS", "FIRST_PARTS", "PayloadView"]

MARGIN: Final = 16


class PayloadView(QPlainTextEdit):
    """Shows parts one after the other. ``shown_changed`` tells how many characters of how many are on view.

    ``activated`` names the heading that was clicked; ``open_wanted`` the address the reader asks to open.
    """

    shown_changed = Signal(int, int)
    activated = Signal(str)
    open_wanted = Signal(str)
    copied = Signal(str)
    painted = Signal()

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._reading = Reading()
        self._to_offset: int | None = None
        self.setAccessibleName(name)
        self.setReadOnly(True)
        self.setUndoRedoEnabled(False)
        self.setTabChangesFocus(True)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.document().setDocumentMargin(MARGIN)
        self._chips = ChipObject(theme, self.document())
        self.document().documentLayout().registerHandler(OBJECT_TYPE, self._chips)
        self.feed = Feed(theme, self.document(), self)
        self.marks = Marks(theme, self)
        self.folds = Folds(theme, self)
        self.viewport().setMouseTracking(True)
        self.feed.progressed.connect(self._progressed)
        theme.changed.connect(self._restyle)
        self._restyle()

    # what is shown

    def show_parts(self, parts: Iterable[Part]) -> None:
        """Show these instead of what was there: the beginning now, the rest while the loop is idle.

        The parts are taken as they are needed.
        """
        self.feed.stop()
        self.marks.clear()
        self._show(parts, {})
        self.moveCursor(QTextCursor.MoveOperation.Start)
        self.verticalScrollBar().setValue(0)

    def set_reading(self, reading: Reading) -> None:
        """Read otherwise from now on; the line at the top stays at the top."""
        if reading != self._reading:
            self._reading = reading
            self.read_anew()

    def read_anew(self) -> None:
        """Show the same again, from the line that is at the top now."""
        top = self.top_offset() if self._to_offset is None else self._to_offset
        self._restyle_font()
        self._show(
            list(self.feed.parts) if not self.feed.more_parts else self.feed.all_parts(), self.feed.folds
        )
        if top:
            self.go_to(top)

    def _show(self, parts: Iterable[Part], folds: dict[int, dict[int, int]]) -> None:
        self._to_offset = None
        self.clear()
        self.marks.forget_drawn()
        self.feed.begin(parts, self._reading, folds)

    def show_all(self) -> None:
        """Show what was held back, in batches: the window stays alive meanwhile."""
        self.feed.want_all()

    @property
    def reading(self) -> Reading:
        """How it is read."""
        return self._reading

    @property
    def complete(self) -> bool:
        """Whether everything is on view."""
        return self.feed.complete

    @property
    def parts(self) -> Sequence[Part]:
        """Those that were taken so far."""
        return self.feed.parts

    @property
    def more_parts(self) -> bool:
        """Whether there are parts that were not taken yet."""
        return self.feed.more_parts

    @property
    def total_characters(self) -> int:
        """Of the parts that were taken."""
        return self.feed.total

    @property
    def paused(self) -> bool:
        """Whether it waits for the reader, with more to show."""
        return not self.complete and not self.feed.wants_more

    @property
    def chips(self) -> int:
        """How many hidden characters are shown as chips."""
        return self.feed.shown.chips

    @property
    def hidden(self) -> int:
        """How many hidden characters there are: chips, and what is folded holds more of them."""
        return self.feed.shown.chips + self.feed.shown.folded

    def original_text(self) -> str:
        """The exact text behind everything on view, headings included."""
        return self.feed.shown.original(0, self.document().characterCount())

    def set_peeking(self, peeking: bool) -> None:
        """Show what is veiled, or veil it again."""
        self._chips.peeking = peeking
        self.viewport().update()

    def _progressed(self) -> None:
        shown = self.feed.shown.offset
        self.shown_changed.emit(shown, self.feed.total)
        if self._to_offset is not None and (shown > self._to_offset or not self.feed.wants_more):
            # Until there is enough below it, the place cannot stand at the top; Qt hears of that with the next turn.
            if self._scroll_to(self._to_offset):
                self._to_offset = None
            elif not self.feed.wants_more:
                QTimer.singleShot(0, self, self._arrive)
        self.marks.renew()

    def _arrive(self) -> None:
        at, self._to_offset = self._to_offset, None
        if at is not None:
            self._scroll_to(at)

    def _restyle(self) -> None:
        self._restyle_font()
        if self.feed.parts:
            self.read_anew()

    def _restyle_font(self) -> None:
        self.feed.formats.renew(self._reading)
        self.setFont(self.feed.formats.font)
        self.setTabStopDistance(4 * self.fontMetrics().horizontalAdvance(" "))

    # where it is

    def top_offset(self) -> int:
        """The place of the text that stands at the top."""
        return self.feed.shown.offset_at(self.firstVisibleBlock().position())

    def go_to(self, offset: int) -> None:
        """Bring this place of the text to the top, when it is laid out."""
        self._to_offset = offset
        self.feed.want(offset)
        self._progressed()

    def _scroll_to(self, offset: int) -> bool:
        block, bar = self.document().findBlock(self.feed.shown.position_of(offset)), self.verticalScrollBar()
        bar.setValue(block.firstLineNumber())
        return bar.value() == block.firstLineNumber()

    def next_turn(self, direction: Literal[1, -1]) -> str:
        """The next turn, or the one before, to the top; its heading. Empty when there is none."""
        block = self.firstVisibleBlock()
        if direction < 0 and self._is_below_top(block):
            block = block.next()
        found = block.next() if direction > 0 else block.previous()
        while found.isValid() and not max(found.userState(), 0) & TURN:
            found = found.next() if direction > 0 else found.previous()
        if not found.isValid():
            if direction > 0 and not self.complete:
                self.go_to(self.feed.shown.offset)
            return ""
        self.verticalScrollBar().setValue(found.firstLineNumber())
        cursor = self.textCursor()
        cursor.setPosition(found.position())
        self.setTextCursor(cursor)
        return found.text()

    def _is_below_top(self, block: QTextBlock) -> bool:
        return self.blockBoundingGeometry(block).translated(self.contentOffset()).top() < -1

    def reveal(self, start: int, end: int) -> bool:
        """Show this stretch of the text, the caret at its beginning, unfolding what hides it. False: it is not laid out yet."""
        if self.feed.shown.offset < end and not self.complete:
            self.feed.want(end)
            if self.feed.shown.offset < end:
                return False
        self._to_offset = None
        self.folds.unfold(start)
        cursor = self.textCursor()
        cursor.setPosition(self.feed.shown.range_of(start, end)[0])
        self.setTextCursor(cursor)
        self.centerCursor()
        return True

    # copying

    def createMimeDataFromSelection(self) -> QMimeData:
        """The exact characters, hidden ones too: not what Qt makes of them. What is veiled stays veiled."""
        return mime_of(self, veil=self._reading.veil and not self._chips.peeking, private=self._reading.veil)

    # painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """The ground of code, text, the hairlines above headings, and what folds."""
        visible = list(self.visible_blocks())
        paint_under(self, self._theme.tokens, visible)
        super().paintEvent(event)
        paint_over(self, self._theme.tokens, visible, self.folds)
        self.painted.emit()

    def visible_blocks(self) -> Iterator[Placed]:
        """Each with its top and its height."""
        block = self.firstVisibleBlock()
        offset = self.contentOffset()
        bottom = self.viewport().height() + HEADING_AIR
        while block.isValid():
            rect = self.blockBoundingGeometry(block).translated(offset)
            if rect.top() > bottom:
                return
            yield block, round(rect.top()), rect.height()
            block = block.next()

    # the mouse

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click on a heading that does something does it; one on what folds folds it."""
        super().mouseReleaseEvent(event)
        if event.button() == Qt.MouseButton.LeftButton and not self.textCursor().hasSelection():
            at = event.position().toPoint()
            if not self.folds.click(at, self._position(at)):
                self.activate_at(self._position(at))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """A hand over what a click does something with; never over a link."""
        super().mouseMoveEvent(event)
        at = event.position().toPoint()
        hand = self.folds.is_at(at, self._position(at)) or self._link_of(self._position(at)) is not None
        shape = Qt.CursorShape.PointingHandCursor if hand else Qt.CursorShape.IBeamCursor
        if self.viewport().cursor().shape() != shape:
            self.viewport().setCursor(shape)

    def activate_at(self, position: int) -> None:
        """Do what the heading at this position of the display does, if anything."""
        if (link := self._link_of(position)) is not None:
            self.activated.emit(link)

    def _link_of(self, position: int) -> str | None:
        state = max(self.document().findBlock(position).userState(), 0)
        if not state & HEADING:
            return None
        number = self.feed.part_at(self.feed.shown.offset_at(position))
        return self.feed.parts[number].link if number < len(self.feed.parts) else None

    def _position(self, at: QPoint) -> int:
        return self.cursorForPosition(at).position()

    def format_at(self, position: int) -> QTextCharFormat:
        """The format of the character shown at this position."""
        cursor = QTextCursor(self.document())
        cursor.setPosition(min(position + 1, self.document().characterCount() - 1))
        return cursor.charFormat()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Copy, and what can be done with a link: copy it, or open it after a word."""
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        position = self.textCursor().position() if by_key else self._position(event.pos())
        where = self.viewport().mapToGlobal(self.cursorRect().bottomLeft()) if by_key else event.globalPos()
        links_menu(self, link_at(self, position)).popup(where)

    def event(self, event: QEvent) -> bool:
        """Tool tips say what a chip stands for, and where a link leads."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            position = self._position(self.viewport().mapFromGlobal(event.globalPos()))
            hint = self._hint(self.format_at(position))
            if hint:
                QToolTip.showText(event.globalPos(), hint, self)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)

    def _hint(self, text_format: QTextCharFormat) -> str:
        if text_format.objectType() == OBJECT_TYPE:
            cover = cover_of(text_format)
            return chip_hint(text_format.intProperty(CHARACTER)) if cover is None else veil_hint()
        return link_hint(text_format.stringProperty(TARGET)) if text_format.hasProperty(TARGET) else ""
