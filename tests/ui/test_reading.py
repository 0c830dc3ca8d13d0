"""A call read in the real window: rendered and raw, turns, folds, finding, links."""

import asyncio
import json
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from atlas_desktop.ui import opener
from atlas_desktop.ui.pages import reading as reading_page
from atlas_desktop.ui.widgets.payload_links import links_menu
from atlas_desktop.ui.widgets.payload_view import PayloadView
from tests.ui.conftest import Desk
from tests.ui.filled import line

RESULT = json.dumps({"rows": [{"id": number, "name": f"row {number}"} for number in range(400)], "left": 2})
TURNS: list[dict[str, Any]] = [
    {"role": "system", "content": "Be **brief**."},
    {"role": "user", "content": "What is *left*?"},
    {
        "role": "assistant",
        "content": None,
        "tool_calls": [
            {"id": "c1", "type": "function", "function": {"name": "stock", "arguments": '{"of": "tea"}'}},
            {"id": "c2", "type": "function", "function": {"name": "price", "arguments": "{}"}},
        ],
    },
    {"role": "user", "content": "line\n" * 60},
    {"role": "tool", "tool_call_id": "c1", "content": RESULT},
    {"role": "tool", "tool_call_id": "nobody", "content": "an orphan"},
    {"role": "user", "content": "And now?"},
]
OUTPUT = (
    "There are **two tea bags** left, see [the list](https://docs.example.com/tea) and "
    "[this](http://plain.example.com) or jane@example.com.\n\n" + "filler\n" * 80 + "needle"
)
LINES = [
    line(source_id="r/1", messages=TURNS, output=OUTPUT),
    line(
        source_id="r/2",
        messages=[{"role": "user", "content": "write to jane@example.com"}],
        output="second needle",
    ),
]


@pytest.fixture
def lines() -> list[bytes]:
    return LINES


@pytest.fixture
def reader(desk: Desk) -> Desk:
    """The first call on the screen, all of it laid out."""
    position = 0 if "tea" in _text_of(desk, 0) else 1
    desk.show_call(position)
    desk.until(lambda: conversation(desk).complete and answer(desk).complete)
    return desk


def _text_of(desk: Desk, position: int) -> str:
    desk.show_call(position)
    desk.until(lambda: answer(desk).complete)
    return answer(desk).original_text()


def conversation(desk: Desk) -> PayloadView:
    return desk.window.review_page.panes.conversation.view


def answer(desk: Desk) -> PayloadView:
    return desk.window.review_page.panes.output.view


def display(view: PayloadView) -> str:
    return view.toPlainText().replace("\u2068", "").replace("\u2069", "")


def test_raw_and_rendered_by_one_key_and_remembered(reader: Desk) -> None:
    assert "two tea bags" in display(answer(reader))
    assert "**" not in display(answer(reader))
    reader.press("R")
    reader.until(lambda: answer(reader).complete and answer(reader).toPlainText() == OUTPUT)
    assert reader.session.settings.current.rendered is False
    reader.press("R")
    reader.until(lambda: "**" not in answer(reader).toPlainText())
    assert answer(reader).original_text() == OUTPUT


def test_results_stand_with_their_calls_and_the_lonely_are_named(reader: Desk) -> None:
    text = display(conversation(reader))
    called, result, orphan = text.index("calls stock"), text.index("result of stock"), text.index("an orphan")
    assert called < text.index('"of": "tea"') < result < text.index('"left": 2') < text.index("calls price")
    assert "no result of this call was recorded" in text[text.index("calls price") :]
    assert "answers a call that was not recorded" in text[text.index("calls price") : orphan]
    assert text.count("result of stock") == 1


def test_the_turn_keys_go_from_heading_to_heading(reader: Desk) -> None:
    tops = []
    for _ in range(4):
        reader.press("]")
        tops.append(conversation(reader).firstVisibleBlock().text())
    assert tops[:3] == ["user", "assistant", "calls stock"]
    reader.press("[")
    assert conversation(reader).firstVisibleBlock().text() == tops[2]


def test_large_json_is_folded_and_opens_by_key_and_click(reader: Desk) -> None:
    view = conversation(reader)
    assert "400 entries" in display(view)
    before = view.original_text()
    view.setFocus()
    cursor = view.textCursor()
    cursor.setPosition(view.toPlainText().index("400 entries"))
    view.setTextCursor(cursor)
    reader.press("O")
    assert "row 99" in display(view)
    assert "row 100" not in display(view)
    assert "300 more entries" in display(view)
    assert view.original_text() == before
    more = view.toPlainText().index("more entries")
    cursor.setPosition(more)
    view.setTextCursor(cursor)
    view.ensureCursorVisible()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.cursorRect(cursor).center())
    assert "row 199" in display(view)
    assert view.original_text() == before
    reader.press("Shift+O")
    reader.press("Shift+O")
    assert view.original_text() == before


def test_the_fold_key_elsewhere_is_the_system_prompt(reader: Desk) -> None:
    assert "Be brief." not in display(conversation(reader))
    reader.press("O")
    reader.until(lambda: "Be brief." in display(conversation(reader)))


def find(desk: Desk, words: str) -> None:
    desk.press("Ctrl+F")
    desk.type(words)
    finder = desk.window.call_reading._find
    desk.until(lambda: not finder.searching)


