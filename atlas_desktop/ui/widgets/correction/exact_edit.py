"""A text under the hands of a reviewer, exact to the character: hidden characters are chips here, too."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from PySide6.QtCore import QEvent, QMimeData, Qt, Signal
from PySide6.QtGui import (
    QDropEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextOption,
)
from PySide6.QtWidgets import QPlainTextEdit, QToolTip, QWidget

from atlas_desktop.ui.exact_text import Change, ExactText, smallest
from atlas_desktop.ui.hostile_text import CHIP, Kind
from atlas_desktop.ui.shown_text import width
from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.chips import CHARACTER, OBJECT_TYPE, ChipObject, chip_format, chip_hint
from atlas_desktop.ui.widgets.correction.line_end_mark import MARK_TYPE, LineEndMark, mark_format
from atlas_desktop.ui.widgets.payload_view import MARGIN

EXACT: Final = "application/x-atlas-exact-text"
"""On the clipboard beside the text: its line ends are meant as they are."""

_ENTER_WITH: Final = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier


class ExactEdit(QPlainTextEdit):
    """Shows an `ExactText`. Qt edits the display; what it did there is done to the exact text, and nothing else."""

    edited = Signal()
    """The reviewer changed the text."""
    caret_moved = Signal()
    left = Signal()
    """The focus went elsewhere."""

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._exact = ExactText()
        self._mine = False
        self._touched: tuple[int, int] | None = None
        self._prepare()
        self.setAccessibleName(name)
        self.setUndoRedoEnabled(False)  # the history is that of the exact text
        self.setTabChangesFocus(True)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        document = self.document()
        document.setDocumentMargin(MARGIN)
        layout = document.documentLayout()
        layout.registerHandler(OBJECT_TYPE, ChipObject(theme, document))
        layout.registerHandler(MARK_TYPE, LineEndMark(theme, document))
        document.contentsChange.connect(self._display_changed)
        document.contentsChanged.connect(self._settle)
        self.cursorPositionChanged.connect(self._moved)
        theme.changed.connect(self._restyle)
        self._restyle()

    def _prepare(self) -> None:
        """For what is built on this: before anything is drawn."""

    @property
    def text(self) -> str:
        """Every character, exactly."""
        return self._exact.text

    @property
    def exact(self) -> ExactText:
        """The text with its places on the display."""
        return self._exact

    @property
    def caret(self) -> int:
        """The character the caret stands before."""
        return self._exact.to_exact(self.textCursor().position())

    def show_text(self, text: str, caret: int = 0) -> None:
        """Another text, with a history of its own."""
        self._exact = ExactText(text)
        with self._by_me():
            self.clear()
            cursor = QTextCursor(self.document())
            cursor.beginEditBlock()
            self._write(cursor, 0, len(text))
            cursor.endEditBlock()
        self.set_caret(caret)

    def set_caret(self, index: int, anchor: int | None = None) -> None:
        """Put the caret before this character; with an anchor, select from there."""
        last = len(self.text)
        cursor = self.textCursor()
        start = index if anchor is None else anchor
        cursor.setPosition(self._exact.to_display(min(max(start, 0), last)))
        if anchor is not None:
            cursor.setPosition(
                self._exact.to_display(min(max(index, 0), last)), QTextCursor.MoveMode.KeepAnchor
            )
        self.setTextCursor(cursor)

    def selection(self) -> tuple[int, int]:
        """The characters that are selected; equal where none are."""
        cursor = self.textCursor()
        return self._exact.to_exact(cursor.selectionStart()), self._exact.to_exact(cursor.selectionEnd())

    def take_over(self, text: str, caret: int | None = None) -> None:
        """Make this the text with the smallest replacement, as one step of undo."""
        change = smallest(self.text, text)
        if change is None:
            return
        self._exact.pause()
        self._replace(change.start, change.start + len(change.removed), change.inserted)
        self.set_caret(change.end if caret is None else caret)

    def replace_all(self, text: str, caret: int | None = None) -> None:
        """As `take_over`, by the reviewer's hand: it is told as an edit."""
        if text != self.text:
            self.take_over(text, caret)
            self.edited.emit()

    def insert(self, text: str) -> None:
        """Put this in the place of the selection, as if it had been typed."""
        self.put(*self.selection(), text)

    def put(self, start: int, end: int, text: str) -> None:
        """Put this in the place of these characters, as if it had been typed; the caret goes behind it."""
        self._replace(start, end, text)
        self.set_caret(start + len(text))
        self.edited.emit()

    def undo_text(self) -> bool:
        """Take the last change of the text back. It never reaches beyond the text."""
        return self._step(self._exact.undo())

    def redo_text(self) -> bool:
        """Make it again."""
        return self._step(self._exact.redo())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Undo is ours; Enter ends a line the way this text does."""
        if self.isReadOnly():
            super().keyPressEvent(event)
        elif event.matches(QKeySequence.StandardKey.Undo):
            self.undo_text()
        elif event.matches(QKeySequence.StandardKey.Redo):
            self.redo_text()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() & ~_ENTER_WITH:
            self.insert("\r\n" if "\r\n" in self.text else "\n")
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """What is typed after coming back is a step of its own."""
        super().focusOutEvent(event)
        self._exact.pause()
        self.left.emit()

    def createMimeDataFromSelection(self) -> QMimeData:
        """The exact characters, hidden ones too: not what Qt makes of them."""
        start, end = self.selection()
        data = QMimeData()
        data.setText(self.text[start:end])
        data.setData(EXACT, b"1")
        return data

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        """Text only."""
        return source.hasText()

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Text as it is; line ends of another system become those of this text."""
        text = source.text()
        if not source.hasFormat(EXACT):
            text = text.replace("\r\n", "\n")
            text = text.replace("\n", "\r\n") if "\r\n" in self.text else text
        self._exact.pause()
        self.insert(text)
        self._exact.pause()

    def dropEvent(self, event: QDropEvent) -> None:
        """Text from elsewhere. A slip of the hand moves nothing within the text."""
        if event.source() is self.viewport() or event.source() is self:
            event.ignore()
            return
        super().dropEvent(event)

    def event(self, event: QEvent) -> bool:
        """Tool tips say what a chip stands for."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            self._tell(event)
            return True
        return super().event(event)

    def hint_at(self, index: int) -> str:
        """What there is to say about this character, as escaped HTML; empty for nothing."""
        for run in self._exact.runs(index, index + 1):
            if run.kind is Kind.CHIP:
                return chip_hint(ord(run.original))
        return ""

    def _tell(self, event: QHelpEvent) -> None:
        place = self.cursorForPosition(self.viewport().mapFromGlobal(event.globalPos())).position()
        hint = self.hint_at(self._exact.to_exact(place))
        if hint:
            QToolTip.showText(event.globalPos(), hint, self)
        else:
            QToolTip.hideText()

    def _step(self, changes: list[Change]) -> bool:
        for change in changes:
            self._show_change(change)
        if changes:
            self.set_caret(changes[-1].end)
            self.edited.emit()
        return bool(changes)

    def _replace(self, start: int, end: int, new: str) -> None:
        places = self._exact.to_display(start), self._exact.to_display(end)
        change = self._exact.replace(start, end, new)
        if change is not None:
            self._redraw(*places, change)

    def _show_change(self, change: Change) -> None:
        end = change.start + len(change.removed)
        places = self._exact.to_display(change.start), self._exact.to_display(end)
        self._exact.apply(change)
        self._redraw(*places, change)

    def _redraw(self, start: int, end: int, change: Change) -> None:
        """Positions ``start`` to ``end`` of the display become what was inserted."""
        self._write_over(start, end, change.start, change.end)
        self._around(change.start, change.end)
        if self._touched is not None:
            touched, self._touched = self._touched, None
            self._redraw_chips(*touched)

    def _write_over(self, start: int, end: int, first: int, last: int) -> None:
        with self._by_me():
            cursor = QTextCursor(self.document())
            cursor.beginEditBlock()
            cursor.setPosition(start)
            cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
            cursor.removeSelectedText()
            self._write(cursor, first, last)
            cursor.endEditBlock()

    def _write(self, cursor: QTextCursor, first: int, last: int) -> None:
        plain = QTextCharFormat()
        for run in self._exact.runs(first, last):
            if run.kind is Kind.CHIP:
                cursor.insertText(run.shown, chip_format(run.original))
            elif run.kind is Kind.END:
                cursor.insertText(run.shown, mark_format())
            else:
                cursor.insertText(run.shown, plain)

    def _display_changed(self, position: int, removed: int, added: int) -> None:
        if self._mine:
            return
        # Qt counts the end of the document in where all of it is replaced (QTBUG-3495).
        over = max(position + added - (self.document().characterCount() - 1), 0)
        removed, added = removed - over, added - over
        change = self._exact.typed(position, removed, _written(self.document(), position, position + added))
        if change is not None:
            self._around(change.start, change.end)

    def _around(self, first: int, last: int) -> None:
        """What stands beside a change may hide now, or show: a joiner between letters is spelling, alone it is not."""
        self._touched = max(first - 1, 0), min(last + 1, len(self.text))

    def _settle(self) -> None:
        """After a change: draw chips where something hides now, then say that the text is another."""
        if self._mine or self._touched is None:
            return
        touched, self._touched = self._touched, None
        self._redraw_chips(*touched)
        self.edited.emit()

    def _redraw_chips(self, first: int, last: int) -> None:
        """Have the display of these characters be what it would be, had the text been opened like this."""
        # Before and after them the display is as it was; in between it may have what was typed, as it was typed.
        length = self.document().characterCount() - 1
        start = self._exact.to_display(first)
        end = length - (self._exact.width - self._exact.to_display(last))
        wanted = "".join(run.shown for run in self._exact.runs(first, last))
        if _shown(self.document(), start, end) == wanted:
            return
        from_end = length - self.textCursor().position()
        self._write_over(start, end, first, last)
        cursor = self.textCursor()
        cursor.setPosition(max(self.document().characterCount() - 1 - from_end, 0))
        self.setTextCursor(cursor)

    @contextmanager
    def _by_me(self) -> Iterator[None]:
        before, self._mine = self._mine, True
        try:
            yield
        finally:
            self._mine = before

    def _moved(self) -> None:
        if not self._mine:
            self.caret_moved.emit()

    def _restyle(self) -> None:
        self.setFont(self._theme.fonts.payload)
        self.setTabStopDistance(4 * self.fontMetrics().horizontalAdvance(" "))


def _shown(document: QTextDocument, start: int, end: int) -> str:
    """The display between two positions; paragraphs end with a line feed."""
    cursor = QTextCursor(document)
    cursor.setPosition(start)
    cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
    return cursor.selectedText().replace("\u2029", "\n")


def _written(document: QTextDocument, start: int, end: int) -> str:
    """What stands there, chips as the characters they stand for."""
    text = _shown(document, start, end)
    if CHIP not in text:
        return text
    cursor = QTextCursor(document)
    place, characters = start, []
    for character in text:
        place += width(character)
        cursor.setPosition(place)
        characters.append(_behind(cursor.charFormat()) if character == CHIP else character)
    return "".join(characters)


def _behind(text_format: QTextCharFormat) -> str:
    if text_format.objectType() == OBJECT_TYPE:
        return chr(text_format.intProperty(CHARACTER))
    return "\r" if text_format.objectType() == MARK_TYPE else CHIP
