"""What is marked in a payload: what is looked for, and the words of the filter. Only what is on view is drawn."""

from array import array
from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final, Literal

import shiboken6
from PySide6.QtGui import QColor, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QTextEdit

from atlas_desktop.ui.theme import Theme, Tokens

if TYPE_CHECKING:
    from atlas_desktop.ui.widgets.payload_view import PayloadView

Spans = Callable[[str], Sequence[tuple[int, int]]]
_MOST_LOOKED_AT: Final = 20_000
_MOST_DRAWN: Final = 500
_FAINT: Final = 70
_ADDED: Final = 3
_REMOVED: Final = 4


class Marks:
    """The marks of one view. Places are those of the original text."""

    def __init__(self, theme: Theme, view: "PayloadView") -> None:
        self._theme = theme
        self._view = view
        self._starts = array("q")
        self._ends = array("q")
        self._current = -1
        self._words: Spans | None = None
        self._changes: Sequence[tuple[int, int]] = ()
        self._change_kind = _ADDED
        self._drawn: list[tuple[int, int, int]] = []
        view.verticalScrollBar().valueChanged.connect(lambda _: self.renew())
        theme.changed.connect(self._restyle)

    def _restyle(self) -> None:
        # Not a QObject: the signal does not know that the view is gone.
        if shiboken6.isValid(self._view):
            self._redraw()

    def clear(self) -> None:
        """Nothing is looked for, and nothing differs; the words of the filter stay."""
        self._changes = ()
        self.show_found(array("q"), array("q"), -1)

    def forget_drawn(self) -> None:
        """The document was emptied, and what was drawn in it with it: draw it when its text is there again."""
        self._drawn = []

    def show_found(self, starts: "array[int]", ends: "array[int]", current: int) -> None:
        """These places were found; ``current`` is the number of the one the reader is at."""
        self._starts, self._ends, self._current = starts, ends, current
        self.renew()

    def show_words(self, words: Spans | None) -> None:
        """What the list is filtered by: its spans in a text."""
        self._words = words
        self.renew()

    def show_changes(self, spans: Sequence[tuple[int, int]], look: Literal["added", "removed"]) -> None:
        """Where this text differs from another one beside it, in order."""
        self._changes, self._change_kind = spans, _ADDED if look == "added" else _REMOVED
        self.renew()

    def renew(self) -> None:
        """Draw what is marked among what is on view now."""
        marked = len(self._starts) or self._words is not None or self._changes
        wanted = self._wanted() if marked else []
        if wanted != self._drawn:
            self._drawn = wanted
            self._redraw()

    def _wanted(self) -> list[tuple[int, int, int]]:
        view = self._view
        blocks = [block for block, _, _ in view.visible_blocks()]
        shown = view.feed.shown
        if not blocks or not len(shown):
            return []  # on a slow machine the first frame may have nothing of the text
        first, last = blocks[0].position(), blocks[-1].position() + blocks[-1].length() - 1
        low, high = shown.offset_at(first), shown.offset_at(last) + 1
        found = [
            (*shown.range_of(start, end), self._change_kind)
            for start, end in self._changes
            if start < high and end > low and start < end
        ][:_MOST_DRAWN]
        if self._words is not None:
            text = shown.original(first, last)[:_MOST_LOOKED_AT]
            found += [
                (*shown.range_of(low + start, low + end), 0)
                for start, end in self._words(text)
                if shown.is_shown(low + start)
            ]
        at = bisect_left(self._starts, low)
        while at < len(self._starts) and self._starts[at] < high and len(found) < _MOST_DRAWN:
            kind = 2 if at == self._current else 1
            found.append((*shown.range_of(self._starts[at], self._ends[at]), kind))
            at += 1
        return found

    def _redraw(self) -> None:
        formats = self._formats()
        selections = []
        for start, end, kind in self._drawn:
            selection = QTextEdit.ExtraSelection()
            cursor = QTextCursor(self._view.document())
            most = self._view.document().characterCount() - 1
            cursor.setPosition(min(start, most))
            cursor.setPosition(min(end, most), QTextCursor.MoveMode.KeepAnchor)
            selection.cursor = cursor
            selection.format = formats[kind]
            selections.append(selection)
        self._view.setExtraSelections(selections)

    def _formats(self) -> tuple[QTextCharFormat, ...]:
        tokens = self._theme.tokens
        words, found, current = QTextCharFormat(), QTextCharFormat(), QTextCharFormat()
        faint = QColor(tokens.color("warn"))
        faint.setAlpha(_FAINT)
        # A line under it as well: no meaning by colour alone.
        words.setBackground(faint)
        words.setForeground(tokens.color("text"))  # muted on it would be 3.4:1
        words.setFontUnderline(True)
        found.setBackground(tokens.color("selection"))
        found.setFontUnderline(True)
        current.setBackground(tokens.color("accent"))
        current.setForeground(tokens.color("on_accent"))
        return words, found, current, *_of_changes(tokens)


def _of_changes(tokens: Tokens) -> tuple[QTextCharFormat, QTextCharFormat]:
    """As in the correction editor."""
    added, removed = QTextCharFormat(), QTextCharFormat()
    added.setBackground(tokens.color("added"))
    removed.setBackground(tokens.color("removed"))
    if tokens.name == "contrast":
        added.setFontUnderline(True)
        removed.setFontStrikeOut(True)
    return added, removed
