"""A text under the hands of a reviewer, exact to the character: hidden characters are chips here, too."""

from typing import Final

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import (
    QDropEvent,
    QFocusEvent,
    QInputMethodEvent,
    QKeyEvent,
    QKeySequence,
)
from PySide6.QtWidgets import QWidget

from atlas_desktop.ui.exact_text import Change, smallest
from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.correction.exact_display import ExactDisplay
from atlas_desktop.ui.widgets.correction.on_display import written

EXACT: Final = "application/x-atlas-exact-text"
"""On the clipboard beside the text: its line ends are meant as they are."""

_REACH_ALL: Final = (
    QKeySequence.StandardKey.SelectAll,
    QKeySequence.StandardKey.MoveToEndOfDocument,
    QKeySequence.StandardKey.SelectEndOfDocument,
)
_REACH: Final = 20_000
"""Characters beyond the caret that another key may reach."""

_ENTER_WITH: Final = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier


class ExactEdit(ExactDisplay):
    """Qt edits the display; what it did there is done to the exact text, and nothing else."""

    edited = Signal()
    """The reviewer changed the text."""
    caret_moved = Signal()
    left = Signal()
    """The focus went elsewhere."""

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(theme, name, parent)
        self._touched: tuple[int, int] | None = None
        self.setUndoRedoEnabled(False)  # the history is that of the exact text
        self.setTabChangesFocus(True)
        self.document().contentsChange.connect(self._display_changed)
        self.document().contentsChanged.connect(self._settle)
        self.cursorPositionChanged.connect(self._moved)

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
        if self.loading:
            self._load_for(event)
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

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """What an input method writes goes where the caret is meant to be."""
        self._need_caret()
        super().inputMethodEvent(event)

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
        self._caret_due = None
        self._exact.pause()
        self.insert(text)
        self._exact.pause()

    def dropEvent(self, event: QDropEvent) -> None:
        """Text from elsewhere. A slip of the hand moves nothing within the text."""
        if event.source() is self.viewport() or event.source() is self:
            event.ignore()
            return
        super().dropEvent(event)

    def _load_for(self, event: QKeyEvent) -> None:
        """Bring what this key may reach: the whole text for some, else what lies around the caret."""
        self._need_caret()
        if any(event.matches(key) for key in _REACH_ALL):
            self._loading.finish()
        else:
            self._need(self.selection()[1] + _REACH)

    def _step(self, changes: list[Change]) -> bool:
        for change in changes:
            self._show_change(change)
        if changes:
            self.set_caret(changes[-1].end)
            self.edited.emit()
        return bool(changes)

    def _replace(self, start: int, end: int, new: str) -> None:
        self._need(end)
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

    def _display_changed(self, position: int, removed: int, added: int) -> None:
        if self._mine:
            return
        # Qt counts the end of the document in where all of it is replaced (QTBUG-3495).
        over = max(position + added - (self.document().characterCount() - 1), 0)
        removed, added = removed - over, added - over
        change = self._exact.typed(position, removed, written(self.document(), position, position + added))
        if change is not None:
            self._around(change.start, change.end)

    def _around(self, first: int, last: int) -> None:
        """What stands beside a change may hide now, or show: a joiner between letters is spelling, alone it is not."""
        self._touched = max(first - 1, 0), min(last + 1, len(self._exact.text))

    def _settle(self) -> None:
        """After a change: draw chips where something hides now, then say that the text is another."""
        if self._mine or self._touched is None:
            return
        touched, self._touched = self._touched, None
        self._redraw_chips(*touched)
        self.edited.emit()

    def _moved(self) -> None:
        if not self._mine:
            self.caret_moved.emit()
