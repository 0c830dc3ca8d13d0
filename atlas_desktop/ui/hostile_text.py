"""Text that tries to look like something else, made visible (Trojan Source; sync.md, threat 3).

Pure: decides which characters a reader cannot see and what to show in their place. The text itself is
never altered: a view keeps it and shows pieces of it.
"""

import re
import unicodedata
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Final

FOLD_AT: Final = 2_000
"""A line longer than this is shown folded: Qt lays out a paragraph at once, 0.1 ms a 1,000 characters."""

CHUNK: Final = 4_000
"""The longest piece, so that showing one never takes long."""

MOST_MARKS: Final = 30
"""What may extend one character: 30 is the limit of Unicode's stream-safe text (UAX 15), met by every language.

Qt lays out one character with its marks, modifiers and joiners in a time that grows with their square: 300,000
skin tones on one face held up the window for a second.
"""

_CHIP_COLUMNS: Final = 8

CHIP: Final = "\ufffc"
"""Stands in the display for one hidden character: one position, neutral in right-to-left text."""

# Bidi controls, C0 and C1, zero-width, fillers that draw nothing, tags, line separators, what Qt's documents
# use themselves (FDD0, FDD1, FFFC), noncharacters, lone surrogates. Tab and line feed are not hidden.
_ALWAYS = (
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u034f\u061c\u070f\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ud800-\udfff\ufdd0-\ufdef\ufe00-\ufe0d\ufeff"
    "\uffa0\ufff0-\ufffc\ufffe\uffff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
    + "".join(chr(plane + 0xFFFE) + chr(plane + 0xFFFF) for plane in range(0x10000, 0x110000, 0x10000))
)
# Joiners are spelling between letters of these scripts (Persian, Devanagari) and inside emoji; elsewhere
# they only hide something. The rule is that of Unicode's identifier profile (UAX 31, A1-B), simplified.
_JOINING = (
    "\u0620-\u06ff\u0700-\u074f\u0750-\u077f\u08a0-\u08ff\u0900-\u0dff\u1000-\u109f\u1780-\u17b3\u17b6-\u17ff"
    "\u1820-\u18af\u2600-\u27bf\ufb50-\ufdcf\ufe0f\ufe70-\ufefc\U0001f000-\U0001faff"
)
_JOINS = re.compile(f"[{_JOINING}]")
_SEEN = re.compile(f"[^\\s\ufe00-\ufe0f{_ALWAYS}]")
# One character class of few ranges: each range beyond the BMP costs every character another comparison. With all of
# those above a megabyte took 38 ms, with these 6 ms. What is no suspect, or depends on neighbours, is looked at after.
_BEYOND = "\U00010000"
_WIDE_SUSPECTS = "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U0001fffe-\U0010ffff"
_SUSPECT = re.compile(f"[{_ALWAYS[: _ALWAYS.index(chr(0x1BCA0))]}\r\u200c\u200d\ufe0e\ufe0f{_WIDE_SUSPECTS}]")
_HIDDEN_BEYOND = re.compile(f"[{_ALWAYS[_ALWAYS.index(chr(0x1BCA0)) :]}]")

_NAMES: Final = {
    0x00: "NUL", 0x08: "BS", 0x0B: "VT", 0x0C: "FF", 0x0D: "CR", 0x1B: "ESC", 0x7F: "DEL", 0x85: "NEL",
    0xAD: "SHY", 0x34F: "CGJ", 0x61C: "ALM", 0x200B: "ZWSP", 0x200C: "ZWNJ", 0x200D: "ZWJ", 0x200E: "LRM",
    0x200F: "RLM", 0x2028: "LS", 0x2029: "PS", 0x202A: "LRE", 0x202B: "RLE", 0x202C: "PDF", 0x202D: "LRO",
    0x202E: "RLO", 0x2060: "WJ", 0x2066: "LRI", 0x2067: "RLI", 0x2068: "FSI", 0x2069: "PDI", 0xFEFF: "BOM",
}  # fmt: skip


class Kind(Enum):
    """What a piece of displayed text stands for."""

    TEXT = "text"
    CHIP = "chip"
    END = "end"
    FOLD = "fold"
    STAND = "stand"
    """Something of the app's own, or markup: nothing of what is shown is the text itself."""
    SHUT = "shut"
    """As STAND, for what is folded: it may hide characters that no chip shows."""
    VEIL = "veil"


@dataclass(frozen=True, slots=True)
class Piece:
    """``shown`` is what the display holds, ``original`` what the text holds there.

    ``name`` is what a veil covers; of a long thing only the first piece has it.
    """

    kind: Kind
    shown: str
    original: str
    name: str = ""


def chip_label(character: str) -> str:
    """The short name of a hidden character: ``RLO``, ``ZWSP``, ``U+E0041``."""
    code = ord(character)
    return _NAMES.get(code) or f"U+{code:04X}"


def hidden_count(text: str) -> int:
    """How many characters of ``text`` a reader would not see."""
    return sum(1 for piece in pieces(text) if piece.kind is Kind.CHIP)


def one_line(text: str) -> str:
    """For labels and list rows: one line, each hidden character spelled as ``‹RLO›``."""
    return _SUSPECT.sub(_spelled, text).replace("\n", " ").replace("\t", " ")


def suspects(text: str, start: int = 0, end: int | None = None) -> Iterator[tuple[int, Kind]]:
    """Where something is hidden between ``start`` and ``end``: CHIP, or END for the first half of CRLF."""
    for match in _SUSPECT.finditer(text, start, len(text) if end is None else end):
        kind = _kind(match)
        if kind is not Kind.TEXT:
            yield match.start(), kind


