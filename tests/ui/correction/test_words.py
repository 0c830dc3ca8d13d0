"""What the editor says about a change fits in a line, and says something."""

import pytest
from pytestqt.qtbot import QtBot

from atlas_desktop.domain.diff import diff
from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.correction.foot import Foot
from atlas_desktop.ui.widgets.correction.words import change_words, short


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("word", "word"),
        ("  word\n", "word"),
        ("a\nb", "a⏎b"),
        ("   ", "␣␣␣"),
        ("\n\n", "⏎⏎"),
        ("w" * 120, "w" * 120),
        ("w" * 121, f"{'w' * 120}…"),
        (f"{' ' * 200}word", "word"),
        (" " * 5_000, f"{'␣' * 120}…"),
    ],
)
def test_short(text: str, shown: str) -> None:
    assert short(text) == shown


def test_white_space_that_went_is_seen() -> None:
    assert change_words(0, 1, " ") == "Change 1 of 1: was “␣”"


def test_what_does_not_fit_ends_with_an_ellipsis(qtbot: QtBot, theme: Theme) -> None:
    foot = Foot(theme)
    qtbot.addWidget(foot)
    foot.show_problem([], "", 0)
    foot.show_change(diff("one two three four five six", "one"), 0)
    words = foot._change
    foot.resize(words.sizeHint().width() - 60, foot.sizeHint().height())
    foot.grab()  # lays it out
    cut = words.grab().toImage()
    # The last letters are not cut in two: what is drawn last stands on the line, as three points do.
    ink = [
        (x, y)
        for x in range(cut.width())
        for y in range(cut.height())
        if cut.pixelColor(x, y) != cut.pixelColor(0, 0)
    ]
    end = max(x for x, _ in ink)
    assert words.width() < words.sizeHint().width()
    assert min(y for x, y in ink if x > end - 6) > cut.height() // 2
