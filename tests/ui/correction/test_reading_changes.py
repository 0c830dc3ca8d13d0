"""A correction that stands, or a draft, beside the answer while one reads: what differs is marked."""

import pytest

from atlas_desktop.domain.diff import diff
from atlas_desktop.ui.pages.call_panes import CallPanes
from atlas_desktop.ui.widgets.correction.pane import show_inline
from tests.ui.conftest import Desk
from tests.ui.filled import line

LINES = [
    line(
        source_id="c/1",
        output="The invoice of March is wrong.",
        expected_output="The invoice of May is wrong.",
    ),
    line(source_id="c/2", output="Nothing was corrected here."),
]
pytestmark = pytest.mark.parametrize("lines", [LINES])


def panes(desk: Desk) -> CallPanes:
    return desk.window.review_page.panes


def corrected(desk: Desk) -> None:
    for position in range(2):
        desk.show_call(position)
        review = desk.window.review
        assert review is not None
        assert review.current.call is not None
        if review.current.call.row.corrected:
            return
    raise AssertionError("no call is corrected")


def marked(desk: Desk, name: str) -> list[str]:
    view = getattr(panes(desk), name).view
    return [selection.cursor.selectedText() for selection in view.extraSelections()]


def test_both_texts_are_marked_where_they_differ(desk: Desk) -> None:
    corrected(desk)
    desk.until(lambda: bool(marked(desk, "correction")))
    assert (marked(desk, "output"), marked(desk, "correction")) == (["March"], ["May"])


def test_inline_shows_one_text_that_can_be_rated_and_is_remembered(desk: Desk) -> None:
    corrected(desk)
    desk.press("V")
    desk.until(panes(desk)._inline.isVisible)
    assert not panes(desk).output.isVisible()
    assert panes(desk)._inline.edit.text == "The invoice of May is wrong."
    desk.until(lambda: desk.window.painted is not None)
    desk.press("Shift+3")
    review = desk.window.review
    assert review is not None
    assert review.current.call is not None
    assert review.current.call.opinion.rating == "thumbs_down"
    assert desk.window.remembered()["inline"] is True
    desk.press("V")
    desk.until(panes(desk).output.isVisible)


def test_a_call_without_a_correction_has_no_marks(desk: Desk) -> None:
    corrected(desk)
    desk.until(lambda: bool(marked(desk, "correction")))
    desk.press("J", "K", "J")
    for position in range(2):
        desk.show_call(position)
        review = desk.window.review
        assert review is not None
        assert review.current.call is not None
        if not review.current.call.row.corrected:
            assert marked(desk, "output") == []
            assert not panes(desk).correction.isVisible()


def test_a_draft_is_marked_as_well(desk: Desk) -> None:
    corrected(desk)
    desk.press("E")
    desk.until(panes(desk).correcting.editor.hasFocus)
    desk.type("Sorry. ")
    desk.press("Esc")
    desk.until(lambda: any("Sorry" in text for text in marked(desk, "correction")))
    assert "draft" in panes(desk).correction.view.accessibleName()


def test_a_long_removal_stands_over_its_line_and_no_character_is_added(desk: Desk) -> None:
    corrected(desk)
    desk.press("V")
    edit = panes(desk)._inline.edit
    desk.until(edit.isVisible)
    gone = "A sentence that is much too long to stand within a line, and so it stands above. " * 3
    new = "One two three four."

    async def show() -> None:
        show_inline(edit, diff(f"One {gone}two three four.", new))

    desk.run(show())
    desk.settle()
    edit.grab()
    line = edit.document().firstBlock().layout().lineAt(0)
    assert edit.text == new
    assert edit.document().toPlainText() == new
    assert line.ascent() > 2 * edit.fontMetrics().ascent(), "there is room above the words"


def test_marks_follow_a_correction_that_is_submitted_and_taken_back(desk: Desk) -> None:
    corrected(desk)
    desk.press("E")
    desk.until(panes(desk).correcting.editor.hasFocus)
    desk.press("Home")
    desk.type("Sorry. ")
    desk.press("Ctrl+Shift+Enter")
    desk.press("Esc")
    desk.until(lambda: any("Sorry" in text for text in marked(desk, "correction")))
    desk.press("Z")
    desk.until(lambda: "import" in panes(desk).correction.view.accessibleName())
    desk.until(lambda: (marked(desk, "output"), marked(desk, "correction")) == (["March"], ["May"]))


def test_marks_are_there_as_recorded_as_well(desk: Desk) -> None:
    corrected(desk)
    desk.until(lambda: bool(marked(desk, "correction")))
    for _ in range(2):
        desk.press("R")
        desk.until(lambda: (marked(desk, "output"), marked(desk, "correction")) == (["March"], ["May"]))


def test_under_the_veil_it_is_side_by_side_and_marked(desk: Desk) -> None:
    """The inline text is the exact one, which the veil is to cover."""
    corrected(desk)
    desk.press("V")
    desk.until(panes(desk)._inline.isVisible)
    desk.run(desk.session.settings.change(veil=True))
    desk.until(lambda: marked(desk, "correction") == ["May"])
    assert panes(desk).output.isVisible()
    assert not panes(desk)._inline.isVisible()
    desk.press("V", "V")
    assert desk.window.status._said.text() == "Inline, once the veil is off"
    assert not panes(desk)._inline.isVisible()
    desk.run(desk.session.settings.change(veil=False))
    desk.until(panes(desk)._inline.isVisible)
