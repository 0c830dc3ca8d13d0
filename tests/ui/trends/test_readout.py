"""The words under the chart: all of them where they have room, with an ellipsis where they have none."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from atlas_desktop.app.language import TONGUES, Language, speak_language
from atlas_desktop.ui.pages.trends.readout import Readout
from atlas_desktop.ui.widgets.elided_label import ElidedLabel
from atlas_desktop.ui.widgets.layouts import column
from tests.ui.trends.test_drawing import counts, state

MANY = counts(1_234_567, 2_345_678, 9_876_543)
LONG = state([MANY, counts(1, 2)])
COMPARED = state([MANY, counts(1, 2)], previous=LONG.series)


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    yield
    speak_language("en")


def readout(qtbot: QtBot, width: int) -> tuple[QWidget, Readout]:
    window = QWidget()
    qtbot.addWidget(window)
    # Not in a layout of the window itself: the screen that is not there cannot tell it how small it may be.
    place = QWidget(window)
    made = Readout(lambda: None)
    body = column(place)
    body.addWidget(made)
    body.addStretch(1)
    place.resize(width, 300)
    window.show()
    return window, made


@pytest.mark.usefixtures("theme")
@pytest.mark.parametrize("width", [600, 680, 760, 940, 1_200])
@pytest.mark.parametrize("language", list(TONGUES))
def test_no_word_is_cut_in_any_language(qtbot: QtBot, language: Language, width: int) -> None:
    speak_language(language)
    window, made = readout(qtbot, width)
    for shown in (LONG, COMPARED):
        made.show_point(shown, "c0", 0, None)
        assert window.isVisible()
        assert made.width() == width
        assert made.figures.fits
        assert made.figures.toolTip() == made.figures.text()
        if shown is COMPARED:
            assert made.before.isVisible()
            assert made.before.fits


@pytest.mark.usefixtures("theme")
def test_a_second_line_stays_until_the_window_is_another(qtbot: QtBot) -> None:
    speak_language("de")
    window, made = readout(qtbot, 760)
    made.show_point(LONG, "c0", 1, None)
    low = made.height()
    made.show_point(LONG, "c0", 0, None)
    high = made.height()
    assert high > low
    made.show_point(LONG, "c0", 1, None)
    assert made.height() == high, "it would jump from point to point"
    place = made.parentWidget()
    assert window.isVisible()
    assert place is not None
    place.resize(1_400, 300)
    assert made.height() == low


@pytest.mark.usefixtures("theme")
def test_what_two_lines_do_not_hold_ends_with_an_ellipsis(qtbot: QtBot) -> None:
    label = ElidedLabel("word " * 200)
    qtbot.addWidget(label)
    label.setWordWrap(True)
    label.setFixedSize(200, 2 * label.fontMetrics().lineSpacing())
    label.show()
    assert not label.fits
    short = label._folded(label.fontMetrics())
    assert short.endswith("\u2026")
    assert 30 < len(short) < 100
    label.setText("word")
    assert label.fits
