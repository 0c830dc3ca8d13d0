"""The one label for text that came from outside: it never guesses that text is HTML."""

from typing import Final, Literal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from atlas_desktop.ui.hostile_text import one_line

Role = Literal["body", "strong", "title", "caption"]
Tone = Literal["text", "muted", "accent", "good", "bad", "warn"]

LONGEST: Final = 4_000
"""Characters of a label: Qt breaks them all into lines at once, 5 million in 28 s."""


class PlainLabel(QLabel):
    """Plain text, whatever it looks like. Hidden characters are spelled out, as in a payload.

    A bare ``QLabel`` detects rich text and would then load the images it names (sync.md, threat 1).
    """

    def __init__(
        self, text: str = "", parent: QWidget | None = None, *, role: Role = "body", tone: Tone = "text"
    ) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", role)
        self.setProperty("tone", tone)
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            # Qt puts a label of Latin letters to the left even there, away from the words it stands under.
            self.setAlignment(Qt.AlignmentFlag.AlignVCenter)
        self.setText(text)

    def setAlignment(self, alignment: Qt.AlignmentFlag) -> None:
        """Where the text stands; nothing said about left and right means at the start of the writing direction."""
        if not alignment & Qt.AlignmentFlag.AlignHorizontal_Mask:
            mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
            side = Qt.AlignmentFlag.AlignRight if mirrored else Qt.AlignmentFlag.AlignLeft
            alignment |= side | (Qt.AlignmentFlag.AlignAbsolute if mirrored else side)
        super().setAlignment(alignment)

    def setText(self, text: str) -> None:
        """Show ``text``; several lines stay several lines. What is longer than any label ends with ``…``."""
        if len(text) > LONGEST:
            text = f"{text[:LONGEST]}…"
        super().setText("\n".join(one_line(line) for line in text.split("\n")))

    def set_tone(self, tone: Tone) -> None:
        """Recolour. The words must say the same as the colour."""
        if self.property("tone") != tone:
            self.setProperty("tone", tone)
            self.style().unpolish(self)
            self.style().polish(self)
