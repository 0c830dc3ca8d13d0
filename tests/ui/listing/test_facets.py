"""The facet sidebar: the same filter by ticking, with the keyboard and the mouse."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from atlas_desktop.domain.query import Query, Term
from atlas_desktop.ui.models.facet_rows import FacetRow
from atlas_desktop.ui.pages.facet_pane import FacetPane
from tests.ui.conftest import Desk
from tests.ui.filled import line
from tests.ui.listing.hands import browser_of, wait, workspace_of

INTENT = Term("operation", "classify_intent")


def pane_of(desk: Desk) -> FacetPane:
    return desk.window.review_page.facets


def rows(desk: Desk) -> dict[str, FacetRow]:
    model = pane_of(desk).model
    found = (model.row_at(number) for number in range(model.rowCount()))
    return {row.key: row for row in found if row is not None}


def open_facets(desk: Desk) -> None:
    desk.press("Ctrl+B")
    wait(desk, lambda: any(row.kind == "value" for row in rows(desk).values()))


def go(desk: Desk, key: str) -> None:
    """Walk there with the arrows."""
    desk.press("Home")
    for _ in range(pane_of(desk).model.rowCount()):
        row = pane_of(desk).list.row
        if row is not None and row.key == key:
            return
        desk.press("Down")
    raise AssertionError(key)


def test_values_come_with_counts_and_the_keyboard_is_in_them(desk: Desk) -> None:
    open_facets(desk)
    assert pane_of(desk).list.hasFocus()
    counts = {row.text: row.count for row in rows(desk).values() if row.field == "rating" and row.term}
    assert sum(count or 0 for count in counts.values()) == 60
    desk.press("Ctrl+B")
    assert not pane_of(desk).isVisible()
    assert desk.window.review_page.list.view.hasFocus()


def test_a_tick_is_in_the_line_and_a_token_is_a_tick(desk: Desk) -> None:
    open_facets(desk)
    go(desk, "operation is classify_intent")
    desk.press("Space")
    wait(desk, lambda: browser_of(desk).query == Query([INTENT]))
    assert desk.window.review_page.filter.line.text() == "operation:classify_intent"
    assert rows(desk)["operation is classify_intent"].chosen == "yes"
    desk.press("/")
    desk.type(" -rating:none")
    wait(desk, lambda: rows(desk)["rating is none"].chosen == "excluded")
    assert len(browser_of(desk)) < 60


def test_minus_leaves_a_value_out_and_takes_it_back(desk: Desk) -> None:
    open_facets(desk)
    go(desk, "operation is classify_intent")
    left_out = rows(desk)["operation is classify_intent"].count
    desk.press("-")
    wait(desk, lambda: browser_of(desk).query == Query([Term("operation", "classify_intent", negated=True)]))
    assert len(browser_of(desk)) == 60 - (left_out or 0)
    desk.press("Shift+Space")
    wait(desk, lambda: browser_of(desk).query == Query())


def test_two_values_of_a_field_are_this_or_that(desk: Desk) -> None:
    open_facets(desk)
    ticked = [key for key, row in rows(desk).items() if row.field == "operation" and row.term][:2]
    total = sum(rows(desk)[key].count or 0 for key in ticked)
    for key in ticked:
        go(desk, key)
        desk.press("Space")
    wait(desk, lambda: len(browser_of(desk).query.terms) == 2 and len(browser_of(desk)) == total)


def test_a_count_is_what_one_would_get(desk: Desk) -> None:
    open_facets(desk)
    go(desk, "operation is classify_intent")
    desk.press("Space")
    wait(desk, lambda: len(browser_of(desk).query.terms) == 1)
    workspace = workspace_of(desk)
    for row in list(rows(desk).values()):
        if row.term is not None and row.field == "rating":
            query = browser_of(desk).query.having(row.term)
            assert desk.run(workspace.store.calls.count(query)) == row.count


@pytest.mark.parametrize("lines", [[line(source_id=str(n), customer=f"c{n}") for n in range(12)]])
def test_headings_fold_and_many_values_unfold(desk: Desk) -> None:
    open_facets(desk)
    go(desk, "rating")
    desk.press("Left")
    assert not any(row.field == "rating" and row.term for row in rows(desk).values())
    desk.press("Right")
    assert any(row.field == "rating" and row.term for row in rows(desk).values())
    before = sum(row.field == "customer" and row.term is not None for row in rows(desk).values())
    go(desk, "customer more")
    desk.press("Enter")
    after = sum(row.field == "customer" and row.term is not None for row in rows(desk).values())
    assert (before, after) == (8, 12)


def test_deciding_goes_on_from_the_sidebar(desk: Desk) -> None:
    desk.show_call(0)
    open_facets(desk)
    desk.press("3")
    text = desk.window.review_page.model.text_at(0)
    assert text is not None
    assert text.mark == "bad"
    assert pane_of(desk).list.hasFocus()


def test_a_click_ticks_and_with_shift_leaves_out(desk: Desk) -> None:
    open_facets(desk)
    view = pane_of(desk).list
    key = next(key for key, row in rows(desk).items() if row.field == "rating" and row.term)

    async def click(held: Qt.KeyboardModifier) -> None:
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, held, view.place(key).center())

    desk.run(click(Qt.KeyboardModifier.NoModifier))
    wait(desk, lambda: rows(desk)[key].chosen == "yes")
    desk.run(click(Qt.KeyboardModifier.ShiftModifier))
    wait(desk, lambda: rows(desk)[key].chosen == "excluded")


def test_escape_goes_back_to_the_list(desk: Desk) -> None:
    open_facets(desk)
    desk.press("Esc")
    assert desk.window.review_page.list.view.hasFocus()
    assert pane_of(desk).isVisible()


def test_focus_mode_puts_the_sidebar_away_and_brings_it_back(desk: Desk) -> None:
    open_facets(desk)
    desk.press("Esc", "F11")
    assert not pane_of(desk).isVisible()
    desk.press("F11")
    assert pane_of(desk).isVisible()
