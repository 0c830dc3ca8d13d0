"""Which way a text runs: its own letters say, whatever the language of the app."""

import unicodedata

from PySide6.QtCore import Qt


def direction_of(text: str) -> Qt.LayoutDirection:
    """The direction of the first letter that has one; left to right when none has (UAX 9, rule P2)."""
    for each in text:
        kind = unicodedata.bidirectional(each)
        if kind in ("L", "R", "AL"):
            return Qt.LayoutDirection.LeftToRight if kind == "L" else Qt.LayoutDirection.RightToLeft
    return Qt.LayoutDirection.LeftToRight
