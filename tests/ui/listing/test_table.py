"""The list as a table: columns hidden, moved, pinned, resized, sorted by, and remembered."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from atlas_desktop.domain.query import NEWEST, Sort
from atlas_desktop.ui.models.columns import COLUMNS, NARROWEST, ColumnId, Columns, columns_from
from atlas_desktop.ui.pages.list_pane import ListPane
from tests.ui.conftest import Desk
from tests.ui.filled import line
from tests.ui.listing.hands import wait

STEPS = st.lists(
    st.tuples(
        st.sampled_from(["toggled", "pinned_or_not", "moved", "placed", "resized"]),
        st.sampled_from(COLUMNS),
        st.sampled_from(COLUMNS),
        st.integers(-2_000, 2_000),
    )
)


def arranged(steps: list[tuple[str, ColumnId, ColumnId, int]]) -> Columns:
    columns = Columns()
    for name, column, other, number in steps:
        match name:
            case "moved":
                columns = columns.moved(column, number)
            case "placed":
                columns = columns.placed(column, other, after=number > 0)
            case "resized":
                columns = columns.resized(column, number)
            case _:
                columns = getattr(columns, name)(column)
    return columns


@given(STEPS, st.integers(0, 3_000), st.integers(0, 500))
def test_any_arrangement_is_whole_and_remembered(
    steps: list[tuple[str, ColumnId, ColumnId, int]], room: int, scrolled: int
) -> None:
    columns = arranged(steps)
    assert sorted(columns.order) == sorted(COLUMNS)
    assert columns.shown[0] == "state"
    assert columns_from(columns.saved()) == columns
    cells = {cell.column: cell for cell in columns.cells(room, scrolled)}
    assert set(cells) == set(columns.shown)
    assert sum(cell.width for cell in cells.values()) == max(room, columns.width)
    x = 0
    for each in columns.shown:
        assert cells[each].width >= NARROWEST
        assert cells[each].x == x - (0 if each in columns.pinned else scrolled)
        x += cells[each].width


@given(st.recursive(st.none() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(
    st.sampled_from(["order", "hidden", "pinned", "widths", "time"]), inner
)))  # fmt: skip
def test_anything_remembered_gives_an_arrangement(saved: object) -> None:
    assert sorted(columns_from(saved).order) == sorted(COLUMNS)


def pane_of(desk: Desk) -> ListPane:
    return desk.window.review_page.list


def as_table(desk: Desk) -> None:
    desk.show_call(0)
    desk.press("Shift+V")
    assert pane_of(desk).header.isVisible()
    pane_of(desk).header.setFocus()
    desk.settle()


def test_a_key_makes_it_a_table_and_lines_again(desk: Desk) -> None:
    desk.show_call(2)
    desk.press("Shift+V")
    view = pane_of(desk).view
    assert view.rowHeight(0) == desk.window._theme.row_height
    assert view.currentIndex().row() == 2
    desk.press("J", "3", "Shift+V")
    assert view.rowHeight(0) > 40
    assert not pane_of(desk).header.isVisible()


def test_titles_sort_by_key_and_turn_round(desk: Desk) -> None:
    as_table(desk)
    workspace = desk.session.workspace
    assert workspace is not None
    browser = workspace.browser
    desk.press("Right", "Right", "Enter")
    wait(desk, lambda: browser.query.sort == Sort("operation", descending=False))
    names = [text.operation for text in map(desk.window.review_page.model.text_at, range(60)) if text]
    assert names == sorted(names, key=str.lower) or names == sorted(names)
    desk.press("Enter")
    wait(desk, lambda: browser.query.sort == Sort("operation", descending=True))
    assert desk.window.review_page.filter.line.text() == "sort:-operation"
    assert pane_of(desk).header.hasFocus()


def test_keys_move_pin_resize_and_hide_columns(desk: Desk) -> None:
    as_table(desk)
    pane = pane_of(desk)
    desk.press("Right", "Right")
    before = pane.columns
    desk.press("Ctrl+Right")
    assert pane.columns.shown[2:4] == ("customer", "operation")
    desk.press("Ctrl+Left")
    assert pane.columns.shown == before.shown
    desk.press("Alt+Right")
    assert pane.columns.widths["operation"] == before.widths["operation"] + 16
    desk.press("P")
    assert "operation" in pane.columns.pinned
    assert pane.columns.shown[:2] == ("state", "operation")
    desk.press("Delete")
    assert "operation" not in pane.columns.shown


def test_a_pinned_column_stays_while_the_others_scroll(desk: Desk) -> None:
    as_table(desk)
    pane = pane_of(desk)
    desk.press("Right", "Right", "P")
    for column in ("output", "provider", "finish", "tier"):
        pane.show_columns(pane.columns.toggled(column))
    assert pane._across.maximum() > 100
    pane._across.setValue(100)
    cells = {cell.column: cell.x for cell in pane._delegate.cells.cells}
    assert (cells["state"], cells["operation"]) == (0, pane.columns.widths["state"])
    assert cells["time"] < pane.columns.widths["state"] + pane.columns.widths["operation"]


def test_the_mouse_resizes_moves_and_sorts(desk: Desk) -> None:
    as_table(desk)
    pane, header = pane_of(desk), pane_of(desk).header
    cells = {cell.column: cell for cell in header._cells()}

    async def drag(start: int, end: int) -> None:
        QTest.mousePress(header, Qt.MouseButton.LeftButton, pos=QPoint(start, 10))
        step = 6 if end > start else -6
        for x in range(start, end, step):
            QTest.mouseMove(header, QPoint(x, 10))
        QTest.mouseMove(header, QPoint(end, 10))
        QTest.mouseRelease(header, Qt.MouseButton.LeftButton, pos=QPoint(end, 10))

    edge = cells["customer"].x + cells["customer"].width
    desk.run(drag(edge, edge + 30))
    assert abs(pane.columns.widths["customer"] - cells["customer"].width - 30) <= 1
    cells = {cell.column: cell for cell in header._cells()}
    middle = cells["operation"].x + 20
    desk.run(drag(middle, cells["customer"].x + cells["customer"].width - 10))
    assert pane.columns.shown[2:4] == ("customer", "operation")


def test_the_arrangement_is_remembered(desk: Desk, tmp_path: Path) -> None:
    as_table(desk)
    desk.press("Right", "Right", "P", "Alt+Right")
    wanted = pane_of(desk).columns
    remembered = desk.window.remembered()
    desk.press("Delete")
    desk.window.review_page.list.view.setFocus()
    desk.press("Shift+V")
    assert desk.run(desk.session.settings.change(window=remembered)).window == remembered
    desk.window.review_page.listing.restore(remembered["list"])
    assert pane_of(desk).columns == wanted
    assert pane_of(desk).header.isVisible()


def test_the_menu_of_a_column_offers_every_column(desk: Desk) -> None:
    as_table(desk)
    asked: list[tuple[str, QPoint]] = []
    pane_of(desk).header.menu_wanted.connect(lambda column, at: asked.append((column, at)))
    from atlas_desktop.ui.widgets.column_menu import column_menu

    chosen: list[Columns] = []
    sorts: list[Sort] = []
    menu = column_menu(pane_of(desk), pane_of(desk).columns, "latency", chosen.append, sorts.append)
    actions = {action.text(): action for action in menu.actions()}
    actions["Sort, largest first"].trigger()
    actions["Hide Latency"].trigger()
    actions["Columns as they were at first"].trigger()
    assert sorts == [Sort("latency", descending=True)]
    assert "latency" not in chosen[0].shown
    assert chosen[1] == Columns()
    chooser = actions["Columns"].menu()
    assert chooser is not None
    menu.deleteLater()


@pytest.mark.parametrize(
    "lines",
    [
        [
            line(source_id="a", delivery={"latency_ms": 90}, output="one"),
            line(source_id="b", delivery={"latency_ms": 4_000}, output="two"),
        ]
    ],
)
def test_the_order_is_chosen_from_the_menu_too(desk: Desk) -> None:
    from atlas_desktop.ui.widgets.list_menus import sort_menu

    listing = desk.window.review_page.listing
    browser = desk.session.workspace.browser if desk.session.workspace else None
    assert browser is not None

    async def choose(words: str) -> None:
        menu = sort_menu(
            desk.window, browser.query.sort, (browser.fold, "="), listing.sort, listing.toggle_equal
        )
        next(each for each in menu.actions() if each.text().startswith(words)).trigger()
        menu.deleteLater()

    desk.run(choose("Latency"))
    wait(desk, lambda: browser.query.sort == Sort("latency", descending=True))
    desk.run(choose("Latency"))
    wait(desk, lambda: browser.query.sort == Sort("latency", descending=False))
    desk.run(choose("Newest first"))
    wait(desk, lambda: browser.query.sort == NEWEST)


@pytest.mark.parametrize("position", [0, 35, 59])
def test_the_call_at_hand_stays_in_sight_when_the_layout_changes(desk: Desk, position: int) -> None:
    desk.show_call(position)
    view = desk.window.review_page.list.view

    def in_sight() -> bool:
        return view.viewport().rect().contains(view.visualRect(view.currentIndex()).center())

    for _ in range(2):
        desk.press("Shift+V")
        assert view.currentIndex().row() == position
        desk.until(in_sight)
    desk.window.resize(1024, 700)
    desk.until(in_sight)
