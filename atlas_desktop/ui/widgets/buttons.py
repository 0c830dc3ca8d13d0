"""Buttons. Each says a verb; one a screen is primary."""

from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from atlas_desktop.ui.hostile_text import one_line

Kind = Literal["plain", "primary", "quiet"]


def button(text: str, on_click: Callable[[], object], kind: Kind = "plain") -> QPushButton:
    """A push button; ``&`` in the text is a character, not a mnemonic."""
    made = QPushButton(one_line(text).replace("&", "&&"))
    made.setProperty("kind", kind)
    made.setAccessibleName(text)
    made.setCursor(Qt.CursorShape.PointingHandCursor)
    made.setAutoDefault(False)
    made.clicked.connect(lambda _checked=False: on_click())
    return made