def _spelled(match: re.Match[str]) -> str:
    kind = _kind(match)
    if kind is Kind.CHIP:
        return f"‹{chip_label(match.group())}›"
    return "" if kind is Kind.END else match.group()


def _kind(match: re.Match[str]) -> Kind:
    """Whether a suspect hides something here: CHIP; begins CRLF: END; or is spelling: TEXT."""
    text, at = match.string, match.start()
    character = text[at]
    if character >= _BEYOND:
        return Kind.CHIP if _HIDDEN_BEYOND.match(character) else Kind.TEXT
    following = text[at + 1 : at + 2]
    if character == "\r" and following == "\n":
        return Kind.END
    before = text[at - 1 : at] if at else ""
    if character in "\u200c\u200d" and _JOINS.match(before) and _JOINS.match(following):
        return Kind.TEXT
    if character in "\ufe0e\ufe0f" and _SEEN.match(before):
        return Kind.TEXT
    return Kind.CHIP


def pieces(
    text: str, first: int = 0, last: int | None = None, column: int = 0
) -> Generator[Piece, None, int]:
    """``text[first:last]`` cut into what is shown. Joining the originals gives it back, exactly.

    ``column`` is where the display stands in its line; the generator returns where it stands after. A cut between
    the two characters of a line end is not to be asked for.
    """
    last = len(text) if last is None else last
    done = start = first
    while start < last:
        end = min(start + CHUNK, last)
        for match in _SUSPECT.finditer(text, start, end):
            kind = _kind(match)
            if kind is Kind.TEXT:
                continue
            at = match.start()
            column = yield from _plain(text[done:at], column)
            column = yield from _special(kind, match.group(), column)
            done = at + (2 if kind is Kind.END else 1)
        if done < end:
            column = yield from _plain(text[done:end], column)
            done = end
        start = done
    return column


def _special(kind: Kind, found: str, column: int) -> Generator[Piece, None, int]:
    """A line end of two characters, or a chip; returns the column after it."""
    if kind is Kind.END:
        yield Piece(Kind.END, "\n", "\r\n")
        return 0
    if column >= FOLD_AT:
        yield Piece(Kind.FOLD, "\n", "")
        column = 0
    yield Piece(Kind.CHIP, CHIP, found)
    if found in "\u2028\u2029":
        yield Piece(Kind.FOLD, "\n", "")
        return 0
    return column + _CHIP_COLUMNS


def _plain(text: str, column: int) -> Generator[Piece, None, int]:
    """Text without special characters; yields folds in lines that are too long, returns the last column."""
    start = 0
    folds = _endless_ends(text)
    run = next(folds, len(text))
    while start < len(text):
        end = _good_cut(text, start, start + CHUNK)
        cut = _too_long(text, start, end, column)
        while run <= start:
            run = next(folds, len(text))
        if run < (end if cut is None else cut):
            cut = run
        if cut is None:
            yield Piece(Kind.TEXT, text[start:end], text[start:end])
            last = text.rfind("\n", start, end)
            column = end - last - 1 if last >= 0 else column + end - start
            start = end
            continue
        if cut > start:
            yield Piece(Kind.TEXT, text[start:cut], text[start:cut])
        yield Piece(Kind.FOLD, "\n", "")
        start, column = cut, 0
    return column


@cache
def _endless() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """The first ``MOST_MARKS`` marks, skin tones and joined emoji of a character that has more; and what such a run
    cannot be without, found ten times as fast.
    """
    # What is above are tags and variation selectors, which are chips. These look-ups take 10 ms, once.
    low, high = _marks(0x300, 0x10000), _marks(0x10000, 0x20000)
    # Looked up together they are a long list that every ordinary character is held against: 2.6 µs each.
    extends = f"(?:[{low}]|(?=[\U00010000-\U0001ffff])[{high}\U0001f3fb-\U0001f3ff])"
    run = f"(?:{extends}|[\u200c\u200d].){{{MOST_MARKS}}}(?={extends}|[\u200c\u200d])"
    return re.compile(run), re.compile(f"[{low}\u200c\u200d\U00010000-\U0001ffff]")


def _marks(first: int, end: int) -> str:
    return "".join(
        map(chr, (code for code in range(first, end) if unicodedata.category(chr(code))[0] == "M"))
    )


def _endless_ends(text: str) -> Iterator[int]:
    """Where the display of a character that goes on and on is folded."""
    if text.isascii():
        return iter(())
    run, part = _endless()
    first = part.search(text)
    return iter(()) if first is None else (match.end() for match in run.finditer(text, first.start()))


def _too_long(text: str, start: int, end: int, column: int) -> int | None:
    """Where the first line of ``text[start:end]`` that is too long has to be folded, or None."""
    line = start
    room = FOLD_AT - column
    while True:
        newline = text.find("\n", line, end)
        stop = end if newline < 0 else newline
        if stop - line > room:
            return _good_cut(text, line, line + max(room, 0))
        if newline < 0:
            return None
        line, room = newline + 1, FOLD_AT


def _good_cut(text: str, start: int, wanted: int) -> int:
    """``wanted`` or a little before: after a space, and never before a combining character."""
    if wanted >= len(text):
        return len(text)
    space = text.rfind(" ", max(start, wanted - 200), wanted)
    return space + 1 if space >= 0 else max(wanted, start)
