"""Two reviewers, one call: the banner, the three texts, and the three ways to end it, by keys and by buttons."""

from datetime import UTC, datetime

import pytest
from PySide6.QtWidgets import QPushButton

from atlas_desktop.contract.feedback import Feedback
from atlas_desktop.store.settled import Conflict as Refused
from atlas_desktop.ui.widgets.correction.conflict_banner import ConflictBanner
from atlas_desktop.ui.widgets.correction.pane import CorrectionPane
from tests.ui.conftest import Desk
from tests.ui.filled import line

BASE = "The invoice of March is wrong. It names the old customer."
MINE = "The invoice of April is wrong. It names the old customer."
THEIRS = "The invoice of May is wrong. It names the new customer."
LINES = [line(source_id="c/1", output=BASE), line(source_id="c/2", output="another")]


@pytest.fixture
def refused(desk: Desk) -> Desk:
    """My correction was sent, and refused because of bob's."""
    review = desk.window.review
    assert review is not None
    for position in range(len(LINES)):
        desk.show_call(position)
        if review.current.call is not None and review.current.call.call.response.message.content == BASE:
            break
    desk.press("E")
    pane = panes(desk)
    desk.until(pane.editor.hasFocus)
    pane.editor.set_caret(BASE.index("March"), BASE.index("March") + 5)
    desk.type("April")
    desk.press("Ctrl+Shift+Enter", "Esc")
    desk.run(refuse(desk))
    desk.settle()
    desk.until(lambda: banner(desk).isVisible())
    return desk


async def refuse(desk: Desk) -> None:
    workspace = desk.session.workspace
    assert workspace is not None
    rows = await workspace.store.outbox.eligible(10, 1_000_000)
    await workspace.store.outbox.mark_inflight([row.seq for row in rows])
    theirs = Feedback(
        id="fb_theirs",
        call_id=rows[0].call_id,
        rating="thumbs_down",
        correction=THEIRS,
        reviewer="bob",
        created_at=datetime(2026, 11, 1, tzinfo=UTC),
        revision=9,
    )
    changed = await workspace.store.outbox.settle([Refused(rows[0].seq, theirs, "bob was first")])
    workspace.review.store_changed(changed)
    workspace.outbox.refresh()


def banner(desk: Desk) -> ConflictBanner:
    return desk.window.review_page.panes.banner


def panes(desk: Desk) -> CorrectionPane:
    return desk.window.review_page.panes.correcting


def correction(desk: Desk) -> str | None:
    review = desk.window.review
    assert review is not None
    assert review.current.call is not None
    return review.current.call.opinion.correction


def press_button(desk: Desk, name: str) -> None:
    (found,) = [each for each in banner(desk).findChildren(QPushButton) if each.accessibleName() == name]

    async def click() -> None:
        found.click()

    desk.run(click())
    desk.settle()


def ended(desk: Desk) -> bool:
    return not banner(desk).isVisible()


pytestmark = pytest.mark.parametrize("lines", [LINES])


def test_the_banner_says_who_and_that_nothing_is_lost(refused: Desk) -> None:
    assert "bob" in banner(refused).accessibleName()
    assert "Nothing of yours is lost" in banner(refused).accessibleName()
    assert correction(refused) == MINE


def test_keep_mine(refused: Desk) -> None:
    press_button(refused, "Keep mine")
    refused.until(lambda: ended(refused))
    assert correction(refused) == MINE


def test_take_theirs(refused: Desk) -> None:
    press_button(refused, "Take theirs")
    refused.until(lambda: ended(refused))
    assert correction(refused) is None


def test_merge_by_keys_change_by_change(refused: Desk) -> None:
    press_button(refused, "Merge")
    pane = panes(refused)
    refused.until(pane.editor.hasFocus)
    refused.until(lambda: pane.compared is not None)
    assert (pane.original.text, pane.theirs.text) == (MINE, THEIRS)
    # What only bob changed is in the result; what both changed is mine until decided.
    assert pane.editor.text == MINE.replace("old", "new")
    pane.editor.set_caret(0)
    refused.press("Alt+Down")
    assert pane.editor.caret == MINE.index("April")
    refused.press("Alt+Right")
    assert pane.editor.text == THEIRS
    refused.press("Alt+Left")
    assert pane.editor.text == MINE.replace("old", "new")
    refused.press("Ctrl+Z")
    assert pane.editor.text == THEIRS
    refused.press("Ctrl+Z")
    refused.press("Ctrl+Enter")
    refused.until(lambda: ended(refused))
    assert correction(refused) == MINE.replace("old", "new")


def test_the_sync_page_leads_to_the_merge(refused: Desk) -> None:
    refused.press("Esc")
    refused.window.show("sync")
    page = refused.window.sync_page
    refused.until(lambda: any("Merge" in each.text() for each in page.findChildren(QPushButton)))
    (merge,) = [each for each in page.findChildren(QPushButton) if each.text() == "Merge"]

    async def click() -> None:
        merge.click()

    refused.run(click())
    refused.until(lambda: panes(refused).compared is not None and panes(refused).editor.hasFocus())
    assert panes(refused).theirs.text == THEIRS
    assert refused.window.screen_name == "review"


def test_the_sync_page_keeps_mine(refused: Desk) -> None:
    refused.window.show("sync")
    page = refused.window.sync_page
    refused.until(lambda: any("Keep mine" in each.text() for each in page.findChildren(QPushButton)))
    (keep,) = [each for each in page.findChildren(QPushButton) if each.text() == "Keep mine"]

    async def click() -> None:
        keep.click()

    refused.run(click())
    workspace = refused.session.workspace
    assert workspace is not None
    refused.until(lambda: workspace.outbox.counts.needs_you == 0)
    assert correction(refused) == MINE
    assert workspace.outbox.counts.pending == 1


def test_the_banner_is_on_the_call_and_nowhere_else(refused: Desk) -> None:
    """Away and back, offline all the while."""
    review = refused.window.review
    assert review is not None
    here = review.current.position
    refused.show_call(1 - here)
    refused.until(lambda: ended(refused))
    refused.show_call(here)
    refused.until(lambda: banner(refused).isVisible())
    assert refused.session.offline
    refused.press("E")
    refused.until(panes(refused).theirs.isVisible)
    assert [panes(refused).original.text, panes(refused).editor.text, panes(refused).theirs.text] == [
        MINE, MINE, THEIRS,
    ]  # fmt: skip
