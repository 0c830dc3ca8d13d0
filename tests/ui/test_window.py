import dataclasses
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from atlas_desktop.app.commands import COMMANDS, Command
from atlas_desktop.domain.query import Query
from atlas_desktop.ui import window as window_module
from atlas_desktop.ui.widgets.filter_bar import FilterBar
from atlas_desktop.ui.widgets.plain_label import PlainLabel
from tests.ui.conftest import Desk
from tests.ui.filled import line, sample_lines

EVERY_KEY = [(command.id, stroke) for command in COMMANDS for stroke in command.keys]


def marks(desk: Desk, count: int) -> list[str]:
    texts = [desk.window.review_page.model.text_at(position) for position in range(count)]
    return [text.mark if text else "?" for text in texts]


def test_the_list_and_the_first_call_are_there(desk: Desk) -> None:
    assert desk.window.review_page.model.rowCount() == 60
    assert desk.show_call(0) is not None
    assert "60 calls" in desk.window.review_page.filter._count.text()


def test_a_rating_key_rates_and_goes_on(desk: Desk) -> None:
    first = desk.show_call(0)
    desk.press("3")
    review = desk.window.review
    assert review is not None
    assert review.current.position == 1
    row = desk.window.review_page.model.text_at(0)
    assert row is not None
    assert (row.seq, row.mark, row.pending) == (first, "bad", True)


