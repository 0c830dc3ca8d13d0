"""Where a text says what the query looks for: the words the full-text index would find, in the text as it is."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from atlas_desktop.domain.full_text import HUMP, UNSPACED, has_token, parts_of
from atlas_desktop.domain.query import Query, Words

Span = tuple[int, int]

_LONGEST: Final = 400_000
"""Characters of one text that are looked at: as many as the index has."""
_MOST_PARTS: Final = 32  # of one phrase; who pastes a page finds its beginning
_MARK: Final = "\u0300"
_MARKS: Final = _MARK + "*"
# A letter that begins a part of a name (the N of userName) stays upper case when a text is folded.
_BETWEEN: Final = r"(?:[\W_]+|(?=[A-Z]))"
_TOKEN: Final = re.compile(rf"[{UNSPACED}]|[^\W_{UNSPACED}]+")
_UNSPACED_ONE: Final = re.compile(f"[{UNSPACED}]")


class Highlighter:
    """Finds the words and phrases of one query. Making one costs more than using it: keep it per query."""

    def __init__(self, query: Query) -> None:
        wanted = [words for words in query.words if not words.negated and has_token(words.text)]
        self._wanted = [
            each
            for number, words in enumerate(wanted, 1)
            for each in _wanted(words, last=number == len(wanted))
        ]

    def spans(self, text: str) -> tuple[Span, ...]:
        """From where to where (code points), in order, without overlaps."""
        if not self._wanted:
            return ()
        folded = _folded(text[:_LONGEST])
        return tuple(_joined(span for each in self._wanted for span in each.places(folded)))


@dataclass(frozen=True, slots=True)
class _Wanted:
    """The letters of a word or phrase; where they are a word is looked at afterwards.

    A pattern that knew what a letter is would take 5 ms to compile, and be slower.
    """

    letters: re.Pattern[str]
    starts_anywhere: bool
    ends_anywhere: bool

    def places(self, folded: str) -> Iterator[Span]:
        at = 0
        while (match := self.letters.search(folded, at)) is not None:
            start, end = match.span()
            if (self.starts_anywhere or _starts(folded, start)) and (
                self.ends_anywhere or _ends(folded, end)
            ):
                yield start, end
                at = end
            else:
                at = start + 1


def _starts(folded: str, at: int) -> bool:
    if "A" <= folded[at] <= "Z":
        return True
    while at and folded[at - 1] == _MARK:
        at -= 1
    return at == 0 or not _is_inside(folded[at - 1])


def _ends(folded: str, at: int) -> bool:
    return at == len(folded) or "A" <= folded[at] <= "Z" or not _is_inside(folded[at])


def _is_inside(char: str) -> bool:
    """Whether a word goes on beside this character."""
    return char.isalnum() and _UNSPACED_ONE.match(char) is None


def highlights(text: str, query: Query) -> tuple[Span, ...]:
    """The spans of one text."""
    return _for(query).spans(text)


@lru_cache(maxsize=8)
def _for(query: Query) -> Highlighter:
    return Highlighter(query)


def _wanted(words: Words, *, last: bool) -> Iterator[_Wanted]:
    """The text as it is typed; and its parts, when it is written like ``userName``."""
    by_beginning = not words.phrase and (last or words.text.endswith("*"))
    spellings = [words.text]
    if HUMP.search(words.text):
        spellings.append(" ".join(parts_of(words.text)))
    for spelling in spellings:
        tokens = _TOKEN.findall(_folded(spelling).lower().replace(_MARK, ""))[:_MOST_PARTS]
        if tokens:
            ends = by_beginning or _is_alone(tokens[-1])
            yield _Wanted(re.compile(_pattern(tokens)), _is_alone(tokens[0]), ends)


def _pattern(tokens: list[str]) -> str:
    pattern = ""
    for before, token in zip([None, *tokens], tokens, strict=False):
        if before is not None:
            pattern += r"[\W_]*" if _is_alone(token) or _is_alone(before) else _BETWEEN
        pattern += "".join(_either_case(char) + _MARKS for char in token)
    return pattern


def _is_alone(token: str) -> bool:
    """Whether it is a word by itself, as every character of a script without spaces."""
    return _UNSPACED_ONE.match(token) is not None


def _either_case(char: str) -> str:
    return f"[{char}{char.upper()}]" if char.isascii() and char.isalpha() else re.escape(char)


class _Folding(dict[int, str]):
    """One character for one: lower case, without the marks the index leaves out."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        decomposed = unicodedata.normalize("NFD", char)
        base, marks = decomposed[0], decomposed[1:]
        if "\u0300" <= char <= "\u036f":
            folded = _MARK
        elif marks and all("\u0300" <= mark <= "\u036f" for mark in marks):
            folded = base.lower()[:1]
        else:
            folded = char.lower()[:1]
        self[code] = folded
        return folded


_FOLDING: Final = _Folding()


def _folded(text: str) -> str:
    lower = text.lower() if text.isascii() else text.translate(_FOLDING)
    humps = [match.start() for match in HUMP.finditer(text)]
    if not humps:
        return lower
    chars = list(lower)
    for at in humps:
        chars[at] = chars[at].upper()
    return "".join(chars)


def _joined(spans: Iterable[Span]) -> Iterator[Span]:
    start = end = -1
    for first, last in sorted(spans):
        if first > end:
            if end > start:
                yield start, end
            start, end = first, last
        else:
            end = max(end, last)
    if end > start:
        yield start, end
