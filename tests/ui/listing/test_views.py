"""Saved views: a filter, its order, columns and folding under a name and a key."""

from atlas_desktop.app.saved_views import SavedView
from atlas_desktop.domain.query import Query, Sort
from tests.ui.conftest import Desk
from tests.ui.listing.hands import browser_of, wait


def views(desk: Desk) -> tuple[SavedView, ...]:
    return desk.session.settings.current.views


def save(desk: Desk, line: str, name: str) -> None:
    bar = desk.window.review_page.filter
    desk.press("/")
    bar.line.clear()
    desk.type(line)
    wait(desk, lambda: browser_of(desk).query == bar.query)
    desk.press("Ctrl+Shift+S")
    naming = desk.window.review_page.listing.naming
    assert naming.isVisible()
    assert naming.field.hasFocus()
    assert naming.field.text() == line
    desk.type(name)
    desk.press("Enter")
    assert not naming.isVisible()
    wait(desk, lambda: any(view.name == name for view in views(desk)))


def test_a_view_is_saved_and_comes_back_by_its_key(desk: Desk) -> None:
    save(desk, "operation:classify_intent sort:oldest", "Intents")
    assert desk.window.review_page.list.view.hasFocus()
    desk.run(desk.window.review_page._workspace.browser.apply(Query()))  # type: ignore[union-attr]
    desk.press("G")
    taught = desk.window.chords._keys.accessibleName()
    assert "1 Intents" in taught
    assert "2 Saved view" not in taught
    desk.press("S", "G 1")
    expected = Query(operation="classify_intent", order="oldest")
    wait(desk, lambda: browser_of(desk).query == expected)
    assert desk.window.stack.currentWidget() is desk.window.review_page
    assert desk.window.review_page.filter.line.text() == "operation:classify_intent sort:oldest"
    desk.press("G 2")
    assert "2" in desk.window.status._said.text()


def test_a_name_is_asked_for_where_the_work_is_and_may_be_declined(desk: Desk) -> None:
    desk.press("Ctrl+Shift+S")
    naming = desk.window.review_page.listing.naming
    desk.press("Enter")
    assert naming.isVisible()
    assert naming._wrong.text()
    desk.type("x" * 81)
    desk.press("Enter")
    assert naming.isVisible()
    desk.press("Esc")
    assert not naming.isVisible()
    assert views(desk) == ()
    assert desk.window.review_page.list.view.hasFocus()


def test_a_view_is_renamed_and_deleted_in_the_sidebar_and_put_back(desk: Desk) -> None:
    save(desk, "rating:none", "Fresh")
    save(desk, "rating:bad", "Bad ones")
    desk.press("Ctrl+B", "Home", "Down")
    pane = desk.window.review_page.facets
    assert pane.list.row is not None
    assert pane.list.row.text == "Fresh"
    desk.press("F2")
    desk.type("Bad ones")
    desk.press("Enter")
    assert desk.window.review_page.listing.naming.isVisible()
    desk.press("Ctrl+A")
    desk.type("New ones")
    desk.press("Enter")
    wait(desk, lambda: [view.name for view in views(desk)] == ["New ones", "Bad ones"])
    assert pane.list.hasFocus()
    desk.press("Home", "Down", "Delete")
    wait(desk, lambda: [view.name for view in views(desk)] == ["Bad ones"])
    deleted = desk.window.review_page.listing.deleted
    assert deleted.isVisible()

    async def back() -> None:
        deleted._undo.click()

    desk.run(back())
    wait(desk, lambda: [view.name for view in views(desk)] == ["New ones", "Bad ones"])


def test_a_view_opened_from_the_sidebar_is_marked(desk: Desk) -> None:
    save(desk, "rating:none", "Fresh")
    save(desk, "rating:bad", "Bad ones")
    desk.press("Ctrl+B", "Home", "Down", "Enter")
    wait(desk, lambda: browser_of(desk).query == Query(rating="none"))
    rows = [desk.window.review_page.facets.model.row_at(number) for number in (1, 2)]
    assert [row.chosen for row in rows if row] == ["yes", "no"]
    assert [row.hint for row in rows if row] == ["G 1", "G 2"]


def test_a_view_of_a_table_brings_its_columns(desk: Desk) -> None:
    pane = desk.window.review_page.list
    desk.show_call(0)
    desk.press("Shift+V")
    pane.show_columns(pane.columns.toggled("tags").toggled("tier").moved("customer", -1))
    wanted = pane.columns.shown
    listing = desk.window.review_page.listing

    async def sort() -> None:
        listing.sort(Sort("latency"))

    desk.run(sort())
    wait(desk, lambda: browser_of(desk).query.sort == Sort("latency"))
    desk.press("Ctrl+Shift+S")
    desk.type("Slow ones")
    desk.press("Enter")
    wait(desk, lambda: len(views(desk)) == 1)
    pane.show_columns(type(pane.columns)())
    desk.press("G 1")
    wait(desk, lambda: browser_of(desk).query.sort == Sort("latency"))
    assert pane.columns.shown == wanted
