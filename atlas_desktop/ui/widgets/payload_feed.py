"""Puts parts into a document, a little at a time, so that the window stays alive however long they are."""

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, islice
from time import perf_counter
from typing import Final

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QTextBlockFormat, QTextCursor, QTextDocument

from atlas_desktop.ui.hostile_text import Kind, Piece, one_line
from atlas_desktop.ui.parts import HEADINGS, Part
from atlas_desktop.ui.rendering import CHILDREN, Look, Reading, is_rendered, run_pieces, text_runs
from atlas_desktop.ui.rendering.json_lines import RIGHT_TO_LEFT
from atlas_desktop.ui.shown_text import ShownText
from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.payload_formats import HEADING, TURN, Formats, line_state

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
FIRST_SECONDS: Final = 0.008
_BATCH_SECONDS: Final = 0.010

Fed = tuple[Part, int, str | None, Piece]
"""A piece with the part it is of, its look, and where it leads."""


class Feed(QObject):
    """One payload on its way into its document. ``progressed``: there is more of it than before."""

    progressed = Signal()

    def __init__(self, theme: Theme, document: QTextDocument, parent: QObject) -> None:
        super().__init__(parent)
        self.formats = Formats(theme)
        self._document = document
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._next_batch)
        self.reading = Reading()
        self._reset((), {})

    def begin(self, parts: Iterable[Part], reading: Reading, folds: dict[int, dict[int, int]]) -> None:
        """Show these in the empty document, from the beginning. They are taken as they are needed."""
        self._timer.stop()
        self.reading = reading
        self.formats.renew(reading)
        self._reset(parts, folds)
        self._take()
        self.go_on(FIRST_SECONDS)

    def _reset(self, parts: Iterable[Part], folds: dict[int, dict[int, int]]) -> None:
        self.shown = ShownText()
        self.parts: list[Part] = []
        self.bases = array("q")
        """Where each part begins in the text of all."""
        self._pieces = array("q")  # the first piece of each part
        self._source: Iterator[Part] = iter(parts)
        self._rest: Iterator[Fed | None] = iter(())
        self.folds = folds
        self._all = False
        self._spent = True
        self._from_left = False
        self.more_parts = False
        self.exact = False
        """Whether something is shown as it was recorded because it is long."""
        self.limit = FIRST_CHARACTERS
        self.total = 0

    # how far it is

    @property
    def complete(self) -> bool:
        """Whether everything is on view."""
        return self._spent and not self.more_parts

    @property
    def busy(self) -> bool:
        """Whether it goes on by itself."""
        return self._timer.isActive()

    @property
    def wants_more(self) -> bool:
        """Whether it may go on without a word from the reader."""
        if self.shown.chips >= CHIP_LIMIT:
            return False
        if self._spent:
            return self._all and self.more_parts
        # At the very end there may be something of our own that stands for no character.
        return self._all or self.shown.offset < self.limit or self.shown.offset >= self.total

    def stop(self) -> None:
        """No more for now."""
        self._timer.stop()

    def all_parts(self) -> Iterable[Part]:
        """Those that were taken and those that were not."""
        return chain(self.parts, self._source)

    def want_all(self) -> None:
        """Go on to the end, in batches."""
        self._all = True
        self._timer.start()

    def want(self, offset: int) -> None:
        """Go on at least to this place of the text."""
        if offset >= self.total:
            self.take_more()
        if offset >= self.limit:
            self.limit = offset + 1
        if self.wants_more:
            self._timer.start()

    def _next_batch(self) -> None:
        self.go_on(_BATCH_SECONDS)

    def go_on(self, seconds: float) -> None:
        """Work for about so long."""
        until = perf_counter() + seconds
        cursor = QTextCursor(self._document)
        cursor.movePosition(QTextCursor.MoveOperation.End)
        block, now = _BLOCK_CHARACTERS, perf_counter()
        # What stands for no character at the very end takes no batch of its own: nothing of it may be painted.
        while self.wants_more and (now < until or self.shown.offset >= self.total):
            began = now
            self._insert_some(cursor, block)
            now = perf_counter()
            # Ordinary text is quick, and each block has its price; where it gets slow, small steps again.
            block = min(2 * block, _LARGEST_BLOCK) if now - began < _QUICK_SECONDS else _BLOCK_CHARACTERS
        if not self.wants_more:
            self._timer.stop()
        elif not self._timer.isActive():
            self._timer.start()
        self.progressed.emit()

    def take_more(self) -> bool:
        """Take the next parts, to be shown later. False: there are none."""
        if not self.more_parts:
            return False
        self._take()
        return True

    def _take(self) -> None:
        taken = list(islice(self._source, FIRST_PARTS))
        following = next(self._source, None)
        self.more_parts = following is not None
        if following is not None:
            self._source = chain((following,), self._source)
        for part in taken:
            self.bases.append(self.total)
            self.total += len(part.text)
            self.exact |= part.style == "text" and not is_rendered(part.text)
        self.parts += taken
        if self._spent:
            self._spent = False
            self._rest = self._fed()

    def _fed(self) -> Iterator[Fed | None]:
        while len(self._pieces) < len(self.parts):
            number = len(self._pieces)
            self._pieces.append(len(self.shown))
            yield from self._of_part(number)

    def _of_part(self, number: int) -> Iterator[Fed | None]:
        part = self.parts[number]
        if part.style in HEADINGS:
            # The app's own lines: nothing in them may draw another one.
            yield part, 0, None, Piece(Kind.STAND, "\n".join(map(one_line, part.text.split("\n"))), part.text)
            return
        reading = self.reading if part.style == "text" else Reading(rendered=False)
        column = 0
        for run in text_runs(part.text, reading, self.folds.get(number)):
            if run is None:
                yield None
                continue
            making = run_pieces(part.text, run, column)
            while True:
                try:
                    piece = next(making)
                except StopIteration as done:
                    column = done.value or 0
                    break
                yield part, run.look, run.detail, piece

    def _insert_some(self, cursor: QTextCursor, characters: int) -> None:
        """About so many characters, laid out at once."""
        enough = self.shown.offset + characters
        cursor.beginEditBlock()
        for _ in range(_BLOCK_PIECES):
            following = next(self._rest, _END)
            if following is _END:
                self._in_hand_shown()
                break
            if following is None:
                break
            self._insert(cursor, *following)
            self.shown.add(following[3])
            if self.shown.offset >= enough or not self.wants_more:
                break
        cursor.endEditBlock()

    def _in_hand_shown(self) -> None:
        self._spent = True
        if self._all:
            self.take_more()

    def _insert(self, cursor: QTextCursor, part: Part, look: int, detail: str | None, piece: Piece) -> None:
        own = part.style == "text" or piece.kind in (Kind.CHIP, Kind.VEIL)
        text_format = (
            self.formats.of(piece, look, detail) if own else self.formats.styled(part.style, bool(part.link))
        )
        first, start = cursor.block(), cursor.position()
        if piece.shown:
            cursor.insertText(piece.shown, text_format)
        if state := line_state(look) if own else _STATES.get(part.style, 0):
            # A line end belongs to the line it ends.
            last = cursor.blockNumber() - piece.shown.endswith("\n")
            while first.isValid() and first.blockNumber() <= last:
                first.setUserState(max(first.userState(), 0) | state)
                first = first.next()
        self._direct(cursor, start, piece.shown, look)

    def _direct(self, cursor: QTextCursor, start: int, shown: str, look: int) -> None:
        """Code runs from left to right, whatever letters it holds; what comes after it goes by its letters again."""
        if look & Look.MONO:
            if RIGHT_TO_LEFT.search(shown) is None:
                return
            self._from_left = True
            self._turn(cursor, start, Qt.LayoutDirection.LeftToRight)
        elif self._from_left and shown.strip("\n"):
            self._from_left = False
            self._turn(cursor, cursor.position(), Qt.LayoutDirection.LayoutDirectionAuto)

    @staticmethod
    def _turn(cursor: QTextCursor, start: int, direction: Qt.LayoutDirection) -> None:
        lines = QTextCursor(cursor)
        lines.setPosition(start, QTextCursor.MoveMode.KeepAnchor)
        block = QTextBlockFormat()
        block.setLayoutDirection(direction)
        lines.setBlockFormat(block)

    # folds

    def part_at(self, offset: int) -> int:
        """The number of the part that holds this place of the text."""
        return max(bisect_right(self.bases, offset) - 1, 0)

    def fold(self, places: Mapping[int, str]) -> bool:
        """Fold what is open and unfold what is folded at these positions, by its name.

        False: only showing all anew can do it.
        """
        numbers = set()
        for position, name in places.items():
            number = self.part_at(self.shown.offset_at(position))
            start, _, more = name.partition("+")
            shut = self.shown.stands(position) is not None
            folds = self.folds.setdefault(number, {})
            folds[int(start)] = int(more) + CHILDREN if more else CHILDREN if shut else 0
            numbers.add(number)
        # The last first: what comes before it keeps its place.
        renewed = [self._renew(number) for number in sorted(numbers, reverse=True)]
        return all(renewed)

    def _renew(self, number: int) -> bool:
        """Show this part as its folds are now, touching only what differs."""
        if number + 1 >= len(self._pieces) and not self.complete:
            return False
        fresh = [fed for fed in self._of_part(number) if fed is not None]
        first = self._pieces[number]
        last = self._pieces[number + 1] if number + 1 < len(self._pieces) else len(self.shown)
        begin, end = self.shown.same(first, last, [fed[3] for fed in fresh])
        changed = fresh[begin : len(fresh) - end]
        start, stop = self.shown.span(first + begin, last - end)
        cursor = QTextCursor(self._document)
        cursor.setPosition(start)
        cursor.setPosition(stop, QTextCursor.MoveMode.KeepAnchor)
        cursor.beginEditBlock()
        cursor.removeSelectedText()
        for fed in changed:
            self._insert(cursor, *fed)
        cursor.endEditBlock()
        self.shown.replace(first + begin, last - end, [fed[3] for fed in changed])
        moved = len(fresh) - (last - first)
        for later in range(number + 1, len(self._pieces)):
            self._pieces[later] += moved
        self.progressed.emit()
        return True


_END: Final[Fed] = (Part(""), 0, None, Piece(Kind.END, "", ""))
_STATES: Final = {"heading": HEADING | TURN, "subheading": TURN}
