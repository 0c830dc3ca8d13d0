"""Which part of the original text a position on the screen stands for, and the other way round. Pure."""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from atlas_desktop.domain.veil import WORDS, label
from atlas_desktop.ui.hostile_text import Kind, Piece, hidden_count

_NAMES = list(WORDS)
_OTHER, _TEXT, _CHIP, _SHUT, _VEIL = range(5)


def width(text: str) -> int:
    """Length in UTF-16 units: what Qt counts positions in."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


class ShownText:
    """Grows as pieces are shown; gives back the exact original of any range of the display.

    No round trip through the widget: Qt turns a no-break space into a space and CRLF, CR, U+2028 and
    U+2029 into line feeds (measured), so what is copied comes from the text that was shown.

    Nothing is kept that the collector of garbage walks: it stands still for 100 ms over a million pieces.
    """

    def __init__(self) -> None:
        self._starts = array("q")
        self._offsets = array("q")
        self._kinds = bytearray()
        self._originals: list[str] = []
        self._shown: list[str] = []
        self.end = 0
        """Positions of the display that are taken."""
        self.offset = 0
        """Characters of the original that are on view."""
        self.chips = 0
        self.folded = 0
        """Hidden characters in what is folded."""

    def __len__(self) -> int:
        return len(self._originals)

    def add(self, piece: Piece) -> None:
        """Note that ``piece`` now stands at the end of the display."""
        self._starts.append(self.end)
        self._offsets.append(self.offset)
        self._kinds.append(_code(piece))
        self._originals.append(piece.original)
        self._shown.append(piece.shown)
        self.end += width(piece.shown)
        self.offset += len(piece.original)
        self.chips += piece.kind is Kind.CHIP
        self.folded += hidden_count(piece.original) if piece.kind is Kind.SHUT else 0

    def original(
        self, start: int, end: int, *, opening: bool = True, closing: bool = True, veil: bool = False
    ) -> str:
        """The text behind the display positions ``start`` to ``end``.

        What is not drawn, such as the stars of a bold word, stands between two positions: at the ends of the
        range it belongs to it only if ``opening`` or ``closing``. ``veil``: with names for what is covered.
        """
        first = bisect_left(self._starts, start) if opening else bisect_right(self._starts, start)
        if first and (first == len(self._starts) or self._starts[first] > start or not opening):
            first -= 1
        parts: list[str] = []
        for at in range(first, len(self._originals)):
            begin = self._starts[at]
            if begin > end or (begin == end and not (closing and self._is_thin(at))):
                break
            parts.append(self._part(at, start - begin, end - begin, veil))
        return "".join(parts)

    def _is_thin(self, at: int) -> bool:
        return not self._shown[at]

    def _part(self, at: int, start: int, end: int, veil: bool) -> str:
        kind, original = self._kinds[at], self._originals[at]
        if kind != _TEXT:
            if start > 0:
                return ""
            return original if not veil or kind < _VEIL else _cover(kind)
        low, high = max(start, 0), max(end, 0)
        if original.isascii():
            return original[low:high]
        return original.encode("utf-16-le")[2 * low : 2 * high].decode("utf-16-le", "ignore")

    def offset_at(self, position: int) -> int:
        """Where in the original the character shown at this position is."""
        at = bisect_right(self._starts, position) - 1
        if at < 0:
            return 0
        inside = position - self._starts[at]
        if self._kinds[at] != _TEXT or not inside:
            return self._offsets[at]
        original = self._originals[at]
        if not original.isascii():
            inside = len(original.encode("utf-16-le")[: 2 * inside].decode("utf-16-le", "ignore"))
        return self._offsets[at] + min(inside, len(original))

    def position_of(self, offset: int) -> int:
        """Where the character at this place of the original is shown: the last such place, or what stands for it."""
        at = bisect_right(self._offsets, offset) - 1
        if at < 0:
            return 0
        inside = offset - self._offsets[at]
        if self._kinds[at] != _TEXT:
            past = inside >= len(self._originals[at]) > 0
            return self._starts[at] + (width(self._shown[at]) if past else 0)
        return self._starts[at] + width(self._originals[at][:inside])

    def range_of(self, start: int, end: int) -> tuple[int, int]:
        """The display positions of a stretch of the original."""
        first = self.position_of(start)
        if end <= start:
            return first, first
        last = self.position_of(end - 1)
        at = bisect_right(self._offsets, end - 1) - 1
        if self._kinds[at] != _TEXT:
            return first, max(first, self._starts[at] + width(self._shown[at]))
        return first, last + width(self._originals[at][end - 1 - self._offsets[at]])

    def is_shown(self, offset: int) -> bool:
        """Whether the character at this place is shown itself."""
        at = bisect_right(self._offsets, offset) - 1
        return at >= 0 and self._kinds[at] == _TEXT

    def stands(self, position: int) -> tuple[int, int] | None:
        """The stretch of the original that something else stands for at this position of the display."""
        at = bisect_right(self._starts, position) - 1
        if at < 0 or self._kinds[at] == _TEXT:
            return None
        return self._offsets[at], self._offsets[at] + len(self._originals[at])

    def same(self, first: int, last: int, pieces: Sequence[Piece]) -> tuple[int, int]:
        """How many pieces are the same at the beginning and at the end of this range and of ``pieces``."""
        most = min(last - first, len(pieces))
        begin = 0
        while begin < most and self._is(first + begin, pieces[begin]):
            begin += 1
        end = 0
        while end < most - begin and self._is(last - 1 - end, pieces[-1 - end]):
            end += 1
        return begin, end

    def _is(self, at: int, piece: Piece) -> bool:
        return (self._kinds[at], self._originals[at], self._shown[at]) == (
            _code(piece),
            piece.original,
            piece.shown,
        )

    def span(self, first: int, last: int) -> tuple[int, int]:
        """The display positions of a range of pieces."""
        return self._start(first), self._start(last)

    def _start(self, at: int) -> int:
        return self._starts[at] if at < len(self._starts) else self.end

    def replace(self, first: int, last: int, pieces: Sequence[Piece]) -> None:
        """Put other pieces, of the same original, in the place of a range."""
        fresh = ShownText()
        fresh.end, fresh.offset = (
            self._start(first),
            (self._offsets[first] if first < len(self._offsets) else self.offset),
        )
        for piece in pieces:
            fresh.add(piece)
        moved = fresh.end - self._start(last)
        old_chips = sum(kind == _CHIP for kind in self._kinds[first:last])
        old_folded = sum(
            hidden_count(self._originals[at]) for at in range(first, last) if self._kinds[at] == _SHUT
        )
        self._starts[last:] = array("q", (start + moved for start in self._starts[last:]))
        self._starts[first:last] = fresh._starts
        self._offsets[first:last] = fresh._offsets
        self._kinds[first:last] = fresh._kinds
        self._originals[first:last] = fresh._originals
        self._shown[first:last] = fresh._shown
        self.end += moved
        self.chips += fresh.chips - old_chips
        self.folded += fresh.folded - old_folded


def _code(piece: Piece) -> int:
    if piece.kind is Kind.TEXT:
        return _TEXT
    if piece.kind is Kind.CHIP:
        return _CHIP
    if piece.kind is Kind.SHUT:
        return _SHUT
    if piece.kind is Kind.VEIL:
        return _VEIL + (_NAMES.index(piece.name) + 1 if piece.name in WORDS else 0)
    return _OTHER


def _cover(kind: int) -> str:
    return f"[{label(_NAMES[kind - _VEIL - 1])}]" if kind > _VEIL else ""
