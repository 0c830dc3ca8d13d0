from itertools import product
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication

from atlas_desktop.ui.theme import THEMES, Theme, Tokens, contrast_ratio, fonts_from, palette_of

GROUNDS = ("window", "surface", "raised", "selection")
INKS = ("text", "muted", "accent", "good", "bad", "warn")
FILLS = (("on_accent", "accent"), ("surface", "bad"), *product(INKS, ("added", "removed")))
FOUND_ALPHA = (56, 70)
"""How a word that was searched for is marked, in the list and in a text: the colour of a warning, so much of it."""


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast_ratio("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast_ratio("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("tokens", THEMES.values(), ids=lambda tokens: tokens.name)
def test_every_ink_is_readable_on_every_ground(tokens: Tokens) -> None:
    poor = [
        (ink, ground, round(ratio, 2))
        for ink, ground in [*product(INKS, GROUNDS), *FILLS]
        if (ratio := contrast_ratio(getattr(tokens, ink), getattr(tokens, ground))) < 4.5
    ]
    assert poor == []


@pytest.mark.parametrize("tokens", THEMES.values(), ids=lambda tokens: tokens.name)
def test_a_word_that_was_found_is_readable(tokens: Tokens) -> None:
    for ground, alpha in product(GROUNDS, FOUND_ALPHA):
        mixed = _mixed(tokens.warn, getattr(tokens, ground), alpha / 255)
        assert contrast_ratio(tokens.text, mixed) >= 4.5, ground


@pytest.mark.parametrize("tokens", THEMES.values(), ids=lambda tokens: tokens.name)
def test_the_focus_ring_stands_out(tokens: Tokens) -> None:
    assert all(contrast_ratio(tokens.focus, getattr(tokens, ground)) >= 3 for ground in GROUNDS)


def _mixed(over: str, under: str, share: float) -> str:
    pairs = [(int(over[at : at + 2], 16), int(under[at : at + 2], 16)) for at in (1, 3, 5)]
    return "#" + "".join(f"{round(one * share + other * (1 - share)):02X}" for one, other in pairs)


@pytest.mark.parametrize("name", THEMES)
def test_the_palette_is_the_tokens(name: str, theme: Theme, qapp: QApplication) -> None:
    theme.apply(name)  # type: ignore[arg-type]
    assert qapp.palette().window().color().name().upper() == THEMES[name].window  # type: ignore[index]
    assert palette_of(theme.tokens).highlight().color().name().upper() == theme.tokens.selection


def test_sizes_follow_the_system_font(qapp: QApplication) -> None:
    system = QFont(qapp.font())
    system.setPointSizeF(20)
    fonts = fonts_from(system)
    sizes = [font.pointSizeF() for font in (fonts.title, fonts.body, fonts.caption, fonts.payload)]
    assert sizes == pytest.approx([23, 20, 18.4, 19])


def test_figures_are_of_equal_width(theme: Theme) -> None:
    assert theme.fonts.body.featureValue(QFont.Tag("tnum")) == 1


def test_nothing_moves_by_itself(theme: Theme, qapp: QApplication) -> None:
    """Reduced motion is honoured by having none."""
    moving = ("QPropertyAnimation", "QVariantAnimation", "QTimeLine", "QParallelAnimationGroup")
    files = (Path(__file__).resolve().parents[2] / "atlas_desktop" / "ui").rglob("*.py")
    assert [path.name for path in files if any(name in path.read_text("utf-8") for name in moving)] == []
    assert not qapp.isEffectEnabled(Qt.UIEffect.UI_AnimateMenu)
