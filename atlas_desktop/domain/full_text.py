"""Text as the full-text index sees it, and free text as a safe search expression."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from atlas_desktop.domain.query import Words

# Scripts written without spaces: the index would take a whole sentence for one word, so each character
# becomes a word of its own, and a search for several of them is a phrase.
_UNSPACED: Final = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f"
    "\U00020000-\U0003ffff]+"
)
_UNSEARCHABLE: Final = re.compile("[\x00\ud800-\udfff]")


def spaced(text: str) -> str:
    """The text with a space around each character of a script that has none between words."""
    return text if text.isascii() else _UNSPACED.sub(_apart, text)


def _apart(run: re.Match[str]) -> str:
    return f" {' '.join(run[0])} "


def match_expression(words: Iterable[Words]) -> str | None:
    """An FTS5 expression for all these words and phrases; None when there is nothing to look for.

    Every part is quoted, so operators are plain words and no input is a syntax error. A word ending in a star
    matches by its beginning, and so does the last one, because it may still be typed. Negated ones are not looked at.
    """
    wanted = [(_cleaned(each.text), each.phrase) for each in words if not each.negated]
    wanted = [(text, phrase) for text, phrase in wanted if _has_token(text)]
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
            if _has_token(text)
        )
        or None
    )


def _quoted(text: str, *, by_beginning: bool) -> str:
    return '"' + spaced(text).replace('"', '""') + ('" *' if by_beginning else '"')


def _cleaned(text: str) -> str:
    return _UNSEARCHABLE.sub(" ", text)


def _has_token(text: str) -> bool:
    # unicode61: letters, numbers and private use are words; the rest separates them.
    return any(unicodedata.category(char)[0] in "LN" or unicodedata.category(char) == "Co" for char in text)
