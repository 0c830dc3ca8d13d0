"""The words of a text in any script, and where they are."""

import re
import unicodedata
from typing import Final

from atlas_desktop.domain.diff.model import Span

# One letter of class for each character: Python's re has no Unicode properties, and its \w leaves out the vowel
# signs of half of India. w letter, d digit, u underscore, c stands alone (Han, kana, Thai …), v Thai vowel before its
# consonant, m sits on what is before it, z joins (ZWJ), i half a flag, a ' between letters, n . or , between digits,
# h ruler (---, ===), s white space, l line end, p anything else.
_JOINED = r"z+(?:ii?|[^slz])?"
_WORD = rf"[wdu](?:[wdu]|m|{_JOINED}|(?<=[wm])a(?=w)|(?<=d)n(?=d))*"
_TAIL = rf"(?:m|{_JOINED})*"
_BY_CLASS: Final = re.compile(
    rf"s(?=[mz]){_TAIL}|{_JOINED}{_TAIL}|{_WORD}|v?c{_TAIL}|ii?{_TAIL}|h+{_TAIL}|[^sl]{_TAIL}"
)
# The same for ASCII, where a class is a set of characters.
_ASCII: Final = re.compile(
    r"[A-Za-z0-9_](?:[A-Za-z0-9_]+|(?<=[A-Za-z])'(?=[A-Za-z])|(?<=[0-9])[.,](?=[0-9]))*|[-=*#~+]+|[^\s]"
)
_ESCAPE: Final = re.compile(
    r"\\u[dD][89aAbB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.", re.DOTALL
)

_ALONE: Final = (
    *((0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x19E0, 0x19FF), (0x1A20, 0x1AAF)),
    *((0x2E80, 0x2FDF), (0x3005, 0x3007), (0x3021, 0x30FF), (0x31C0, 0x31FF), (0x3400, 0x4DBF)),
    *((0x4E00, 0x9FFF), (0xA9E0, 0xA9FF), (0xAA60, 0xAADF), (0xF900, 0xFAFF), (0xFF66, 0xFF9D)),
    *((0x1B000, 0x1B16F), (0x20000, 0x3FFFD)),
)
"""Written without spaces between words (South-East Asia, China, Japan): each character is a word of its own."""
_SET: Final = (
    {ord(character): "a" for character in "'’ʼ·"}
    | {ord(character): "n" for character in ".,٫٬"}
    | {ord(character): "h" for character in "-=*#~+"}
    | dict.fromkeys(range(0x1F3FB, 0x1F400), "m")
    | dict.fromkeys(range(0xE0020, 0xE0080), "m")
    | dict.fromkeys((0x200C, 0x0E33, 0x0EB3, 0xFF9E, 0xFF9F), "m")
    | dict.fromkeys((*range(0x0E40, 0x0E45), *range(0x0EC0, 0x0EC5)), "v")
    | dict.fromkeys(range(0x1F1E6, 0x1F200), "i")
    | dict.fromkeys((*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD), "w")
    | {0x200D: "z"}
)
_GENERAL: Final = {"L": "w", "M": "m", "N": "d"}


class _Classes(dict[int, str]):
    """The class of each character met so far."""

    def __missing__(self, code: int) -> str:
        found = self[code] = _class_of(code)
        return found


def _class_of(code: int) -> str:
    category = unicodedata.category(chr(code))
    if chr(code).isspace():
        return "l" if category in ("Cc", "Zl", "Zp") else "s"
    if category[0] == "L" and any(first <= code <= last for first, last in _ALONE):
        return "c"
    if category == "Pc":
        return "u"
    return _GENERAL.get(category[0], "p")


_CLASSES: Final = _Classes(_SET)
_NEAR: Final = 2_000


def words(text: str, start: int = 0, stop: int | None = None) -> list[Span]:
    """The spans of words, numbers and signs, in order; what is between them is white space.

    A character is never parted from its marks, an emoji never from what it is joined to, a flag never halved.
    ``start`` and ``stop`` must be at white space.
    """
    stop = len(text) if stop is None else stop
    if text.isascii():
        return [match.span() for match in _ASCII.finditer(text, start, stop)]
    part = text if stop - start == len(text) else text[start:stop]
    spans = [match.span() for match in _BY_CLASS.finditer(part.translate(_CLASSES))]
    return spans if not start else [(a + start, b + start) for a, b in spans]


def string_words(text: str, start: int = 0, stop: int | None = None) -> list[Span]:
    """The same inside a JSON string, where an escape is one sign."""
    spans: list[Span] = []
    stop = len(text) if stop is None else stop
    for match in _ESCAPE.finditer(text, start, stop):
        spans += words(text, start, match.start())
        spans.append(match.span())
        start = match.end()
    return spans + words(text, start, stop)


def boundary_before(text: str, at: int) -> int:
    """The last place up to here, and not far, where a word certainly begins; 0 when there is none."""
    low = max(0, at - _NEAR)
    place = at
    while (place := _space_before(text, low, place)) > low:
        if _CLASSES[ord(text[place])] not in ("m", "z"):
            return place
        place -= 1
    return next((place for place in range(at, low, -1) if _alone(text, place)), 0)


def boundary_after(text: str, at: int) -> int:
    """The first place from here on, and not far, where no word goes on; the end of the text when there is none."""
    high = min(len(text), at + _NEAR)
    found = [place for place in (text.find(" ", at, high), text.find("\n", at, high)) if place >= 0]
    if found:
        return min(found)
    return next((place for place in range(max(at, 1), high) if _alone(text, place)), len(text))


def _space_before(text: str, low: int, at: int) -> int:
    return max(text.rfind(" ", low, at), text.rfind("\n", low, at)) + 1


def _alone(text: str, at: int) -> bool:
    """Whether a character that is a word of its own begins here."""
    return _CLASSES[ord(text[at])] == "c" and _CLASSES[ord(text[at - 1])] not in ("v", "z", "s")
