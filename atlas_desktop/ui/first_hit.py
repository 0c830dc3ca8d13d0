"""What the list is filtered by, brought into view when a call is opened: the first place of it in each text."""

from collections.abc import Callable, Iterator, Sequence
from time import perf_counter
from typing import Final

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QTextCursor

from atlas_desktop.ui.widgets.payload_view import PayloadView

Spans = Callable[[str], Sequence[tuple[int, int]]]
Place = tuple[int, int]

_SLICE_SECONDS: Final = 0.003
_AT_ONCE: Final = 8_000
"""Characters looked through in one go: 1 ms."""
_OVERLAP: Final = 400
_MOST: Final = 1_000_000
"""Characters of a text that are looked through."""


class FirstHit(QObject):
    """One a reading pane group. Who has scrolled meanwhile stays where he is."""

    def __init__(self, views: Sequence[PayloadView], parent: QObject) -> None:
        super().__init__(parent)
        self._views = views
        self._spans: Spans | None = None
        self._call: int | None = None
        self._works: list[Iterator[Place | None] | None] = [None for _ in views]
        self._found: list[Place | None] = [None for _ in views]
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._slice)
        for view in views:
            view.shown_changed.connect(self._reveal)

    def look_for(self, spans: Spans | None) -> None:
        """The list is filtered by these words from now on; the call on the screen is looked through anew."""
        self._spans = spans
        self._call = None

    def show_call(self, call: int | None) -> None:
        """Another text is on the screen; it is of this call (seq)."""
        if call == self._call:
            return  # its correction changed, or it is read otherwise: whoever reads it stays where he is
        self._call = call
        self._found = [None for _ in self._views]
        self._works = [None if self._spans is None else _places(view, self._spans) for view in self._views]
        self._timer.stop()
        if self._spans is not None and call is not None:
            self._timer.start()
            self._slice()

    def _slice(self) -> None:
        until = perf_counter() + _SLICE_SECONDS
        for number, work in enumerate(self._works):
            for place in work or ():
                self._found[number] = place
                if place is not None or perf_counter() > until:
                    break
            else:
                self._works[number] = None
            if self._found[number] is not None:
                self._works[number] = None
        if not any(self._works):
            self._timer.stop()
        self._reveal()

    def _reveal(self, *_: object) -> None:
        for number, view in enumerate(self._views):
            place = self._found[number]
            if place is None:
                continue
            # Before, because showing it tells us again.
            self._found[number] = None
            if (
                view.verticalScrollBar().value() == 0
                and not _in_sight(view, place)
                and not view.reveal(*place)
            ):
                self._found[number] = place


def _places(view: PayloadView, spans: Spans) -> Iterator[Place | None]:
    """None while looking, then the first place."""
    at = looked = 0
    while looked < _MOST and (at < len(view.feed.parts) or view.feed.take_more()):
        base, part = view.feed.bases[at], view.feed.parts[at]
        at += 1
        if part.style != "text":
            continue
        for start in range(0, len(part.text), _AT_ONCE):
            found = spans(part.text[max(start - _OVERLAP, 0) : start + _AT_ONCE])
            if found:
                first = base + max(start - _OVERLAP, 0)
                yield first + found[0][0], first + found[0][1]
                return
            looked += _AT_ONCE
            yield None


def _in_sight(view: PayloadView, place: Place) -> bool:
    if view.feed.shown.offset < place[1]:
        return False
    cursor = QTextCursor(view.document())
    cursor.setPosition(view.feed.shown.range_of(*place)[0])
    return view.viewport().rect().contains(view.cursorRect(cursor).center())
