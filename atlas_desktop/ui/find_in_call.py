"""Finding words in all of a call: what is on view, what is not laid out yet, and what is folded."""

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from time import perf_counter
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from atlas_desktop.ui.parts import Part
from atlas_desktop.ui.rendering import Look, Reading, Run, is_json, text_runs
from atlas_desktop.ui.widgets.payload_view import PayloadView

_WINDOW: Final = 32_000
_OVERLAP: Final = 400
_SLICE_SECONDS: Final = 0.008
MOST: Final = 100_000
"""So many places are counted at most."""

Place = tuple[int, int]
_GAP: Final = r"\s+"


def pattern_of(words: str) -> re.Pattern[str] | None:
    """Upper and lower case are the same, and so is any white space."""
    parts = words.split()
    return re.compile(_GAP.join(map(re.escape, parts)), re.IGNORECASE) if parts else None


def places_in(part: Part, reading: Reading, pattern: re.Pattern[str]) -> Iterator[Place | None]:
    """Where a part says it, in order. None: nothing yet, others may have their turn.

    What is rendered is looked through as it is read, so that stars do not part words, and as it was written.
    """
    if part.style == "heading":
        return  # ours: whose turn it is
    rendered = part.style == "text" and reading.rendered and not is_json(part.text)
    found = _written(part.text, pattern)
    if rendered:
        read: list[Place] = []
        for place in _read(part.text, Reading(rendered=True), pattern):
            if place is None:
                yield None
            else:
                read.append(place)
        yield from _united(read, [place for place in found if place is not None])
    else:
        yield from found


def _written(text: str, pattern: re.Pattern[str]) -> Iterator[Place | None]:
    last = 0
    for start in range(0, len(text), _WINDOW):
        for found in pattern.finditer(text, max(start, last), min(start + _WINDOW + _OVERLAP, len(text))):
            if found.start() < start + _WINDOW:
                last = found.end()
                yield found.span()
        yield None


def _read(text: str, reading: Reading, pattern: re.Pattern[str]) -> Iterator[Place | None]:
    """The same in what is read: text without its markup."""
    words: list[str] = []
    starts, places, size = array("q"), array("q"), 0
    for run in text_runs(text, reading):
        if run is None:
            yield None
        elif _is_text(run):
            starts.append(size)
            places.append(run.start)
            words.append(text[run.start : run.end])
            size += run.end - run.start
    for found in pattern.finditer("".join(words)):
        first = bisect_right(starts, found.start()) - 1
        last = bisect_right(starts, found.end() - 1) - 1
        yield (
            places[first] + found.start() - starts[first],
            places[last] + found.end() - starts[last],
        )


def _is_text(run: Run) -> bool:
    return run.end > run.start and (run.shown is None or bool(run.look & (Look.FOLD | Look.IMAGE)))


def _united(one: Sequence[Place], other: Sequence[Place]) -> Iterator[Place]:
    end = 0
    for start, stop in sorted({*one, *other}):
        if start >= end:
            yield start, stop
            end = stop


class FindInCall(QObject):
    """What is looked for in some views. ``changed``: more was found, or the reader is at another place."""

    changed = Signal()

    def __init__(self, views: Sequence[PayloadView], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._views = views
        self._found: list[tuple[array[int], array[int]]] = [(array("q"), array("q")) for _ in views]
        self._work: Iterator[None] = iter(())
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._slice)
        self._words = ""
        self.current = -1
        """The number of the place the reader is at, over all views; -1: none."""
        for view in views:
            view.shown_changed.connect(self._try_reveal)
        self._unrevealed = False

    @property
    def count(self) -> int:
        """How many places were found so far."""
        return sum(len(starts) for starts, _ in self._found)

    @property
    def searching(self) -> bool:
        """Whether there may be more."""
        return self._timer.isActive()

    def look_for(self, words: str) -> None:
        """Begin anew with these words; empty ones find nothing."""
        self._timer.stop()
        self._words = words
        self._found = [(array("q"), array("q")) for _ in self._views]
        self.current = -1
        self._unrevealed = False
        pattern = pattern_of(words)
        self._work = self._through(pattern) if pattern is not None else iter(())
        if pattern is not None:
            self._timer.start()
        self._mark()
        self.changed.emit()

    def again(self) -> None:
        """The same words: another call is shown, or it is read otherwise."""
        self.look_for(self._words)

    def step(self, direction: int) -> None:
        """To the next place or the one before, from the last to the first."""
        if self.count:
            self.current = (self.current + direction) % self.count
            self._show()

    def _through(self, pattern: re.Pattern[str]) -> Iterator[None]:
        for number, view in enumerate(self._views):
            if not view.isVisibleTo(view.window()):
                continue
            starts, ends = self._found[number]
            at = 0
            while at < len(view.feed.parts) or view.feed.take_more():
                if at >= len(view.feed.parts):
                    break
                base, part = view.feed.bases[at], view.feed.parts[at]
                for place in places_in(part, view.reading, pattern):
                    if place is not None:
                        starts.append(base + place[0])
                        ends.append(base + place[1])
                    if self.count >= MOST:
                        return
                    yield
                at += 1
                yield

    def _slice(self) -> None:
        until = perf_counter() + _SLICE_SECONDS
        for _ in self._work:
            if perf_counter() >= until:
                break
        else:
            self._timer.stop()
        if self.current < 0 and self.count:
            self.current = 0
            self._show()
        self._mark()
        self.changed.emit()

    def _show(self) -> None:
        self._unrevealed = True
        self._try_reveal()
        self._mark()
        self.changed.emit()

    def _try_reveal(self, *_: object) -> None:
        place = self._place()
        if self._unrevealed and place is not None:
            view, at = place
            starts, ends = self._found[view]
            # Before, because showing it tells us again.
            self._unrevealed = False
            self._unrevealed = not self._views[view].reveal(starts[at], ends[at])

    def _place(self) -> tuple[int, int] | None:
        at = self.current
        for number, (starts, _) in enumerate(self._found):
            if 0 <= at < len(starts):
                return number, at
            at -= len(starts)
        return None

    def _mark(self) -> None:
        place = self._place()
        for number, (starts, ends) in enumerate(self._found):
            current = place[1] if place is not None and place[0] == number else -1
            self._views[number].marks.show_found(starts, ends, current)
