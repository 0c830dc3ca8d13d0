import pytest
from PySide6.QtCore import Qt
from pytestqt.modeltest import ModelTester

from atlas_desktop.domain.query import Query
from atlas_desktop.ui.models.call_list_model import CallListModel
from atlas_desktop.ui.models.row_text import ago
from tests.ui.conftest import Desk
from tests.ui.filled import sample_lines

MINUTE = 60_000


@pytest.mark.parametrize("lines", [sample_lines(50)])
def test_the_call_list_is_a_correct_model(desk: Desk, qtmodeltester: ModelTester) -> None:
    workspace = desk.session.workspace
    assert workspace is not None
    model = CallListModel()
    qtmodeltester.check(model)  # type: ignore[no-untyped-call]

    async def change() -> None:
        model.set_browser(workspace.browser)
        await workspace.browser.apply(Query(operation="classify_intent"))
        assert 0 < model.rowCount() < 50
        await workspace.browser.apply(Query())
        assert model.rowCount() == 50

    desk.run(change())
    desk.show_call(0)
    desk.press("1", "2", "Z")
    desk.run(workspace.browser.apply(Query(text="nothing says this")))
    assert model.rowCount() == 0
    model.set_browser(None)


def test_a_row_says_what_it_shows(desk: Desk) -> None:
    model = desk.window.review_page.model
    desk.show_call(0)
    desk.press("3")
    spoken = model.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert ", bad, " in spoken
    assert "not sent yet" in spoken


@pytest.mark.parametrize(
    ("past", "words"),
    [(0, "now"), (-5, "now"), (MINUTE, "1 min"), (59 * MINUTE, "59 min"), (60 * MINUTE, "1 h"),
     (26 * 60 * MINUTE, "1 d"), (15 * 24 * 60 * MINUTE, "2 w"), (800 * 24 * 60 * MINUTE, "2 y")],
)  # fmt: skip
def test_how_long_ago(past: int, words: str) -> None:
    assert ago(1_000_000_000_000, 1_000_000_000_000 + past) == words
