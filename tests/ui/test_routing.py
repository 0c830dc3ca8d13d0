import dataclasses
from typing import Final

import pytest
from PySide6.QtCore import QEvent, QPoint, QRect, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from atlas_desktop.app import keyboard as keyboard_module
from atlas_desktop.app.commands import COMMANDS, Command, Screen
from atlas_desktop.app.commands.operation_acts import AreaName
from atlas_desktop.app.key_map import bound
from atlas_desktop.app.key_presets import PRESETS, Preset
from atlas_desktop.app.key_table import lines
from atlas_desktop.app.language import LanguageChoice
from atlas_desktop.app.sentences import IGNORED
from atlas_desktop.ui.stage import Interpreter
from atlas_desktop.ui.widgets.key_caps import KeyCaps
from atlas_desktop.ui.widgets.plain_label import PlainLabel
from tests.ui.conftest import Desk, marks

PRESETS_KEYS = {
    preset: [
        (command.id, stroke, command.when)
        for command in bound(COMMANDS, preset)
        for stroke in command.keys
        if command.when != "editor"
    ]
    for preset in PRESETS
}


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Which commands were run, instead of running them."""
    ids: list[str] = []

    def recorded(command: Command) -> Command:
        return dataclasses.replace(command, run=lambda _: ids.append(command.id))

    monkeypatch.setattr(keyboard_module, "COMMANDS", tuple(map(recorded, COMMANDS)))
    return ids


@pytest.mark.parametrize("preset", PRESETS)
def test_every_command_is_reached_by_every_one_of_its_keys(
    heard: list[str], desk: Desk, preset: Preset
) -> None:
    desk.run(desk.session.settings.change(key_preset=preset))
    desk.show_call(0)
    for command_id, stroke, zone in sorted(PRESETS_KEYS[preset], key=lambda each: each[2]):
        heard.clear()
        if zone in AREAS:
            desk.run(_go(desk, "operations"))
            desk.run(_area(desk, AREAS[zone]))
        elif zone in ("datasets", "chart"):
            desk.run(_go(desk, "trends" if zone == "chart" else zone))
        else:
            desk.run(_go(desk, "review"))
            desk.window.review_page.list.view.setFocus()
        desk.press(stroke)
        assert heard == [command_id], stroke


AREAS: Final[dict[str, AreaName]] = {"operations": "operation", "providers": "providers", "usage": "usage"}


async def _area(desk: Desk, name: AreaName) -> None:
    if desk.window.operations.areas.name != name:
        desk.window.operations.show_area(name)


async def _go(desk: Desk, screen: Screen) -> None:
    if desk.window.screen_name != screen:
        desk.window.show(screen)


def test_every_command_is_in_the_menus_and_in_the_cheat_sheet(desk: Desk) -> None:
    assert set(desk.window.actions_by_id) == {command.id for command in COMMANDS}
    desk.press("?")
    assert desk.window.overlays.sheet.isVisible()
    shown = {label.text() for label in desk.window.overlays.sheet.findChildren(PlainLabel)}
    assert shown >= {title for title, _ in lines(COMMANDS)}
    assert "Saved view 1–9" in shown


@pytest.mark.parametrize("width", [1024, 1360])
@pytest.mark.parametrize("language", ["en", "de", "ar"])
def test_every_key_of_the_cheat_sheet_is_in_sight(
    desk: Desk, qapp: QApplication, width: int, language: LanguageChoice
) -> None:
    Interpreter(qapp).speak(language)
    try:
        desk.window.resize(width, 700)
        desk.press("F1")
        area = desk.window.overlays.sheet.area
        caps = area.findChildren(KeyCaps)
        assert len(caps) > 50
        for each in caps:
            left = each.mapTo(area.viewport(), QPoint(0, 0)).x()
            assert left >= 0
            assert left + each.width() <= area.viewport().width()
    finally:
        Interpreter(qapp).speak("en")


def test_the_cheat_sheet_takes_no_decisions(desk: Desk) -> None:
    desk.show_call(0)
    before = marks(desk, 3)
    desk.press("F1", "1", "3", "Z")
    assert desk.window.overlays.sheet.isVisible()
    assert marks(desk, 3) == before
    desk.press("Esc")
    assert not desk.window.overlays.sheet.isVisible()


def test_the_strip_teaches_only_keys_that_act_where_the_focus_is(desk: Desk) -> None:
    desk.show_call(0)
    caps = desk.window.review_page._caps
    assert "1 good" in caps.accessibleName()
    for stroke in ("/", "T", "N", "Ctrl+F"):
        desk.press(stroke)
        assert "good" not in caps.accessibleName(), stroke
        assert "Esc leave" in caps.accessibleName(), stroke
        assert ("Ctrl+Space complete" in caps.accessibleName()) == (stroke == "/")
        desk.press("Esc", "Esc")
        assert "1 good" in caps.accessibleName(), stroke
    desk.press("E")
    desk.until(lambda: desk.window.correcting.open_now)
    assert "Ctrl+Enter submit" in caps.accessibleName()


def test_in_a_text_field_keys_type(heard: list[str], desk: Desk) -> None:
    desk.show_call(0)
    field = desk.window.review_page.filter.line
    field.setFocus()
    desk.type("132 sjzx*a./?gG0")
    assert field.text() == "132 sjzx*a./?gG0"
    desk.press("Ctrl+Z")
    assert heard == []
    assert "TYPING" in desk.window.status._zone.text()


def test_text_undo_does_not_fall_through_to_ratings(desk: Desk) -> None:
    desk.show_call(0)
    desk.press("1")
    after = marks(desk, 1)
    desk.window.review_page.filter.line.setFocus()
    desk.press("Ctrl+Z", "Ctrl+Z", "Ctrl+Shift+Z")
    assert marks(desk, 1) == after == ["good"]


def test_a_held_key_rates_once_and_moves_on_and_on(heard: list[str], desk: Desk) -> None:
    desk.show_call(0)
    view = desk.window.review_page.list.view
    view.setFocus()

    async def hold(key: Qt.Key, text: str) -> None:
        for repeat in (False, True, True, True):
            held = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, text, repeat)
            QApplication.sendEvent(view, held)

    desk.run(hold(Qt.Key.Key_1, "1"))
    desk.run(hold(Qt.Key.Key_J, "j"))
    assert heard == ["rate.up", *["move.next"] * 4]


def test_a_held_key_does_not_take_back_the_question_it_asked(desk: Desk) -> None:
    desk.show_call(0)
    desk.press("* A", "1")
    question = desk.window.review_page.question
    assert question.isVisible()

    async def hold() -> None:
        held = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_1, Qt.KeyboardModifier.NoModifier, "1", True)
        QApplication.sendEvent(desk.focus(), held)

    desk.run(hold())
    assert question.isVisible()
    desk.press("Esc")
    assert not question.isVisible()


def test_a_key_held_on_x11_rates_once_though_qt_calls_its_repetitions_new(
    heard: list[str], desk: Desk
) -> None:
    desk.show_call(0)
    view = desk.window.review_page.list.view
    view.setFocus()

    async def send(kind: QEvent.Type, moment: int) -> None:
        event = QKeyEvent(kind, Qt.Key.Key_3, Qt.KeyboardModifier.NoModifier, 12, 0, 0, "3")
        event.setTimestamp(moment)
        QApplication.sendEvent(view, event)

    # As recorded on a busy X server: a repetition is a release and a press of the same millisecond.
    for release, press in ((0, 6177548), (6178252, 6178252), (6178380, 6178380)):
        desk.run(send(QEvent.Type.KeyRelease, release))
        desk.run(send(QEvent.Type.KeyPress, press))
        desk.settle()
    assert heard == ["rate.down"]
    desk.run(send(QEvent.Type.KeyRelease, 6178421))
    desk.run(send(QEvent.Type.KeyPress, 6178422))
    assert heard == ["rate.down"] * 2


def test_a_decision_for_a_call_not_yet_painted_is_ignored(desk: Desk) -> None:
    desk.show_call(0)
    before = marks(desk, 3)

    async def too_fast() -> None:
        for _ in range(2):  # the second one before anything could be painted
            QTest.keyClick(desk.focus(), Qt.Key.Key_1)

    desk.run(too_fast())
    desk.settle()
    desk.until(lambda: marks(desk, 1) == ["good"])
    assert marks(desk, 3)[1:] == before[1:]
    assert desk.window.status._said.text() == IGNORED["busy"]


def test_a_key_for_a_call_that_is_not_on_the_screen_yet_says_so(desk: Desk) -> None:
    desk.show_call(0)
    before = marks(desk, 3)

    async def too_fast() -> None:
        for key in (Qt.Key.Key_J, Qt.Key.Key_1):
            QTest.keyClick(desk.focus(), key)

    desk.run(too_fast())
    desk.settle()
    assert desk.window.status._said.text() == IGNORED["not_painted"]
    assert marks(desk, 3) == before


def test_chords_show_what_can_follow_and_never_time_out(desk: Desk) -> None:
    desk.show_call(0)
    review = desk.window.review
    assert review is not None
    desk.press("*")
    assert desk.window.chords.isVisible()
    assert "A Select all of the list" in desk.window.chords._keys.accessibleName()
    desk.run(_pause(0.3))
    desk.press("A")
    assert (review.selected_count, desk.window.chords.isVisible()) == (60, False)
    desk.press("*", "Esc")
    assert (review.selected_count, desk.window.router.prefix) == (60, "")
    desk.press("* J")
    assert review.current.position == 0


@pytest.mark.parametrize("screen", ["G C", "G S"])
def test_chord_hints_move_nothing(desk: Desk, screen: str) -> None:
    desk.show_call(0)
    desk.press(screen)
    page = desk.window.stack.currentWidget()
    before = _places(page)
    desk.press("G")
    assert desk.window.chords.isVisible()
    assert _places(page) == before
    chords, stack = desk.window.chords, desk.window.stack
    assert (chords.width(), chords.geometry().bottom()) == (stack.width(), stack.rect().bottom())
    if screen == "G C":
        taught = desk.window.review_page._keys
        assert chords.mapToGlobal(chords.rect().bottomLeft()) == taught.mapToGlobal(
            taught.rect().bottomLeft()
        )
        assert chords.height() == taught.height() + 1  # the hairline over it
    desk.press("Esc")
    assert not chords.isVisible()


def _places(page: QWidget | None) -> list[QRect]:
    assert page is not None
    return [page.geometry(), *(each.geometry() for each in page.findChildren(QWidget) if each.isVisible())]


async def _pause(seconds: float) -> None:
    import asyncio

    await asyncio.sleep(seconds)


def test_the_ladder_of_escape(desk: Desk) -> None:
    review = desk.window.review
    assert review is not None
    desk.show_call(0)
    desk.press("X", "/")
    line_ = desk.window.review_page.filter.line
    assert line_.hasFocus()
    desk.type("words")
    desk.press("?")
    line_.setText("words")
    desk.press("Esc")
    assert (line_.text(), line_.hasFocus(), review.selected_count) == ("words", False, 1)
    assert desk.window.review_page.list.view.hasFocus()
    desk.press("Esc")
    assert (line_.text(), review.selected_count) == ("words", 0)


def test_enter_in_the_filter_goes_to_the_list(desk: Desk) -> None:
    desk.press("/", "Enter")
    assert desk.window.review_page.list.view.hasFocus()


def test_panes_are_reached_in_turn(desk: Desk) -> None:
    desk.show_call(0)
    seen = []
    for _ in range(6):
        desk.press("F6")
        seen.append(desk.focus().accessibleName())
    assert seen[:2] == ["Conversation", "Output"]
    assert "Calls" in seen