def test_find_goes_through_all_of_the_call(reader: Desk) -> None:
    finder = reader.window.call_reading._find
    find(reader, "ROW 39")
    assert finder.count == 11  # 39 and 390 to 399, all folded
    reader.until(lambda: "row 39" in display(conversation(reader)))
    find(reader, "two tea")
    assert finder.count == 1
    reader.press("Esc")
    assert reader.window.call_reading.bar.isHidden()
    assert not answer(reader).extraSelections()


def test_find_steps_round_and_shows_where_it_is(reader: Desk) -> None:
    finder = reader.window.call_reading._find
    find(reader, "left")
    assert finder.count == 3
    assert finder.current == 0
    reader.press("F3", "F3", "F3")
    assert finder.current == 0
    reader.press("Shift+F3")
    assert finder.current == 2
    reader.until(lambda: len(answer(reader).extraSelections()) > 0)
    assert "3 of 3" in reader.window.call_reading.bar._count.text()
    find(reader, "nothing says this")
    assert finder.count == 0
    assert "Nothing found" in reader.window.call_reading.bar._count.text()


def test_find_looks_in_the_next_call_too(reader: Desk) -> None:
    finder = reader.window.call_reading._find
    find(reader, "needle")
    assert finder.count == 1
    other = 1 if reader.window.review_page.panes._shown is not None and _position(reader) == 0 else 0
    reader.show_call(other)
    reader.until(lambda: not finder.searching and finder.count == 1)


def test_find_looks_in_the_folded_system_prompt_and_not_in_the_names_of_roles(reader: Desk) -> None:
    finder = reader.window.call_reading._find
    find(reader, "brief")
    assert finder.count == 1
    reader.until(lambda: "Be brief." in display(conversation(reader)))
    find(reader, "assistant")
    assert finder.count == 0
    reader.press("Esc")
    position = _position(reader)
    reader.show_call(1 - position)
    reader.show_call(position)
    reader.until(lambda: "show" in display(conversation(reader)))
    assert "Be brief." not in display(conversation(reader))


def test_find_begins_with_the_words_of_the_filter(reader: Desk) -> None:
    finder = reader.window.call_reading._find
    for words in ("brief", "tea"):
        reader.press("/", "Ctrl+A")
        reader.type(words)
        reader.press("Enter")
        reader.until(lambda: reader.window.review_page.painted is not None)
        reader.press("Ctrl+F")
        assert reader.window.call_reading.bar.line.text() == words
        reader.until(lambda: not finder.searching and finder.count > 0)
        reader.press("Esc")


def _position(desk: Desk) -> int:
    review = desk.window.review
    assert review is not None
    return review.current.position


def test_the_words_of_the_filter_are_marked(reader: Desk) -> None:
    reader.press("/")
    reader.type("tea bags")
    reader.press("Enter")
    reader.settle()
    reader.until(lambda: len(answer(reader).extraSelections()) == 2)
    marked = {selection.cursor.selectedText() for selection in answer(reader).extraSelections()}
    assert marked == {"tea", "bags"}


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    found: list[str] = []
    monkeypatch.setattr(reading_page, "open_address", found.append)
    return found


def test_a_link_opens_only_after_a_yes_to_its_host(reader: Desk, opened: list[str]) -> None:
    answer(reader).setFocus()
    reader.press("Ctrl+L")
    assert answer(reader).textCursor().selectedText() == "the list"
    reader.press("Ctrl+O")
    question = reader.window.review_page.question
    assert question.isVisible()
    assert "docs.example.com" in question.accessibleName()
    reader.press("Esc")
    assert opened == []
    reader.press("Ctrl+O")
    reader.press("Enter")
    assert opened == ["https://docs.example.com/tea"]


def test_a_click_on_a_link_does_nothing(reader: Desk, opened: list[str]) -> None:
    view = answer(reader)
    cursor = view.textCursor()
    cursor.setPosition(view.toPlainText().index("the list") + 2)
    QTest.mouseClick(
        view.viewport(), Qt.MouseButton.LeftButton, pos=view.cursorRect(cursor).center() + QPoint(2, 0)
    )
    assert opened == []
    assert not reader.window.review_page.question.isVisible()


def test_what_is_not_https_is_copied_never_opened(reader: Desk, opened: list[str]) -> None:
    answer(reader).setFocus()
    reader.press("Ctrl+L", "Ctrl+L")
    assert answer(reader).textCursor().selectedText() == "this"
    reader.press("Ctrl+O")
    assert not reader.window.review_page.question.isVisible()
    reader.press("Ctrl+Shift+L")
    assert QGuiApplication.clipboard().text() == "http://plain.example.com"
    menu = links_menu(answer(reader), "http://plain.example.com")
    assert [action.text() for action in menu.actions() if action.text()][2] == "Copy link"
    assert not [action for action in menu.actions() if action.text().startswith("Open")]
    menu.deleteLater()


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "http://example.com",
        "https://a@b.com",
        "https://x.com/\n",
    ],
)
def test_the_opener_itself_looks_again(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", asked.append)
    assert not opener.open_address(url)
    assert asked == []


def test_the_context_menu_names_the_host(reader: Desk) -> None:
    menu = links_menu(answer(reader), "https://docs.example.com/tea")
    assert isinstance(menu, QMenu)
    assert "Open docs.example.com…" in [action.text() for action in menu.actions()]
    menu.deleteLater()
    reader.run(asyncio.sleep(0))
