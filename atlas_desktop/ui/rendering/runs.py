"""What rendered text is made of: runs, each standing for a stretch of the original. Pure.

The runs of a text lie one after the other and cover all of it, so that whatever is shown leads back to the exact
characters. Nothing here is HTML, and nothing is ever fetched.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final


class Look:
    """How a run looks: bits, some of which say what kind of line it stands in.

    Plain numbers and no IntFlag: an ``&`` of those takes 4 µs, of which a page of Markdown needs thousands.
    """

    PLAIN: Final = 0
    BOLD: Final = 1
    ITALIC: Final = 2
    STRIKE: Final = 4
    CODE: Final = 8
    LINK: Final = 16
    MUTED: Final = 32
    ACCENT: Final = 64
    TITLE1: Final = 128
    TITLE2: Final = 256
    TITLE3: Final = 512
    FOLD: Final = 1024
    IMAGE: Final = 2048
    WARN: Final = 4096
    MONO: Final = 1 << 13
    """The line is set in the payload's monospace, from left to right: code, JSON, tables."""
    FENCED: Final = 1 << 14
    RULE: Final = 1 << 15
    SHUT: Final = 1 << 16
    """Of a FOLD: what it stands for is folded now."""
    VEIL: Final = 1 << 17
    """Covered; ``detail`` is the kind of thing."""


TITLES = (Look.TITLE1, Look.TITLE2, Look.TITLE3, Look.TITLE3, Look.TITLE3, Look.TITLE3)


@dataclass(frozen=True, slots=True)
class Run:
    """Characters ``start`` to ``end`` of the text. ``shown`` replaces them on the screen; None: as they are.

    ``detail`` is the target of a link or picture, or the name of a fold.
    """

    start: int
    end: int
    shown: str | None = None
    look: int = 0
    detail: str | None = None


Steps = Iterator[Run | None]
"""Runs as they are made. None: nothing yet, but so much was done that others may have their turn."""


def between(at: int, shown: str, look: int = 0) -> Run:
    """Something of the app's own, standing for no character of the text."""
    return Run(at, at, shown, look)
