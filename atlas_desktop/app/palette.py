"""What the command palette finds for what is typed. Pure: the screen shows it."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from rapidfuzz import fuzz

RECENT: Final = 12
"""So many commands are remembered as recent."""
_TITLE_BEGINS: Final = 120.0
_WORDS_OF_TITLE: Final = 110.0
_INITIALS: Final = 100.0
_WORDS: Final = 95.0
_LETTERS: Final = 85.0
_FUZZY: Final = 4
"""Fewer letters are like too much: ``bad`` is no typing error for "Add"."""
_LEAST: Final = 68.0


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to do. ``title`` and ``detail`` are in the language shown; ``id`` is never translated."""

    id: str
    title: str
    detail: str = ""
    keys: tuple[str, ...] = ()


def ranked(typed: str, entries: Sequence[Entry], recent: Sequence[str] = ()) -> list[Entry]:
    """The entries that fit, the best first; of equals the recent ones. Nothing typed: all, the recent first."""
    age = {each: place for place, each in enumerate(recent)}
    order = sorted(entries, key=lambda each: age.get(each.id, len(age)))
    wanted = folded(typed)
    if not wanted:
        return order
    scored = [(fit(wanted, each), each) for each in order]
    return [each for score, each in sorted(scored, key=lambda pair: -pair[0]) if score >= _LEAST]


def fit(wanted: str, entry: Entry) -> float:
    """How well an entry fits folded words: by beginnings of words first, by likeness last."""
    title = folded(entry.title)
    if title.startswith(wanted):
        return _TITLE_BEGINS
    parts, words = wanted.split(), title.split()
    if _begin(parts, words):
        return _WORDS_OF_TITLE
    if len(wanted) > 1 and "".join(word[0] for word in words).startswith(wanted):
        return _INITIALS
    everything = f"{folded(entry.detail)} {title} {entry.id.replace('.', ' ').replace('_', ' ')}"
    if _begin(parts, everything.split()):
        return _WORDS
    if len(wanted) > 2 and wanted in title:
        return _WORDS - 5
    if len(wanted) < _FUZZY:
        return 0.0
    if all(_skims(part, words) for part in parts) or _pieces(wanted, words):
        return _LETTERS
    # A part of what is typed is not enough: the rest of it would mean nothing.
    like = fuzz.partial_ratio if len(wanted) <= len(title) else fuzz.ratio
    return max(like(wanted, title) * 0.85, fuzz.token_set_ratio(wanted, everything) * 0.75)


def _begin(parts: Sequence[str], words: Sequence[str]) -> bool:
    return all(any(word.startswith(part) for word in words) for part in parts)


def _skims(part: str, words: Sequence[str]) -> bool:
    """Whether a word has these letters in this order, with its first one: ``drk`` is ``dark``."""
    for word in words:
        letters = iter(word)
        if word[0] == part[0] and all(letter in letters for letter in part):
            return True
    return False


def _pieces(wanted: str, words: Sequence[str]) -> bool:
    """Whether it is beginnings of some of the words, in their order, written as one: ``thdark`` is "theme: dark"."""
    ends = {0}
    for word in words:
        ends |= {
            end + size
            for end in ends
            for size in range(1, len(word) + 1)
            if wanted.startswith(word[:size], end)
        }
    return len(wanted) in ends


@lru_cache(maxsize=2048)
def folded(text: str) -> str:
    """Without case and accents: ``Später`` is found by ``spater``."""
    plain = "".join(each for each in unicodedata.normalize("NFKD", text) if not unicodedata.combining(each))
    return " ".join(plain.casefold().split())


def with_recent(recent: Sequence[str], used: str) -> tuple[str, ...]:
    """The recent ones after this was used."""
    return (used, *(each for each in recent if each != used))[:RECENT]
