"""The filter line, read.

``operation:summarize customer:northwind/* -model:gpt* latency:>2s after:7d refund -"a phrase" sort:-latency``:
``field:value`` tokens, the rest is text to search for.

- ``-`` before a token, a word or a phrase negates it. Quotes make a phrase, or a value with spaces
  (``customer:"Law firm"``, ``""`` is a quote inside). A star at a value's or a word's end: what begins like this.
- The same field again means "or" (``rating:bad rating:unsure``), limits and negations all hold.
- ``none`` asks for calls that have no such thing: ``provider:none`` (a provider of that name: ``provider:"none"``).
- A word with a colon whose beginning is no field is text (``http://x``), unless it is nearly one: then it is a fault.
  A word that is meant as text in spite of its looks takes a backslash: ``\\rating:none``, ``\\-5``.

Nothing raises. A token that cannot be understood filters nothing and is a `Fault` with its place in the line.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from atlas_desktop.domain.filter.fields import TEXT, field_named
from atlas_desktop.domain.filter.reading import (
    SORT_WORDS,
    NotUnderstood,
    is_special,
    nearest_field,
    read_sort,
    read_terms,
)
from atlas_desktop.domain.query import NEWEST, Query, Sort, Term, Words, words_of
from atlas_desktop.wording import tr

# \s knows the same characters that str.split() splits on.
_TOKEN: Final = re.compile(
    r'(?P<minus>-?)(?:(?P<key>[A-Za-z_]+):(?:"(?P<quoted>(?:[^"]|"")*)(?P<closed>"?)(?P<star>\*?)|(?P<bare>[^\s"]*))'
    r'|"(?P<phrase>[^"]*)"?'
    r'|(?P<word>[^\s"]+))'
)

LONGEST_LINE: Final = 4_000
"""Characters that are read. Who pastes a page into the filter gets an answer in time, and is told."""
MOST_TOKENS: Final = 100

Meaning = Literal["term", "words", "sort", "fault", "unfinished"]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong from ``start`` to ``end`` of the line. ``suggestion`` is what to put there instead.

    ``unfinished``: nothing is wrong yet, the value is still to come.
    """

    start: int
    end: int
    message: str
    suggestion: str | None = None
    unfinished: bool = False


@dataclass(frozen=True, slots=True)
class Token:
    """Where a part of the line lies and what it is; ``colon`` is where its value begins, for those with a field."""

    start: int
    end: int
    meaning: Meaning
    colon: int | None = None
    terms: tuple[Term, ...] = ()


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a line says, what of it could not be understood, and where everything is."""

    query: Query
    faults: tuple[Fault, ...] = ()
    tokens: tuple[Token, ...] = ()


@dataclass(frozen=True, slots=True)
class _Read:
    meaning: Meaning
    terms: tuple[Term, ...] = ()
    words: tuple[Words, ...] = ()
    sort: Sort | None = None
    fault: Fault | None = None


def parse(line: str) -> Parsed:
    """Read what a person typed. Never fails. Beyond `LONGEST_LINE` and `MOST_TOKENS` nothing is read."""
    tokens: list[Token] = []
    reads: list[_Read] = []
    for match in _TOKEN.finditer(line):
        if len(tokens) == MOST_TOKENS or match.end() > LONGEST_LINE:
            reads.append(_Read("fault", fault=_too_long(match.start(), len(line))))
            tokens.append(Token(match.start(), len(line), "fault"))
            break
        read = _read(match)
        reads.append(read)
        value_at = match.end("key") + 1 if match["key"] is not None else None
        tokens.append(Token(match.start(), match.end(), read.meaning, value_at, read.terms))
    sorts = [read.sort for read in reads if read.sort is not None]
    query = Query(
        (term for read in reads for term in read.terms),
        (words for read in reads for words in read.words),
        sorts[-1] if sorts else NEWEST,
    )
    return Parsed(query, tuple(read.fault for read in reads if read.fault is not None), tuple(tokens))


def parse_query(line: str) -> Query:
    """What of the line could be understood."""
    return parse(line).query


def _too_long(start: int, end: int) -> Fault:
    message = tr(
        "Too long: from here on nothing is looked at ({most} conditions, {longest} characters).",
        most=MOST_TOKENS,
        longest=LONGEST_LINE,
    )
    return Fault(start, end, message)


def _read(match: re.Match[str]) -> _Read:
    negated = bool(match["minus"])
    if match["key"] is not None:
        return _read_field(match, match["key"], negated=negated)
    if match["phrase"] is not None:
        return _as_words(Words(text, True, negated) for text in _inner(match["phrase"]))
    if match["word"] != "-" or negated:
        return _as_words([Words(_unescaped(match["word"]), False, negated)])
    return _Read("unfinished")


def _read_field(match: re.Match[str], key: str, *, negated: bool) -> _Read:
    if key.lower() == TEXT:
        return _as_words(_text_value(match, negated=negated))
    field = field_named(key)
    value, quoted = _value(match)
    if field is None and key.lower() not in SORT_WORDS:
        return _unknown(match, key, value, negated=negated)
    start = match.end("key") + 1
    if not value and not match["star"]:
        end = match.end()
        return _Read("unfinished", fault=Fault(start, end, tr("A value is missing."), unfinished=True))
    try:
        if field is None:
            return _Read("sort", sort=read_sort(value, negated=negated))
        return _Read(
            "term", terms=read_terms(field, value, quoted=quoted, star=bool(match["star"]), negated=negated)
        )
    except NotUnderstood as wrong:
        return _Read("fault", fault=Fault(start, match.end(), wrong.message, wrong.suggestion))


def _value(match: re.Match[str]) -> tuple[str, bool]:
    if match["quoted"] is not None:
        return match["quoted"].replace('""', '"'), True
    return match["bare"], False


def _text_value(match: re.Match[str], *, negated: bool) -> Iterator[Words]:
    value, quoted = _value(match)
    yield from (Words(text, quoted, negated) for text in _inner(value.replace('"', " ")))


def _unknown(match: re.Match[str], key: str, value: str, *, negated: bool) -> _Read:
    """A word with a colon that is no field: text, or a field mistyped."""
    near = nearest_field(key)
    if near is not None and not value.startswith("//"):
        message = tr(
            "There is no field {name}. To search for the text, write a backslash before it.", name=key
        )
        return _Read("fault", fault=Fault(match.start("key"), match.end("key"), message, near))
    words = [Words(each.text, each.phrase, negated) for each in words_of(match[0][len(match["minus"]) :])]
    return _as_words(words)


def _inner(text: str) -> Iterator[str]:
    if joined := " ".join(text.split()):
        yield joined


def _as_words(words: "Iterator[Words] | list[Words]") -> _Read:
    found = tuple(words)
    return _Read("words" if found else "unfinished", words=found)


def _unescaped(word: str) -> str:
    return word[1:] if word.startswith("\\") and is_special(word[1:]) else word
