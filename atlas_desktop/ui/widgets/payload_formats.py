"""How runs look in a payload: a character format for each look, made once a theme."""

from typing import Final

from PySide6.QtGui import QFont, QTextCharFormat, QTextFormat

from atlas_desktop.ui.hostile_text import Kind, Piece
from atlas_desktop.ui.parts import Style
from atlas_desktop.ui.rendering import Look, Reading
from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.chips import chip_format, veil_format

TARGET: Final = QTextFormat.Property.UserProperty + 2
"""The property of a run that leads somewhere: an address as it is written."""

FOLD: Final = QTextFormat.Property.UserProperty + 3
"""The property of a run that folds: its name."""

HEADING: Final = 1
FENCED: Final = 2
MONO: Final = 4
RULE: Final = 8
TURN: Final = 16
"""What kind of line a text block is: bits of its user state."""

_TITLES: Final = ((Look.TITLE1, 1.35), (Look.TITLE2, 1.2), (Look.TITLE3, 1.08))


class Formats:
    """The formats of one theme and one way of reading."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._made: dict[int, QTextCharFormat] = {}
        self._styles: dict[Style, QTextCharFormat] = {}
        self._rendered = True

    def renew(self, reading: Reading) -> None:
        """The theme or the way of reading is another one."""
        self._rendered = reading.rendered
        self._made.clear()
        self._styles.clear()

    @property
    def font(self) -> QFont:
        """What text is set in that asks for nothing else."""
        fonts = self._theme.fonts
        return fonts.body if self._rendered else fonts.payload

    def of(self, piece: Piece, look: int, detail: str | None) -> QTextCharFormat:
        """The format of a piece of recorded text."""
        if piece.kind is Kind.CHIP:
            return chip_format(piece.original)
        if piece.kind is Kind.VEIL:
            return veil_format(piece.name, piece.original)
        made = self._made.get(look)
        if made is None:
            made = self._made[look] = self._make(look)
        if detail is None:
            return made
        own = QTextCharFormat(made)
        own.setProperty(FOLD if look & Look.FOLD else TARGET, detail)
        return own

    def styled(self, style: Style, link: bool) -> QTextCharFormat:
        """The format of what the app says itself. Headings lead somewhere, or not."""
        if style == "text":
            return self.of_look(0)
        name: Style = "link" if link else style
        made = self._styles.get(name)
        if made is None:
            made = self._styles[name] = self._style(name)
        return made

    def of_look(self, look: int) -> QTextCharFormat:
        """The format of a look."""
        return self._made.get(look) or self._made.setdefault(look, self._make(look))

    def _style(self, style: Style) -> QTextCharFormat:
        made = QTextCharFormat()
        made.setForeground(self._theme.tokens.color({"warn": "warn", "link": "accent"}.get(style, "muted")))
        if style in ("heading", "link", "subheading"):
            made.setFont(self._theme.fonts.caption)
            made.setFontWeight(QFont.Weight.DemiBold)
        elif style == "muted":
            made.setFont(self._theme.fonts.caption)
        return made

    def _make(self, look: int) -> QTextCharFormat:
        tokens, fonts = self._theme.tokens, self._theme.fonts
        made = QTextCharFormat()
        if self._rendered and look & (Look.MONO | Look.CODE):
            made.setFont(fonts.payload)
        made.setForeground(tokens.color(_color(look)))
        for title, scale in _TITLES:
            if look & title:
                made.setFontPointSize(fonts.body.pointSizeF() * scale)
        if look & Look.BOLD:
            made.setFontWeight(QFont.Weight.DemiBold)
        made.setFontItalic(bool(look & Look.ITALIC))
        made.setFontStrikeOut(bool(look & Look.STRIKE))
        made.setFontUnderline(bool(look & Look.LINK))
        if look & (Look.CODE | Look.IMAGE):
            made.setBackground(tokens.color("raised"))
        return made


def _color(look: int) -> str:
    if look & Look.WARN:
        return "warn"
    if look & (Look.LINK | Look.ACCENT | Look.SHUT):
        return "accent"
    return "muted" if look & (Look.MUTED | Look.IMAGE) else "text"


def line_state(look: int) -> int:
    """The bits of a line that holds a run of this look."""
    state = MONO if look & Look.MONO else 0
    state |= FENCED if look & Look.FENCED else 0
    return state | (RULE if look & Look.RULE else 0)
