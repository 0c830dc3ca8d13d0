"""The look in one place: colours, spacing, fonts. Everything painted asks here."""

from dataclasses import dataclass
from typing import Final, Literal

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from atlas_desktop.ui.stylesheet import stylesheet

ThemeName = Literal["light", "dark", "contrast"]
ThemeChoice = Literal["system", "light", "dark", "contrast"]
Density = Literal["comfortable", "compact"]


@dataclass(frozen=True, slots=True)
class Tokens:
    """The colours of one theme, as ``#rrggbb``. Names say the use, not the hue."""

    name: ThemeName
    window: str
    surface: str
    raised: str
    line: str
    strong_line: str
    text: str
    muted: str
    accent: str
    on_accent: str
    selection: str
    focus: str
    good: str
    bad: str
    warn: str
    added: str
    removed: str

    def color(self, token: str) -> QColor:
        """The colour of a token by its name, for painters."""
        return QColor(getattr(self, token))


# Good and warn are a shade darker than drawn (#2B8A3E, #A85400): those have 3.6:1 and 4.45:1 on a selected row;
# removed is a shade lighter (#FBE3E4): a chip of a hidden character has 4.46:1 on that.
LIGHT: Final = Tokens(
    "light", "#FBFBFA", "#FFFFFF", "#F4F4F2", "#E3E2DF", "#C9C8C4", "#1F1E1C", "#65645F",
    "#3B5BDB", "#FFFFFF", "#E4EAFD", "#3B5BDB", "#247735", "#C92A2A", "#A65300", "#DDF4E1", "#FCE8E9",
)  # fmt: skip
DARK: Final = Tokens(
    "dark", "#161618", "#1C1C1F", "#242428", "#303036", "#45454D", "#ECECEE", "#A0A0A9",
    "#8DA2FB", "#161618", "#2A3350", "#8DA2FB", "#51CF66", "#FF8787", "#FFB454", "#1E3A26", "#462226",
)  # fmt: skip
CONTRAST: Final = Tokens(
    "contrast", "#000000", "#000000", "#000000", "#FFFFFF", "#FFFFFF", "#FFFFFF", "#FFFFFF",
    "#FFD700", "#000000", "#00306E", "#FFD700", "#00FF66", "#FF6B6B", "#FFD700", "#1A3522", "#462226",
)  # fmt: skip
THEMES: Final[dict[ThemeName, Tokens]] = {"light": LIGHT, "dark": DARK, "contrast": CONTRAST}

GRID: Final = 4
RADIUS: Final = 6
ICON: Final = 16
LINE_HEIGHT: Final[dict[Density, int]] = {"comfortable": 28, "compact": 22}


def contrast_ratio(one: str, other: str) -> float:
    """WCAG contrast of two ``#rrggbb`` colours, 1 to 21."""
    bright, dim = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def _luminance(color: str) -> float:
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@dataclass(frozen=True, slots=True)
class Fonts:
    """The system font at the sizes the look knows. ``payload`` is its monospace sister."""

    body: QFont
    strong: QFont
    title: QFont
    caption: QFont
    payload: QFont


def fonts_from(system: QFont) -> Fonts:
    """Sizes relative to the system font; figures of equal width everywhere, for columns of numbers."""
    mono = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    return Fonts(
        body=_sized(system, system, 1.0),
        strong=_sized(system, system, 1.0, QFont.Weight.DemiBold),
        title=_sized(system, system, 1.15, QFont.Weight.DemiBold),
        caption=_sized(system, system, 0.92),
        payload=_sized(mono, system, 0.95),
    )


def _sized(family: QFont, like: QFont, scale: float, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    font = QFont(family)
    if like.pointSizeF() > 0:
        font.setPointSizeF(like.pointSizeF() * scale)
    else:
        font.setPixelSize(round(like.pixelSize() * scale))
    font.setWeight(weight)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


def palette_of(tokens: Tokens) -> QPalette:
    """What Fusion paints with. Disabled things use the muted colour: still readable."""
    palette = QPalette()
    role = QPalette.ColorRole
    for name, token in (
        (role.Window, "window"), (role.WindowText, "text"), (role.Base, "surface"),
        (role.AlternateBase, "raised"), (role.Text, "text"), (role.Button, "raised"),
        (role.ButtonText, "text"), (role.BrightText, "bad"), (role.ToolTipBase, "raised"),
        (role.ToolTipText, "text"), (role.PlaceholderText, "muted"), (role.Highlight, "selection"),
        (role.HighlightedText, "text"), (role.Link, "accent"), (role.LinkVisited, "accent"),
        (role.Light, "surface"), (role.Midlight, "raised"), (role.Mid, "line"),
        (role.Dark, "strong_line"), (role.Shadow, "strong_line"), (role.Accent, "accent"),
    ):  # fmt: skip
        palette.setColor(name, tokens.color(token))
    for name in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, name, tokens.color("muted"))
    return palette


_MOTIONS: Final = (
    Qt.UIEffect.UI_AnimateMenu,
    Qt.UIEffect.UI_FadeMenu,
    Qt.UIEffect.UI_AnimateCombo,
    Qt.UIEffect.UI_AnimateTooltip,
    Qt.UIEffect.UI_FadeTooltip,
    Qt.UIEffect.UI_AnimateToolBox,
)
"""Nothing here moves by itself, so there is nothing to reduce for who asked for less motion."""


class Theme(QObject):
    """The theme in force. ``changed`` is emitted after the palette, fonts or density are replaced."""

    changed = Signal()

    def __init__(self, app: QApplication) -> None:
        super().__init__()
        self._app = app
        self._applied = False
        self._choice: ThemeChoice = "system"
        self.tokens: Tokens = LIGHT
        self.density: Density = "comfortable"
        self.fonts = fonts_from(app.font())
        app.setStyle("Fusion")
        for motion in _MOTIONS:
            app.setEffectEnabled(motion, False)
        app.styleHints().colorSchemeChanged.connect(self._system_changed)

    @property
    def row_height(self) -> int:
        """The height of one line of a list, in device-independent pixels."""
        return LINE_HEIGHT[self.density]

    def apply(self, choice: ThemeChoice, density: Density = "comfortable") -> None:
        """Use this theme from now on; ``system`` follows the desktop, also when it changes later."""
        tokens = THEMES[system_theme(self._app) if choice == "system" else choice]
        if self._applied and (choice, density, tokens) == (self._choice, self.density, self.tokens):
            return
        self._applied = True
        self._choice, self.density, self.tokens = choice, density, tokens
        self._app.setPalette(palette_of(self.tokens))
        self._app.setStyleSheet(stylesheet(self.tokens, self.fonts))
        self.changed.emit()

    def _system_changed(self) -> None:
        if self._choice == "system":
            self.apply("system", self.density)


def system_theme(app: QApplication) -> ThemeName:
    """What the desktop asks for; light where it does not say."""
    hints = app.styleHints()
    if hints.accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast:
        return "contrast"
    return "dark" if hints.colorScheme() == Qt.ColorScheme.Dark else "light"
