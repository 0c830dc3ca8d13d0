"""A call opened from a search shows what was searched for."""

from typing import Any

import pytest
from PySide6.QtGui import QTextCursor

from atlas_desktop.ui.widgets.payload_view import PayloadView
from tests.ui.conftest import Desk
from tests.ui.filled import line


def _long(number: int, needle: str) -> dict[str, Any]:
    filler = "filler\n\n" * 400
    turns = [{"role": "user", "content": f"{filler}{needle} {number}\n\n{filler}"}]
    return {"source_id": f"s/{number}", "messages": turns, "output": f"{filler}{needle}\n\n{filler}"}


TOP = "harbour\n\n" * 300


@pytest.fixture
def lines() -> list[bytes]:
    return [
        *(line(**_long(number, "needle")) for number in range(3)),
        line(source_id="s/far", output="y\n\n" * 60_000 + "lighthouse"),
        line(source_id="s/top", output=TOP),
    ]


def _search(desk: Desk, words: str) -> None:
    desk.press("/", "Ctrl+A")
    desk.type(words)
    desk.press("Enter")


def _views(desk: Desk) -> tuple[PayloadView, PayloadView]:
    panes = desk.window.review_page.panes
    return panes.conversation.view, panes.output.view


def _sees(view: PayloadView, word: str) -> bool:
    at = view.original_text().find(word)
    if at < 0:
        return False
    cursor = QTextCursor(view.document())
    cursor.setPosition(view.feed.shown.position_of(at))
    return view.viewport().rect().intersects(view.cursorRect(cursor))


def test_each_text_is_scrolled_to_its_first_place(desk: Desk) -> None:
    _search(desk, "needle")
    for position in (0, 1, 2, 0):
        desk.show_call(position)
        desk.until(lambda: all(_sees(view, "needle") for view in _views(desk)))


def test_a_place_far_down_is_laid_out_first(desk: Desk) -> None:
    _search(desk, "lighthouse")
    output = _views(desk)[1]
    desk.until(lambda: _sees(output, "lighthouse"), 20)
    assert not any(view.hasFocus() for view in _views(desk))


def test_what_is_in_sight_moves_nothing(desk: Desk) -> None:
    _search(desk, "harbour")
    output = _views(desk)[1]
    desk.until(lambda: output.complete and not desk.window.call_reading._first_hit._timer.isActive())
    assert output.verticalScrollBar().value() == 0
    assert output.textCursor().position() == 0


def test_who_scrolls_back_stays_there(desk: Desk) -> None:
    _search(desk, "needle")
    output = _views(desk)[1]
    desk.until(lambda: _sees(output, "needle"))
    desk.press("1")
    desk.show_call(0)
    desk.until(lambda: _sees(output, "needle") and output.complete)
    output.verticalScrollBar().setValue(0)
    desk.window.review_page.panes.text_changed.emit()
    desk.press("I", "I")
    assert output.verticalScrollBar().value() == 0


def test_without_words_it_opens_at_the_top(desk: Desk) -> None:
    desk.show_call(1)
    desk.until(lambda: all(view.complete or view.feed.shown.offset for view in _views(desk)))
    assert [view.verticalScrollBar().value() for view in _views(desk)] == [0, 0]
