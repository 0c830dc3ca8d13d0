from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from atlas_desktop.domain.query import Query
from atlas_desktop.store.settled import Rejected
from atlas_desktop.ui.widgets.filter_bar import FilterBar
from tests.ui.conftest import Desk, marks
from tests.ui.filled import line, pages, sample_lines


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


def test_the_filter_line_filters_while_it_is_typed(desk: Desk) -> None:
    bar = desk.window.review_page.filter
    workspace = desk.session.workspace
    assert workspace is not None
    desk.press("/")
    desk.type("operation:classify_intent")
    desk.until(lambda: workspace.browser.query == Query(operation="classify_intent"))
    assert 0 < len(workspace.browser) < 60
    desk.run(_edit(bar, Query(text="nothing says this")))
    desk.until(lambda: len(workspace.browser) == 0 and not workspace.browser.loading)
    assert desk.window.review_page._empty.isVisible()
    assert "0 of 60" in bar._count.text()


def test_a_filter_that_is_being_typed_is_calm(desk: Desk) -> None:
    workspace, bar = desk.session.workspace, desk.window.review_page.filter
    assert workspace is not None
    shown: list[int] = []
    workspace.browser.reset.connect(lambda _: shown.append(len(workspace.browser)))
    desk.press("/")
    desk.type("xyzzy")
    assert bar._pause.interval() < 50
    bar.line.clear()
    desk.run(workspace.browser.apply(Query()))
    shown.clear()
    desk.type("operation")
    assert bar._pause.interval() > 300
    desk.type(":")
    desk.until(lambda: not bar._pause.isActive())
    assert (workspace.browser.query, len(workspace.browser)) == (Query(), 60)
    for letter in "classify_intent":
        desk.type(letter)
        desk.until(lambda: workspace.browser.query == bar.query and not workspace.browser.loading)
        assert bar.line.text().startswith("operation:c")
    assert workspace.browser.query == Query(operation="classify_intent")
    assert min(shown) > 0


def test_the_call_at_hand_is_marked_after_filtering(desk: Desk) -> None:
    workspace, view = desk.session.workspace, desk.window.review_page.list.view
    assert workspace is not None
    desk.show_call(4)
    for query in (Query(operation="classify_intent"), Query(), Query(text="card")):
        desk.run(workspace.browser.apply(query))
        desk.settle()
        assert view.currentIndex().row() == workspace.review.current.position
        assert view.selectionModel().isSelected(view.currentIndex())


def test_the_list_never_claims_more_calls_than_there_are(desk: Desk) -> None:
    bar = desk.window.review_page.filter
    for matching, total, words in ((4650, 4600, "4,650 calls"), (60, 60, "60 calls"), (5, 60, "5 of 60")):
        bar.set_count(matching, total)
        assert bar._count.text() == words


async def _edit(bar: FilterBar, query: Query) -> None:
    bar.edit(query)


def test_the_screens_are_reached_by_keys(desk: Desk) -> None:
    for stroke, page in (
        ("G S", desk.window.sync_page),
        ("G C", desk.window.review_page),
        ("Ctrl+,", desk.window.settings_page),
        ("Esc", desk.window.review_page),
    ):
        desk.press(stroke)
        assert desk.window.stack.currentWidget() is page, stroke


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
    assert desk.window.status._said.text() == "Copied: call id"


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


def test_a_connection_opens_where_one_left_it(desk: Desk) -> None:
    left = desk.show_call(40)
    workspace = desk.run(desk.session.open("one"))
    desk.until(lambda: desk.window.painted == left)
    view = desk.window.review_page.list.view
    assert (workspace.review.current.position, view.currentIndex().row()) == (40, 40)
    assert view.viewport().rect().contains(view.visualRect(view.currentIndex()))


@pytest.mark.parametrize("lines", [[]])
def test_while_the_first_sync_fills_the_list_one_stays_at_its_top_until_a_key(desk: Desk) -> None:
    workspace, view = desk.session.workspace, desk.window.review_page.list.view
    assert workspace is not None
    review, browser = workspace.review, workspace.browser
    lines = [line(source_id=f"made/{number}") for number in range(90)]

    async def arrive(start: int) -> None:
        after = await workspace.store.pull.cursor()
        (page,) = pages(lines[start : start + 30], after)
        review.store_changed((await workspace.store.pull.apply(page, after)).changed)
        await review.settled()

    for listed in (30, 60):
        desk.run(arrive(listed - 30))
        desk.until(lambda listed=listed: len(browser) == listed)  # type: ignore[misc]
        assert (review.current.position, view.verticalScrollBar().value()) == (0, 0)
        assert review.current.seq == browser.ids[0]
    desk.settle()
    desk.press("Space")
    desk.run(arrive(60))
    assert (len(browser), browser.new_count, review.progress.total) == (60, 30, 60)


@pytest.mark.parametrize("lines", [sample_lines(3)])
def test_the_window_remembers_how_it_was_divided(desk: Desk, tmp_path: Path) -> None:
    split = desk.window.review_page.division.split
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


def test_what_needs_you_is_the_same_number_everywhere_and_without_an_engine(desk: Desk) -> None:
    workspace = desk.session.workspace
    assert workspace is not None
    desk.show_call(0)
    desk.press("1")

    async def refuse() -> None:
        (row,) = await workspace.store.outbox.eligible(1, 1_000_000)
        await workspace.store.outbox.settle([Rejected(row.seq, 404, "call_not_found", "It is gone.")])
        workspace.outbox.refresh()

    desk.run(refuse())
    desk.until(lambda: workspace.outbox.counts.needs_you == 1)
    desk.press("G S")
    window = desk.window
    assert window.rail.buttons["sync"].accessibleName() == "Sync, 1 need you"
    assert window.status._needs.isVisible()
    assert window.status._needs.text() == "1 needs you"
    assert window.sync_page._need_title.text() == "1 needs you"
    assert window.status._pending.text() == "0 pending"
