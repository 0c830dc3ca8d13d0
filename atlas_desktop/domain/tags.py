"""Tags: what may be one, how it is written, and which are meant by a few letters. Pure."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from atlas_desktop.domain.opinion import MOST_TAGS, UNSURE_TAG
from atlas_desktop.wording import tr

LONGEST_TAG: Final = 100
"""Characters: the contract's limit."""
OWN: Final = frozenset({"review:note", UNSURE_TAG})
"""Tags the app gives by itself."""
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cn", "Co", "Cs"})
_JOINERS: Final = frozenset("\u200c\u200d")  # letters of Persian and signs of emoji are written with them
_SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class TagFault:
    """Why something is no tag, for a person."""

    message: str


def read_tag(typed: str) -> str | TagFault:
    """A tag as it is kept: ``dimension:value`` (or a word alone), without space around or in a row."""
    tag = ":".join(" ".join(part.split()) for part in unicodedata.normalize("NFC", typed).split(":"))
    if not tag.strip(":"):
        return TagFault(tr("A tag needs a word, such as accuracy:partial."))
    if len(tag) > LONGEST_TAG:
        return TagFault(
            tr("A tag may have {most} characters; this one has {count}.", most=LONGEST_TAG, count=len(tag))
        )
    if any(unicodedata.category(char) in _UNSEEN and char not in _JOINERS for char in tag):
        return TagFault(tr("This tag has characters in it that cannot be seen."))
    if tag.startswith(":") or tag.endswith(":"):
        return TagFault(tr("Write a tag as dimension:value, such as accuracy:partial."))
    if tag in OWN:
        return TagFault(tr("{tag} is given by the app itself.", tag=tag))
    return tag


def room(tags: Iterable[str], adding: Iterable[str]) -> TagFault | None:
    """Whether a call with these tags has room for more."""
    if len(dict.fromkeys((*tags, *adding))) > MOST_TAGS:
        return TagFault(tr("A call may have {most} tags.", most=MOST_TAGS))
    return None


def suggested(typed: str, uses: Mapping[str, int], but: Iterable[str] = ()) -> list[str]:
    """Up to 20 known tags for these letters, most used first: those that begin so, then those with a part that
    does, then those that have the letters anywhere."""
    wanted, left_out = typed.strip().casefold(), frozenset(but)
    found = [
        (rank, -times, tag)
        for tag, times in uses.items()
        if tag not in left_out and (rank := _rank(tag.casefold(), wanted)) is not None
    ]
    return [tag for _, _, tag in sorted(found)[:_SHOWN]]


def _rank(tag: str, wanted: str) -> int | None:
    if tag.startswith(wanted):
        return 0
    if any(
        part.startswith(wanted) for part in tag.replace(":", " ").replace("-", " ").replace("_", " ").split()
    ):
        return 1
    return 2 if wanted in tag else None
