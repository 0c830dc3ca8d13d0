"""Text as the full-text index sees it, and free text as a safe search expression."""

import re
import unicodedata
from typing import Final

from atlas_desktop.domain.query import Piece, text_pieces

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


def match_expression(text: str) -> str | None:
    """An FTS5 expression for all words and phrases of free text; None when there is nothing to look for.

    Every part is quoted, so operators are plain words and no input is a syntax error. The last word
    matches by prefix, because it may still be typed.
    """
    pieces = [piece for piece in map(_cleaned, text_pieces(text)) if _has_token(piece.text)]
    if not pieces:
        return None
    parts = ['"' + spaced(piece.text).replace('"', '""') + '"' for piece in pieces]
    if not pieces[-1].phrase:
        parts[-1] += " *"
    return " AND ".join(parts)


def _cleaned(piece: Piece) -> Piece:
    return Piece(_UNSEARCHABLE.sub(" ", piece.text), piece.phrase)


def _has_token(text: str) -> bool:
    # unicode61: letters, numbers and private use are words; the rest separates them.
    return any(unicodedata.category(char)[0] in "LN" or unicodedata.category(char) == "Co" for char in text)
