"""Suggestions for the filter line: what could stand at the cursor, and what was probably meant."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QObject, QPoint, Signal

from atlas_desktop.domain.filter import Facets, Fault, complete, parse
from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.completion_popup import CompletionPopup, Offer
from atlas_desktop.ui.widgets.filter_line import FilterLine
from atlas_desktop.wording import tr

COMPLETE: Final = "Ctrl+Space"
"""Offers what could stand at the cursor, also where nothing is typed yet."""


@dataclass(frozen=True, slots=True)
class _Edit:
    """Put ``text`` from ``start`` to ``end`` of the line."""

    start: int
    end: int
    text: str


class FilterCompletion(QObject):
    """Reads the line after each key. ``took`` tells that a suggestion is in the line now.

    Tab takes the first suggestion; Enter only one that is marked, since a word may be meant as it is. Values are
    marked at once: after ``rating:`` nothing else makes sense.
    """

    took = Signal()

    def __init__(self, theme: Theme, line: FilterLine, popup: CompletionPopup) -> None:
        super().__init__(line)
        self._line = line
        self._theme = theme
        self._vocabulary = Facets()
        self._edits: tuple[_Edit, ...] = ()
        self._typing = False
        self.mend: Callable[[], bool] = lambda: False
        """What Tab does when nothing is suggested: put right what is not understood. False when all is."""
        self.popup = popup
        line.first = self._key
        line.textEdited.connect(lambda _: self._typed())
        line.cursorPositionChanged.connect(lambda _old, _new: self._moved())
        line.moved.connect(self._moved)
        line.exited.connect(self.close)
        popup.taken.connect(self.take)

    def set_vocabulary(self, vocabulary: Facets) -> None:
        """What there is in the store."""
        self._vocabulary = vocabulary
        if self._typing:
            self.refresh()

    def refresh(self, *, asked: bool = False) -> None:
        """Offer what fits at the cursor. Where nothing is typed yet only when ``asked`` for."""
        text, cursor = self._line.text(), self._line.cursorPosition()
        found = complete(text, cursor, self._vocabulary)
        typed = text[found.start : found.end]
        options = tuple(option for option in found.options if option.text != typed)
        if not asked and not typed and text[found.start - 1 : found.start] != ":":
            options = ()
        edits = [_Edit(found.start, found.end, option.text) for option in options]
        offers = [Offer(option.text, option.detail) for option in options]
        fault = self._fault_at(text, cursor) if not options else None
        message = fault.message if fault is not None else ""
        if fault is not None and fault.suggestion is not None:
            edits, offers = [_Edit(fault.start, fault.end, fault.suggestion)], [_meant(fault.suggestion)]
        self._edits = tuple(edits)
        start = edits[0].start if edits else found.start
        # What is typed may be a whole value and the beginning of another: then Enter takes it as it is.
        whole = len(options) < len(found.options)
        marked = fault is not None or asked or (start > 0 and text[start - 1] == ":" and not whole)
        where = self._under(fault.start if fault else start)
        self.popup.offer(offers, where, marked=marked, message=message)

    def close(self) -> bool:
        """No suggestions until the next key. False when there were none."""
        was, self._typing = self.popup.isVisible(), False
        self.popup.hide()
        return was

    def take(self, number: int) -> None:
        """Put this suggestion into the line; what may follow it is offered."""
        edit, text = self._edits[number], self._line.text()
        rest = text[edit.end :]
        put = edit.text if edit.text.endswith(":") or rest.startswith(" ") else f"{edit.text} "
        self.popup.hide()
        self._line.setText(text[: edit.start] + put + rest)
        self._line.setCursorPosition(edit.start + len(put))
        self._line.setFocus()
        self.took.emit()
        if edit.text.endswith(":"):
            self.refresh()

    def _key(self, name: str) -> bool:
        popup = self.popup
        if name in (COMPLETE, "Alt+Down"):
            self.refresh(asked=True)
            return True
        if not popup.isVisible() or not popup.offers:
            return name == "Tab" and self.mend()
        if name in ("Up", "Down"):
            popup.move_mark(1 if name == "Down" else -1)
            return True
        if name == "Tab" or (name == "Enter" and popup.at is not None):
            self.take(popup.at or 0)
            return True
        return False

    def _typed(self) -> None:
        self._typing = True
        self.refresh()

    def _moved(self) -> None:
        if self.popup.isVisible():
            self.refresh()

    def _fault_at(self, text: str, cursor: int) -> Fault | None:
        faults = parse(text).faults
        return next(
            (each for each in faults if each.start <= cursor <= each.end and not each.unfinished), None
        )

    def _under(self, position: int) -> QPoint:
        line = self._line
        inside = QPoint(min(max(line.x_of(position) - 16, 0), line.width()), line.height() + 2)
        return self.popup.over.mapFromGlobal(line.mapToGlobal(inside))


def _meant(suggestion: str) -> Offer:
    return Offer(suggestion, tr("probably meant"))
