"""Where a text says what the query looks for: the words the full-text index would find, in the text as it is."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from atlas_desktop.domain.full_text import HUMP, UNSPACED, parts_of
from atlas_desktop.domain.query import Query, Words

Span = tuple[int, int]

_LONGEST: Final = 400_000
"""Characters of one text that are looked at: as many as the index has."""
_MOST_PARTS: Final = 32  # of one phrase; who pastes a page finds its beginning
_MARK: Final = "\u0300"
# A letter that begins a part of a name (the N of userName) stays upper case when a text is folded.
_LETTER: Final = rf"[^\W_{UNSPACED}]"
_STARTS: Final = rf"(?:(?<!{_LETTER})|(?=[A-Z]))"
_ENDS: Final = rf"(?!{_LETTER})|(?=[A-Z])"
_BETWEEN: Final = r"(?:[\W_]+|(?=[A-Z]))"
_TOKEN: Final = re.compile(rf"[{UNSPACED}]|[^\W_{UNSPACED}]+")
_UNSPACED_ONE: Final = re.compile(f"[{UNSPACED}]")


class Highlighter:
    """Finds the words and phrases of one query. Making one costs more than using it: keep it per query."""

    def __init__(self, query: Query) -> None:
        wanted = [words for words in query.words if not words.negated]
        self._patterns = [
            re.compile(pattern)
            for number, words in enumerate(wanted, 1)
            for pattern in _patterns(words, last=number == len(wanted))
        ]

    def spans(self, text: str) -> tuple[Span, ...]:
        """From where to where (code points), in order, without overlaps."""
        if not self._patterns:
            return ()
        folded = _folded(text[:_LONGEST])
        return tuple(_joined(match.span() for each in self._patterns for match in each.finditer(folded)))


def highlights(text: str, query: Query) -> tuple[Span, ...]:
    """The spans of one text."""
    return _for(query).spans(text)


@lru_cache(maxsize=8)
def _for(query: Query) -> Highlighter:
    return Highlighter(query)


def _patterns(words: Words, *, last: bool) -> Iterator[str]:
    """The text as it is typed; and its parts, when it is written like ``userName``."""
    by_beginning = not words.phrase and (last or words.text.endswith("*"))
    spellings = [words.text]
    if HUMP.search(words.text):
        spellings.append(" ".join(parts_of(words.text)))
    for spelling in spellings:
        tokens = _TOKEN.findall(_folded(spelling).lower().replace(_MARK, ""))[:_MOST_PARTS]
        if tokens:
            yield _pattern(tokens, by_beginning=by_beginning)


def _pattern(tokens: list[str], *, by_beginning: bool) -> str:
    pattern = ""
    for before, token in zip([None, *tokens], tokens, strict=False):
        alone = _UNSPACED_ONE.match(token)
        if before is not None:
            # Of a script without spaces every character is a word.
            pattern += r"[\W_]*" if alone or _UNSPACED_ONE.match(before) else _BETWEEN
        pattern += re.escape(token) if alone else _STARTS + "".join(_either_case(char) for char in token)
    if by_beginning or _UNSPACED_ONE.match(tokens[-1]):
        return pattern
    return f"{pattern}(?:{_ENDS})"


def _either_case(char: str) -> str:
    letter = f"[{char}{char.upper()}]" if char.isascii() and char.isalpha() else re.escape(char)
    return letter + _MARK + "*"


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
