"""A recorded name where there is little room: one line of it, nothing hidden, no tower of accents."""

import unicodedata
from functools import lru_cache
from typing import Final

from atlas_desktop.ui.hostile_text import one_line

NAME: Final = 80
"""Characters of a name beside others."""
_ACCENTS: Final = 4
"""Marks on one letter: no language has more of them (Tibetan and Vai have the most); each more is painted higher."""
_READ: Final = 4
"""For each character that is shown so many are looked at: what is longer is accents."""


@lru_cache(maxsize=4096)
def short_name(text: str, most: int = NAME) -> str:
    """The name as it is shown, said and sent to the desktop. It ends with ``…`` where there is more of it."""
    read = text[: most * _READ]
    shown = one_line(read if read.isascii() else _few_accents(read))
    if len(shown) > most:
        return f"{shown[:most]}…"
    return f"{shown}…" if len(text) > len(read) else shown


def _few_accents(text: str) -> str:
    kept, marks = [], 0
    for character in text:
        marks = marks + 1 if unicodedata.category(character)[0] == "M" else 0
        if marks <= _ACCENTS:
            kept.append(character)
    return "".join(kept)
