"""An exact text on the screen: every character has its place, hidden ones are chips, and a long one comes in slices."""

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QHelpEvent,
    QMouseEvent,
    QTextCharFormat,
    QTextCursor,
    QTextOption,
)
from PySide6.QtWidgets import QPlainTextEdit, QToolTip, QWidget

from atlas_desktop.ui.exact_text import ExactText
from atlas_desktop.ui.hostile_text import Kind
from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.chips import OBJECT_TYPE, ChipObject, chip_format, chip_hint
from atlas_desktop.ui.widgets.correction.line_end_mark import MARK_TYPE, LineEndMark, mark_format
from atlas_desktop.ui.widgets.correction.loading import Loading
from atlas_desktop.ui.widgets.correction.on_display import shown
from atlas_desktop.ui.widgets.payload_view import MARGIN


class ExactDisplay(QPlainTextEdit):
    """Shows an `ExactText`. ``loaded``: all of it is in the display."""

    loaded = Signal()

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._exact = ExactText()
        self._loading = Loading(self, self._extend)
        self._caret_due: int | None = None
        self._mine = False
        self._prepare()
        self.setAccessibleName(name)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        document = self.document()
        document.setDocumentMargin(MARGIN)
        layout = document.documentLayout()
        layout.registerHandler(OBJECT_TYPE, ChipObject(theme, document))
        layout.registerHandler(MARK_TYPE, LineEndMark(theme, document))
        theme.changed.connect(self._restyle)
        self._restyle()

    def _prepare(self) -> None:
        """For what is built on this: before anything is drawn."""

    @property
    def text(self) -> str:
        """Every character, exactly; also those that are not in the display yet."""
        return self._exact.text + self._loading.rest

    @property
    def exact(self) -> ExactText:
        """The text with its places on the display, as far as it is there."""
        return self._exact

    @property
    def caret(self) -> int:
        """The character the caret stands before."""
        if self._caret_due is not None:
            return self._caret_due
        return self._exact.to_exact(self.textCursor().position())

    def show_text(self, text: str, caret: int = 0) -> None:
        """Another text, with a history of its own. The end of a long one comes with the next frames; whatever is done
        with a place brings it at once, so one can type from the first frame on.
        """
        self._exact = ExactText()
        self._loading.stop()
        with self._by_me():
            self.clear()
        self._caret_due = min(max(caret, 0), len(text))
        self._loading.begin(text)
        self._show_due()

    @property
    def loading(self) -> bool:
        """Whether some of the text is still to come into the display."""
        return self._loading.under_way

    def set_caret(self, index: int, anchor: int | None = None) -> None:
        """Put the caret before this character; with an anchor, select from there."""
        self._caret_due = None
        self._need(max(index, anchor or 0))
        last = len(self._exact.text)
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

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The caret goes where the hand puts it."""
        self._caret_due = None
        super().mousePressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Its "select all" is about all."""
        self._loading.finish()
        super().contextMenuEvent(event)

    # a long text on its way into the display

    def _extend(self, more: str, last: bool) -> None:
        """Here is more of the text. The caret stays where it is, also at what was the end."""
        first, caret = len(self._exact.text), self.textCursor()
        places = caret.anchor(), caret.position()
        self._exact.extend(more, last=last)
        with self._by_me():
            cursor = QTextCursor(self.document())
            cursor.beginEditBlock()
            cursor.movePosition(QTextCursor.MoveOperation.End)
            self._write(cursor, first, first + len(more))
            cursor.endEditBlock()
            if (caret.anchor(), caret.position()) != places:
                caret.setPosition(places[0])
                caret.setPosition(places[1], QTextCursor.MoveMode.KeepAnchor)
                self.setTextCursor(caret)
        if first:
            # The two sides of the seam may change what hides there.
            self._redraw_chips(first - 1, min(first + 1, first + len(more)))
        self._show_due()
        if last:
            self.loaded.emit()

    def _show_due(self) -> None:
        if self._caret_due is not None and self._caret_due <= len(self._exact.text):
            self.set_caret(self._caret_due)

    def _need(self, index: int) -> None:
        while self.loading and len(self._exact.text) < index:
            self._loading.go_on()

    def _need_caret(self) -> None:
        if self._caret_due is not None:
            self._need(self._caret_due)

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

    def _redraw_chips(self, first: int, last: int) -> None:
        """Have the display of these characters be what it would be, had the text been opened like this."""
        # Before and after them the display is as it was; in between it may have what was typed, as it was typed.
        length = self.document().characterCount() - 1
        start = self._exact.to_display(first)
        end = length - (self._exact.width - self._exact.to_display(last))
        wanted = "".join(run.shown for run in self._exact.runs(first, last))
        if shown(self.document(), start, end) == wanted:
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

    def _restyle(self) -> None:
        self.setFont(self._theme.fonts.payload)
        self.setTabStopDistance(4 * self.fontMetrics().horizontalAdvance(" "))