def test_rate_stay_undo_redo_and_clear(desk: Desk) -> None:
    review = desk.window.review
    assert review is not None
    desk.show_call(0)
    before = marks(desk, 2)
    desk.press("Shift+1")
    assert (marks(desk, 1), review.current.position) == (["good"], 0)
    desk.press("J", "2")
    desk.until(lambda: marks(desk, 2) == ["good", "unsure"])
    desk.press("Z")
    desk.until(lambda: marks(desk, 2) == ["good", before[1]])
    assert review.current.position == 1
    desk.press("Z")
    desk.until(lambda: marks(desk, 2) == before)
    assert review.current.position == 0
    desk.press("Shift+Z")
    desk.until(lambda: marks(desk, 1) == ["good"])
    desk.press("0")
    desk.until(lambda: marks(desk, 1) == [before[0] if before[0] != "good" else "none"])


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Which commands were run, instead of running them."""
    ids: list[str] = []

    def recorded(command: Command) -> Command:
        return dataclasses.replace(command, run=lambda _: ids.append(command.id))

    monkeypatch.setattr(window_module, "COMMANDS", tuple(map(recorded, COMMANDS)))
    return ids


def test_every_command_is_reached_by_every_one_of_its_keys(heard: list[str], desk: Desk) -> None:
    desk.show_call(0)
    for command_id, stroke in EVERY_KEY:
        heard.clear()
        desk.window.review_page.list.view.setFocus()
        desk.press(stroke)
        assert heard == [command_id], stroke


def test_every_command_is_in_the_menus_and_in_the_cheat_sheet(desk: Desk) -> None:
    assert set(desk.window.actions_by_id) == {command.id for command in COMMANDS}
    desk.press("?")
    assert desk.window.sheet.isVisible()
    shown = {label.text() for label in desk.window.sheet.findChildren(PlainLabel)}
    assert shown >= {command.title for command in COMMANDS if command.keys}


def test_the_cheat_sheet_takes_no_decisions(desk: Desk) -> None:
    desk.show_call(0)
    before = marks(desk, 3)
    desk.press("F1", "1", "3", "Z")
    assert desk.window.sheet.isVisible()
    assert marks(desk, 3) == before
    desk.press("Esc")
    assert not desk.window.sheet.isVisible()


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


async def _pause(seconds: float) -> None:
    import asyncio

    await asyncio.sleep(seconds)


def test_many_are_asked_for_first(desk: Desk) -> None:
    review = desk.window.review
    assert review is not None
    desk.show_call(0)
    desk.press("* A", "1")
    question = desk.window.review_page.question
    assert question.isVisible()
    assert question.accessibleName() == "Rate 60 calls as good?"
    desk.press("Esc")
    assert not question.isVisible()
    assert review.selected_count == 60
    desk.press("1", "Enter")
    desk.until(lambda: marks(desk, 60) == ["good"] * 60)
    assert not question.isVisible()
    desk.press("Z")
    desk.until(lambda: marks(desk, 60) != ["good"] * 60)


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


def test_the_filter_line_and_its_menus_are_one_filter(desk: Desk) -> None:
    bar = desk.window.review_page.filter
    workspace = desk.session.workspace
    assert workspace is not None
    desk.press("/")
    desk.type("operation:classify_intent")
    desk.until(lambda: workspace.browser.query == Query(operation="classify_intent"))
    assert 0 < len(workspace.browser) < 60
    assert bar._menus[0].property("used") is True
    desk.run(_edit(bar, Query(text="nothing says this")))
    desk.until(lambda: len(workspace.browser) == 0 and not workspace.browser.loading)
    assert desk.window.review_page._empty.isVisible()
    assert "0 of 60" in bar._count.text()


def test_the_call_at_hand_is_marked_after_filtering(desk: Desk) -> None:
    workspace, view = desk.session.workspace, desk.window.review_page.list.view
    assert workspace is not None
    desk.show_call(4)
    for query in (Query(operation="classify_intent"), Query(), Query(text="card")):
        desk.run(workspace.browser.apply(query))
        desk.settle()
        assert view.currentIndex().row() == workspace.review.current.position
        assert view.selectionModel().isSelected(view.currentIndex())


async def _edit(bar: FilterBar, query: Query) -> None:
    bar.edit(query)


def test_enter_in_the_filter_goes_to_the_list(desk: Desk) -> None:
    desk.press("/", "Enter")
    assert desk.window.review_page.list.view.hasFocus()


def test_the_screens_are_reached_by_keys(desk: Desk) -> None:
    for stroke, page in (
        ("G S", desk.window.sync_page),
        ("G C", desk.window.review_page),
        ("Ctrl+,", desk.window.settings_page),
        ("Esc", desk.window.review_page),
    ):
        desk.press(stroke)
        assert desk.window.stack.currentWidget() is page, stroke


def test_panes_are_reached_in_turn(desk: Desk) -> None:
    desk.show_call(0)
    seen = []
    for _ in range(6):
        desk.press("F6")
        seen.append(desk.focus().accessibleName())
    assert seen[:2] == ["Conversation", "Output"]
    assert "Calls" in seen


def test_the_inspector_and_the_system_prompt_open_by_key(desk: Desk) -> None:
    panes = desk.window.review_page.panes
    desk.show_call(0)
    desk.press("I")
    assert panes.inspector.isVisible()
    desk.press("I")
    assert not panes.inspector.isVisible()


@pytest.mark.parametrize(
    "lines",
    [
        [
            line(
                messages=[
                    {"role": "system", "content": "be brief " * 50},
                    {"role": "user", "content": "hello"},
                ]
            )
        ]
    ],
)
def test_a_system_prompt_is_folded_until_asked_for(desk: Desk) -> None:
    text = desk.window.review_page.panes.conversation.view
    desk.show_call(0)
    assert "be brief" not in text.toPlainText()
    desk.press("O")
    assert text.toPlainText().count("be brief") == 50


@pytest.mark.parametrize(
    "lines", [[line(output="good\u202eevil\u200b", customer="<b>bold</b><img src=x>", operation="made")]]
)
def test_hostile_text_is_seen_for_what_it_is(desk: Desk) -> None:
    desk.show_call(0)
    panes = desk.window.review_page.panes
    assert panes.output.view.chips == 2
    assert "2 hidden" in panes.output._size.text()
    assert panes.header._customer.text() == "<b>bold</b><img src=x>"
    assert panes.header._customer.textFormat() == Qt.TextFormat.PlainText
    hint = desk.window.review_page.model.index(0).data(Qt.ItemDataRole.ToolTipRole)
    assert "<b>" not in hint
    assert "&lt;b&gt;" in hint


def test_copying_an_id_says_so(desk: Desk) -> None:
    desk.show_call(0)
    desk.press("Y")
    assert QGuiApplication.clipboard().text().startswith("chatcmpl-")
    assert desk.window.status._said.text() == "Copied the call id"


def test_a_decision_is_said(desk: Desk) -> None:
    desk.show_call(0)
    desk.press("3")
    assert desk.window.status._said.text() == "1 of 60, rated bad, undo with Z"


def test_a_click_opens_and_with_ctrl_selects(desk: Desk) -> None:
    review, view = desk.window.review, desk.window.review_page.list.view
    assert review is not None
    desk.show_call(0)
    place = view.visualRect(view.model().index(2, 0)).center()

    async def click(held: Qt.KeyboardModifier) -> None:
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, held, place)

    desk.run(click(Qt.KeyboardModifier.ControlModifier))
    assert (review.current.position, review.selected_count) == (0, 1)
    desk.run(click(Qt.KeyboardModifier.NoModifier))
    assert review.current.position == 2


@pytest.mark.parametrize("lines", [[]])
def test_an_empty_store_teaches_the_next_key(desk: Desk) -> None:
    empty = desk.window.review_page._empty
    assert empty.isVisible()
    assert empty._title.text() == "No calls yet"
    assert "G S" in empty._keys.accessibleName()
    desk.press("1", "Z", "J", "* A")


@pytest.mark.parametrize("lines", [sample_lines(3)])
def test_the_window_remembers_how_it_was_divided(desk: Desk, tmp_path: Path) -> None:
    split = desk.window.review_page.split
    split.setSizes([500, 700, 0])
    remembered = desk.window.remembered()
    split.setSizes([300, 900, 0])
    desk.window.review_page.restore(remembered["splits"])
    assert abs(split.sizes()[0] - 500) < 30
    assert desk.run(desk.session.settings.change(window=remembered)).window == remembered


def test_the_window_closes_by_asking(desk: Desk) -> None:
    asked: list[None] = []
    desk.window.closing.connect(lambda: asked.append(None))
    desk.window.close()
    desk.press("Ctrl+Q")
    assert len(asked) == 2
    assert desk.window.isVisible()


def test_the_window_fits_a_small_screen(desk: Desk) -> None:
    desk.window.resize(1024, 700)
    desk.show_call(0)
    assert (desk.window.width(), desk.window.height()) == (1024, 700)


def test_nothing_flashes_up_as_a_window_of_its_own(desk: Desk) -> None:
    for stroke in ("G S", "Ctrl+,", "G C", "I", "?", "Esc"):
        desk.press(stroke)
        visible = [widget for widget in QApplication.topLevelWidgets() if widget.isVisible()]
        assert visible == [desk.window], stroke
    assert desk.window.isActiveWindow()
