"""Typing a filter: suggestions that never take a key from the line, and words about what is not understood."""

from dataclasses import replace

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from atlas_desktop.domain.filter.facets import FacetValue
from atlas_desktop.domain.query import Query, Term
from atlas_desktop.ui.widgets.filter_bar import FilterBar
from tests.ui.conftest import Desk
from tests.ui.listing.hands import browser_of, wait


def bar_of(desk: Desk) -> FilterBar:
    return desk.window.review_page.filter


def labels(desk: Desk) -> list[str]:
    popup = bar_of(desk).completion.popup
    return [offer.label for offer in popup.offers] if popup.isVisible() else []


def begin(desk: Desk) -> None:
    wait(desk, lambda: bar_of(desk).completion._vocabulary.total == 60)
    desk.press("/")


def test_tab_takes_a_field_and_then_its_values_are_offered(desk: Desk) -> None:
    begin(desk)
    desk.type("oper")
    assert labels(desk) == ["operation:"]
    desk.press("Tab")
    assert bar_of(desk).line.text() == "operation:"
    assert "classify_intent" in labels(desk)
    assert bar_of(desk).line.hasFocus()
    desk.type("class")
    assert labels(desk)[0] == "classify_intent"
    desk.press("Enter")
    assert bar_of(desk).line.text() == "operation:classify_intent "
    assert bar_of(desk).line.hasFocus()
    wait(desk, lambda: browser_of(desk).query == Query(operation="classify_intent"))
    desk.press("Enter")
    assert desk.window.review_page.list.view.hasFocus()


def test_arrows_mark_and_what_is_marked_is_said(desk: Desk) -> None:
    begin(desk)
    desk.type("rating:")
    offered = labels(desk)
    assert {"good", "bad", "unsure", "none"} <= set(offered)
    desk.press("Down", "Down")
    popup = bar_of(desk).completion.popup
    assert popup.at == 2
    assert offered[2] in desk.window.status._said.text()
    desk.press("Up", "Enter")
    assert bar_of(desk).line.text() == f"rating:{offered[1]} "


def test_a_word_is_searched_for_though_fields_are_offered(desk: Desk) -> None:
    begin(desk)
    desk.type("mode")
    assert labels(desk) == ["model:"]
    desk.press("Enter")
    assert bar_of(desk).line.text() == "mode"
    assert desk.window.review_page.list.view.hasFocus()
    wait(desk, lambda: browser_of(desk).query == Query(text="mode"))


def test_escape_closes_the_suggestions_and_then_leaves_the_line(desk: Desk) -> None:
    begin(desk)
    desk.type("cust")
    assert labels(desk)
    desk.press("Esc")
    assert not labels(desk)
    assert bar_of(desk).line.hasFocus()
    desk.press("Esc")
    assert desk.window.review_page.list.view.hasFocus()
    assert bar_of(desk).line.text() == "cust"


def test_suggestions_are_shown_when_they_are_asked_for(desk: Desk) -> None:
    begin(desk)
    assert not labels(desk)
    desk.press("Ctrl+Space")
    assert len(labels(desk)) > 10
    desk.type("x")
    assert not labels(desk)


def test_every_key_of_a_line_types_though_suggestions_are_open(desk: Desk) -> None:
    line = "customer:acme rating:bad refund 1 2 3 latency:>2s"
    begin(desk)
    for letter in line:
        desk.type(letter)
    assert bar_of(desk).line.text() == line


def test_a_click_takes_a_suggestion(desk: Desk) -> None:
    begin(desk)
    desk.type("rating:")
    popup = bar_of(desk).completion.popup

    async def click() -> None:
        QTest.mouseClick(popup, Qt.MouseButton.LeftButton, pos=QPoint(40, 4 + 26 + 8))

    second = labels(desk)[1]
    desk.run(click())
    assert bar_of(desk).line.text() == f"rating:{second} "
    assert bar_of(desk).line.hasFocus()


def test_what_is_not_understood_filters_nothing_and_is_said_under_its_place(desk: Desk) -> None:
    bar = bar_of(desk)
    begin(desk)
    desk.type("rating:maybe classify")
    wait(desk, lambda: browser_of(desk).query == Query(text="classify"))
    assert bar._fault.isVisible()
    assert bar.line._faults == ((7, 12),)
    start = bar._fault.words.mapTo(bar, QPoint(0, 0)).x()
    place = bar.line.mapTo(bar, QPoint(bar.line.x_of(7), 0)).x()
    assert abs(start - place) < 40
    assert bar._fault.words.text()


def test_tab_puts_right_what_was_probably_meant(desk: Desk) -> None:
    bar = bar_of(desk)
    begin(desk)
    desk.type("ratng:bad please")
    wait(desk, lambda: not bar._pause.isActive())
    assert bar._fault.use.isVisible()
    desk.press("Tab")
    assert bar.line.text() == "rating:bad please"
    assert not bar._fault.isVisible()
    wait(desk, lambda: browser_of(desk).query == Query([Term("rating", "thumbs_down")], text="please"))


def test_a_fault_at_the_cursor_is_offered_to_be_put_right(desk: Desk) -> None:
    begin(desk)
    desk.type("rating:godo")
    assert labels(desk) == ["good"]
    desk.press("Tab")
    assert bar_of(desk).line.text() == "rating:good "


def test_a_name_no_call_has_is_hinted_at_and_filters_all_the_same(desk: Desk) -> None:
    bar = bar_of(desk)
    begin(desk)
    desk.type("operation:clasify_intent ")
    wait(desk, lambda: len(browser_of(desk)) == 0)
    assert bar._fault.isVisible()
    assert bar.line._faults == ()
    assert bar._fault.words.property("tone") == "muted"
    desk.press("Tab")
    assert bar.line.text().strip() == "operation:classify_intent"
    wait(desk, lambda: browser_of(desk).query == Query(operation="classify_intent"))


def test_enter_takes_a_whole_value_as_it_is_though_another_begins_like_it(desk: Desk) -> None:
    begin(desk)
    completion = bar_of(desk).completion
    known = completion._vocabulary
    values = tuple(FacetValue(Term("model", name), 1) for name in ("gpt", "gpt-mini"))
    completion.set_vocabulary(replace(known, fields={**known.fields, "model": values}))
    desk.type("model:gp")
    assert labels(desk) == ["gpt", "gpt-mini"]
    desk.type("t")
    assert labels(desk) == ["gpt-mini"]
    desk.press("Enter")
    assert bar_of(desk).line.text() == "model:gpt"
    assert desk.window.review_page.list.view.hasFocus()
