"""How stretches of an editable text look, as formats of its layout: no character is touched, each is drawn once.

Extra selections would be drawn one by one over the whole line: a line of JSON with 1,000 of them took 160 ms.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtGui import QFont, QTextBlock, QTextCharFormat, QTextDocument, QTextLayout

from atlas_desktop.ui.marks import Look
from atlas_desktop.ui.theme import Theme


@dataclass(frozen=True, slots=True)
class Room:
    """Room after a character (``across``), or above its line: then it is a space, ``size`` points high."""

    across: float
    size: float = 0.0


Dress = frozenset[Look] | Room
"""How a stretch looks; or how much room to leave at its character."""
Stretch = tuple[int, int, Dress]
"""From and to on the display."""

_STATES: Final = 0x7FFFFFFF


class ParagraphFormats:
    """Applies them paragraph by paragraph, where they are different; Qt lays only these out anew."""

    def __init__(self, theme: Theme, document: QTextDocument) -> None:
        self._theme = theme
        self._document = document
        self._known: dict[Dress, QTextCharFormat] = {}

    def forget(self) -> None:
        """The theme is another one."""
        self._known.clear()

    def apply(self, start: int, end: int, stretches: Iterable[Stretch]) -> None:
        """Dress the paragraphs between two positions of the display; the stretches are in order."""
        block = self._document.findBlock(start)
        waiting = list(stretches)
        first = 0
        while block.isValid() and block.position() <= end:
            last = block.position() + block.length()
            inside: list[Stretch] = []
            for at in range(first, len(waiting)):
                begin, stop, dress = waiting[at]
                if begin >= last:
                    break
                if stop <= block.position():
                    first = at + 1 if at == first else first
                    continue
                inside.append(
                    (
                        max(begin, block.position()) - block.position(),
                        min(stop, last) - block.position(),
                        dress,
                    )
                )
            self._dress(block, inside)
            block = block.next()

    def _dress(self, block: QTextBlock, inside: Sequence[Stretch]) -> None:
        wanted = hash((self._theme.tokens.name, *inside)) & _STATES if inside else -1
        # The state of a paragraph is Qt's place for such a number: it goes with the paragraph wherever that goes.
        if block.userState() == wanted:
            return
        block.setUserState(wanted)
        block.layout().setFormats([self._range(*each) for each in inside])
        self._document.markContentsDirty(block.position(), block.length())

    def _range(self, start: int, end: int, dress: Dress) -> QTextLayout.FormatRange:
        made = QTextLayout.FormatRange()
        if dress not in self._known:
            self._known[dress] = _spacing(dress) if isinstance(dress, Room) else _format(self._theme, dress)
        made.start, made.length, made.format = start, end - start, self._known[dress]
        return made


def _spacing(room: Room) -> QTextCharFormat:
    text_format = QTextCharFormat()
    text_format.setFontLetterSpacingType(QFont.SpacingType.AbsoluteSpacing)
    text_format.setFontLetterSpacing(room.across)
    if room.size:
        text_format.setFontPointSize(room.size)
    return text_format


def _format(theme: Theme, looks: frozenset[Look]) -> QTextCharFormat:
    """Colour means what it says, and never alone: a contrast theme underlines and strikes through as well."""
    tokens, made = theme.tokens, QTextCharFormat()
    strong = tokens.name == "contrast"
    if looks >= {"mine", "theirs"}:
        made.setBackground(tokens.color("selection"))
    elif looks & {"added", "mine"}:
        made.setBackground(tokens.color("added"))
        if strong:
            _underline(made, QTextCharFormat.UnderlineStyle.SingleUnderline, theme, "good")
    elif looks & {"removed", "theirs"}:
        made.setBackground(tokens.color("removed"))
        made.setFontStrikeOut(strong and "removed" in looks)
        if strong and "theirs" in looks:
            _underline(made, QTextCharFormat.UnderlineStyle.DashUnderline, theme, "bad")
    if "key" in looks:
        made.setFontWeight(QFont.Weight.Bold)
    elif "literal" in looks:
        made.setForeground(tokens.color("accent"))
    elif "sign" in looks:
        made.setForeground(tokens.color("muted"))
    if "problem" in looks:
        _underline(made, QTextCharFormat.UnderlineStyle.WaveUnderline, theme, "bad")
    return made


def _underline(
    made: QTextCharFormat, style: QTextCharFormat.UnderlineStyle, theme: Theme, token: str
) -> None:
    made.setUnderlineStyle(style)
    made.setUnderlineColor(theme.tokens.color(token))
