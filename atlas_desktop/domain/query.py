"""Which calls to look at, and the one line of text a person types for it.

``operation:summarize customer:northwind/* rating:none refund "a phrase"``: ``key:value`` tokens, the rest
is text to search for. Quote a value with spaces (``customer:"Law firm"``, ``""`` is a quote inside). A token
whose value is missing or unknown filters nothing: it is being typed, or `unfinished` tells what it could say. A word
that looks like a token but is meant as text takes a backslash: ``\\rating:none``.
"""

import re
from dataclasses import dataclass
from typing import Final, Literal, get_args

Rated = Literal["thumbs_up", "thumbs_down", "none", "unsure"]
Order = Literal["newest", "oldest"]

_KEYS: Final = ("operation", "customer", "rating", "order")
_SPOKEN: Final = {
    "good": "thumbs_up", "up": "thumbs_up", "bad": "thumbs_down", "down": "thumbs_down",
}  # fmt: skip
"""What the screen calls the ratings, and people type."""
_OFFERED: Final[dict[str, tuple[str, ...]]] = {
    "rating": ("good", "bad", "unsure", "none"), "order": get_args(Order),
}  # fmt: skip
_CHOICES: Final[dict[str, tuple[str, ...]]] = {"rating": get_args(Rated), "order": get_args(Order)}
# \s also knows U+001C..1F and U+0085; what it splits on and what str.split() splits on are the same set.
_PIECE: Final = re.compile(
    rf'(?P<key>{"|".join(_KEYS)}):(?:"(?P<quoted>(?:[^"]|"")*)(?:"|$)|(?P<bare>[^\s"]*))(?=\s|$)'
    r'|"(?P<phrase>[^"]*)(?:"|$)'
    r'|(?P<word>[^\s"]+)'
)
_LOOKS_LIKE_TOKEN: Final = re.compile(rf"\\*(?:{'|'.join(_KEYS)}):")


@dataclass(frozen=True, slots=True)
class Piece:
    """One word or quoted phrase of the text to search for."""

    text: str
    phrase: bool


@dataclass(frozen=True, slots=True)
class Query:
    """A filter over the stored calls; every part given must hold.

    ``operation`` and ``customer`` are names; while nothing has exactly this name, those that begin with it.
    ``customer`` ending in ``*`` always matches by its beginning. ``rating`` is the rating shown: ``none`` means
    nobody rated it and it is not marked unsure. ``text`` is kept in a canonical spelling.
    """

    operation: str | None = None
    customer: str | None = None
    rating: Rated | None = None
    text: str = ""
    order: Order = "newest"

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", _spell(text_pieces(self.text)))


def text_pieces(text: str) -> tuple[Piece, ...]:
    """The words and phrases of free text. An unclosed quote runs to the end; empty phrases vanish."""
    pieces = []
    for match in re.finditer(r'"([^"]*)(?:"|$)|([^\s"]+)', text):
        inner = " ".join((match[1] or match[2] or "").split())
        if inner:
            pieces.append(Piece(inner, phrase=match[2] is None))
    return tuple(pieces)


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A token that says nothing yet: ``value`` is not one of the ``possible`` ones."""

    key: str
    value: str
    possible: tuple[str, ...]


def parse_query(line: str) -> Query:
    """Read what a person typed. Never fails: what is not a token is text; the last of a key wins."""
    found: dict[str, str] = {}
    text: list[str] = []
    for match in _PIECE.finditer(line):
        if (key := match["key"]) is not None:
            value = _value(match)
            if value in _CHOICES.get(key, (value or None,)):
                found[key] = value
        elif match["phrase"] is not None:
            text.append(f'"{match["phrase"]}"')
        else:
            text.append(_unescaped(match[0]))
    return Query(text=" ".join(text), **found)  # type: ignore[arg-type]  # _CHOICES checked the literals


def unfinished(line: str) -> tuple[Unfinished, ...]:
    """The tokens of a line that filter nothing because their value is none of those there are."""
    return tuple(
        Unfinished(match["key"], _value(match), _OFFERED[match["key"]])
        for match in _PIECE.finditer(line)
        if match["key"] in _CHOICES and _value(match) not in _CHOICES[match["key"]]
    )


def may_become_token(line: str) -> bool:
    """Whether the last word of a line being typed is the beginning of a key: text, unless a colon follows."""
    word = re.search(r'(?:^|\s)([^\s":]+)$', line)
    return word is not None and any(key.startswith(word[1]) for key in _KEYS)


def format_query(query: Query) -> str:
    """The line that parses back to the same query."""
    tokens = [
        f"{key}:{_quoted(value)}"
        for key, value in (
            ("operation", query.operation),
            ("customer", query.customer),
            ("rating", query.rating),
            ("order", query.order if query.order != "newest" else None),
        )
        if value
    ]
    words = [f'"{piece.text}"' if piece.phrase else _escaped(piece.text) for piece in text_pieces(query.text)]
    return " ".join([*tokens, *words])


def _spell(pieces: tuple[Piece, ...]) -> str:
    return " ".join(f'"{piece.text}"' if piece.phrase else piece.text for piece in pieces)


def _value(match: re.Match[str]) -> str:
    value = match["quoted"].replace('""', '"') if match["quoted"] is not None else match["bare"]
    return _SPOKEN.get(value, value) if match["key"] == "rating" else value


def _quoted(value: str) -> str:
    if re.fullmatch(r'[^\s"]+', value):
        return value
    return '"' + value.replace('"', '""') + '"'


def _escaped(word: str) -> str:
    return "\\" + word if _LOOKS_LIKE_TOKEN.match(word) else word


def _unescaped(word: str) -> str:
    return word[1:] if word.startswith("\\") and _LOOKS_LIKE_TOKEN.match(word) else word
