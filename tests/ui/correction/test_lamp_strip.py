"""The lamps: each state by a word and a shape, the findings under them, nothing where nothing judges."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from atlas_desktop.app.lamps import Lamp
from atlas_desktop.domain.scoring.score import Finding
from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.correction.lamp_strip import (
    LampStrip,
    findings_words,
    lamp_words,
    summary_words,
)
from atlas_desktop.ui.widgets.plain_label import PlainLabel

OK = Lamp("a", "no phone", "regex", "ok", 1.0, 1.0)
BAD = Lamp(
    "b", "schema", "json_schema", "bad", 1.0, 0.5,
    findings=(Finding("is none of low, high", ("items", 2, "priority")), Finding("team is missing")),
)  # fmt: skip
AWAY = Lamp("c", "quality", "llm_judge", "needs_server", 0.8, words="It is asked when you are online.")

UNASKED = Lamp("d", "near the expert's text", "embedding_match", "unasked", 0.8, words="Not asked yet.")


@pytest.fixture
def strip(qtbot: QtBot, theme: Theme) -> Iterator[LampStrip]:
    window = QWidget()
    made = LampStrip(theme)
    made.setParent(window)
    window.show()
    yield made
    window.hide()
    window.deleteLater()
    QApplication.sendPostedEvents(window, QEvent.Type.DeferredDelete)


def test_each_state_has_words() -> None:
    assert lamp_words(OK) == "no phone passes, 1.00 of 1.00"
    assert lamp_words(BAD) == "schema fails, 0.50 of 1.00"
    assert lamp_words(AWAY) == "quality needs the server"
    assert summary_words((OK, BAD, AWAY)) == "1 fails"
    assert summary_words((OK, AWAY)) == "1 needs the server"
    assert summary_words((OK,)) == "All pass"
    assert summary_words((OK, UNASKED)) == "1 not asked yet"
    assert summary_words(()) == ""


def test_findings_name_their_place() -> None:
    assert findings_words(BAD) == ["items[2].priority: is none of low, high", "team is missing"]
    assert findings_words(AWAY) == ["It is asked when you are online."]


def test_nothing_is_shown_where_nothing_judges(strip: LampStrip) -> None:
    strip.show_lamps(())
    assert not strip.isVisible()
    strip.show_lamps((OK,))
    assert strip.isVisible()


def test_a_lamp_opens_its_findings_and_closes_them(strip: LampStrip) -> None:
    strip.show_lamps((OK, BAD))

    def told() -> list[str]:
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        return [label.text() for label in strip.findChildren(PlainLabel) if label.text() != "1 fails"]

    strip._buttons["b"].click()
    assert told() == ["items[2].priority: is none of low, high", "team is missing"]
    strip._buttons["b"].click()
    assert told() == []


def test_what_there_is_no_room_for_is_left_out_of_the_words_and_never_a_number(strip: LampStrip) -> None:
    near = replace(UNASKED, state="ok", score=0.94)
    lamps = (OK, BAD, AWAY, near)
    strip.resize(2_000, strip.height())
    strip.show_lamps(lamps)

    def said() -> list[str]:
        return [strip._buttons[lamp.evaluator_id].text() for lamp in lamps]

    full = [
        "no phone  1.00 / 1.00",
        "schema  0.50 / 1.00",
        "quality  needs the server",
        "near the expert's text  0.94 / 0.80",
    ]
    assert said() == full
    brief = ["no phone  1.00", "schema  0.50 / 1.00", "quality", "near the expert's text  0.94"]
    _narrow(strip, until=lambda: said() == brief)
    _narrow(strip, until=lambda: said()[3] != brief[3])
    assert [words[-4:] for words in said()[:2]] == ["1.00", "1.00"]
    assert said()[3].startswith("near")
    assert said()[3].endswith("…  0.94")
    assert all(strip._buttons[lamp.evaluator_id].accessibleName() == lamp_words(lamp) for lamp in lamps)
    strip.resize(2_000, strip.height())
    assert said() == full


def _narrow(strip: LampStrip, until: Callable[[], bool]) -> None:
    """Make it narrower, a little at a time."""
    while not until():
        assert strip.width() > 200
        strip.resize(strip.width() - 10, strip.height())


def test_a_hostile_name_is_only_a_text(strip: LampStrip) -> None:
    hostile = Lamp(
        "x", "<img src=x>\u202e&amp", "regex", "ok", 1.0, 1.0, words="<b>no</b>\u202e" + "n" * 100_000
    )
    strip.show_lamps((hostile,))
    button = strip._buttons["x"]
    assert "\u202e" not in button.text()
    assert "<b>" not in button.toolTip()
    assert "&lt;b&gt;" in button.toolTip()
    for told in (button.toolTip(), button.accessibleDescription()):
        assert "\u202e" not in told
        assert len(told) < 1_000
