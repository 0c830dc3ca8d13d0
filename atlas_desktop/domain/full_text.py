"""Text as the full-text index sees it, and free text as a safe search expression."""

import re
import unicodedata
from collections.abc import Iterable
from itertools import pairwise
from typing import Final

from atlas_desktop.domain.query import Words

# Scripts written without spaces: the index would take a whole sentence for one word, so each character
# becomes a word of its own, and a search for several of them is a phrase.
UNSPACED: Final = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f"
    "\U00020000-\U0003ffff"
)
_RUN: Final = re.compile(f"[{UNSPACED}]+")
# Where a part of a name begins: userName, HTTPServer. The other way round, looking behind first, takes three times as
# long.
HUMP: Final = re.compile("[A-Z](?:(?<=[a-z][A-Z])|(?=[a-z])(?<=[A-Z][A-Z]))")
_BETWEEN: Final = "\ue000 "
"""A word of its own before each, or the end of one name and the beginning of the next would be a phrase."""
# Longer is no name but data, as base64: its parts would fill the index with nothing anyone looks for.
_LONGEST_NAME: Final = 64
_MOST_PARTS: Final = 8
_MOST_NAMES: Final = 1_000
_UNSEARCHABLE: Final = re.compile("[\x00\ud800-\udfff]")


def spaced(text: str) -> str:
    """The text with a space around each character of a script that has none between words."""
    return text if text.isascii() else _RUN.sub(_apart, text)


def _apart(run: re.Match[str]) -> str:
    return f" {' '.join(run[0])} "


def indexed(text: str) -> str:
    """The text as the index gets it: `spaced`, and beneath it the parts of names written like ``getUserName``.

    So ``user``, ``username`` and ``userName`` are found as well as ``getUserName``. ``order_id`` and ``a-b/c.d`` are several words
    to the index as they stand, and a search for them is a phrase.
    """
    return "\n".join((spaced(text), *(_BETWEEN + " ".join(parts) for parts in sorted(_names_in(text)))))


def _names_in(text: str) -> set[tuple[str, ...]]:
    names: set[tuple[str, ...]] = set()
    end = 0
    for hump in HUMP.finditer(text):
        if len(names) > _MOST_NAMES:
            break
        if hump.start() >= end:
            start, end = _name_around(text, hump.start())
            parts = parts_of(text[start:end]) if end - start <= _LONGEST_NAME else []
            if len(parts) <= _MOST_PARTS:
                names.add(tuple(parts))
                names |= {("".join(parts[first:]),) for first in range(1, len(parts) - 1)}
    return names - {()}


def parts_of(name: str) -> list[str]:
    """``getUserName`` → get, User, Name."""
    starts = [0, *(hump.start() for hump in HUMP.finditer(name)), len(name)]
    return [name[start:end] for start, end in pairwise(starts)]


def _name_around(text: str, at: int) -> tuple[int, int]:
    """Where the name lies that has this character; no further than a name is long."""
    start, end = at, at
    while start and _in_name(text[start - 1]) and at - start <= _LONGEST_NAME:
        start -= 1
    while end < len(text) and _in_name(text[end]) and end - at <= _LONGEST_NAME:
        end += 1
    return start, end


def _in_name(char: str) -> bool:
    return char.isalnum() or "\u0300" <= char <= "\u036f"


def match_expression(words: Iterable[Words]) -> str | None:
    """An FTS5 expression for all these words and phrases; None when there is nothing to look for.

    Every part is quoted, so operators are plain words and no input is a syntax error. A word ending in a star
    matches by its beginning, and so does the last one, because it may still be typed. Negated ones are not looked at.
    """
    wanted = [(_cleaned(each.text), each.phrase) for each in words if not each.negated]
    wanted = [(text, phrase) for text, phrase in wanted if has_token(text)]
    return (
        " AND ".join(
            _quoted(text, by_beginning=not phrase and (text.endswith("*") or number == len(wanted)))
            for number, (text, phrase) in enumerate(wanted, 1)
        )
        or None
    )


def excluding_expression(words: Iterable[Words]) -> str | None:
    """An FTS5 expression for what has any of the negated words and phrases; None when there are none."""
    unwanted = [(_cleaned(each.text), each.phrase) for each in words if each.negated]
    return (
        " OR ".join(
            _quoted(text, by_beginning=not phrase and text.endswith("*"))
            for text, phrase in unwanted
            if has_token(text)
        )
        or None
    )


def _quoted(text: str, *, by_beginning: bool) -> str:
    found = '"' + spaced(text).replace('"', '""') + ('" *' if by_beginning else '"')
    if HUMP.search(text):
        return f"({found} OR {_quoted(' '.join(parts_of(text)), by_beginning=by_beginning)})"
    return found


def _cleaned(text: str) -> str:
    return _UNSEARCHABLE.sub(" ", text)


def has_token(text: str) -> bool:
    """Whether there is anything in it the index would know."""
    # unicode61: letters, numbers and private use are words; the rest separates them.
    return any(unicodedata.category(char)[0] in "LN" or unicodedata.category(char) == "Co" for char in text)
