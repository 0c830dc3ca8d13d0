"""One tag of mine: a word with a way to take it off."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton

from atlas_desktop.ui.hostile_text import one_line
from atlas_desktop.wording import tr

_LONGEST: Final = 40


class TagChip(QToolButton):
    """Pressing it takes the tag off. One's eyes stay on the tag: the sign beside it is quiet."""

    def __init__(self, tag: str, remove: Callable[[str], object]) -> None:
        super().__init__()
        self.tag = tag
        self.setProperty("kind", "tag")
        shown = one_line(tag if len(tag) <= _LONGEST else f"{tag[:_LONGEST]}…")
        self.setText(tr("{tag}  ×", tag=shown).replace("&", "&&"))
        self.setAccessibleName(tr("Tag {tag}: remove", tag=one_line(tag)))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.clicked.connect(lambda _=False: remove(self.tag))
