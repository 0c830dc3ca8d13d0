"""Which part of the original text a position on the screen stands for. Pure."""

from array import array
from bisect import bisect_right

from atlas_desktop.ui.hostile_text import Kind, Piece


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
        self._texts = bytearray()
        self._originals: list[str] = []
        self._end = 0
        self.chips = 0

    def add(self, piece: Piece) -> None:
        """Note that ``piece`` now stands at the end of the display."""
        self._starts.append(self._end)
        self._texts.append(piece.kind is Kind.TEXT)
        self._originals.append(piece.original)
        self._end += width(piece.shown)
        self.chips += piece.kind is Kind.CHIP

    def original(self, start: int, end: int) -> str:
        """The text behind the display positions ``start`` to ``end``."""
        first = max(bisect_right(self._starts, start) - 1, 0)
        parts: list[str] = []
        for at in range(first, len(self._originals)):
            begin = self._starts[at]
            if begin >= end:
                break
            parts.append(_part(self._originals[at], bool(self._texts[at]), start - begin, end - begin))
        return "".join(parts)


def _part(original: str, as_shown: bool, start: int, end: int) -> str:
    if not as_shown:
        return original if start <= 0 else ""
    low, high = max(start, 0), max(end, 0)
    if original.isascii():
        return original[low:high]
    return original.encode("utf-16-le")[2 * low : 2 * high].decode("utf-16-le", "ignore")
