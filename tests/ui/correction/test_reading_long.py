"""A long correction beside its answer while one reads: what differs is marked when a thread has found it."""

import pytest

from tests.ui.conftest import Desk
from tests.ui.correction.test_reading_changes import marked, panes
from tests.ui.filled import line

SENTENCE = "The invoice of March was sent to the customer, and nobody has paid it. "
LONG = SENTENCE * 400
HUGE = SENTENCE * 16_000
LINES = [
    line(source_id="c/1", output=LONG, expected_output=LONG.replace("March", "May", 1)),
    line(source_id="c/2", output=HUGE, expected_output=HUGE.replace("March", "June", 1)),
    line(source_id="c/3", output="It was in March.", expected_output="It was in July."),
]
pytestmark = pytest.mark.parametrize("lines", [LINES])


def show(desk: Desk, word: str) -> None:
    """Have the call painted whose correction says this word."""
    review = desk.window.review
    assert review is not None
    for position in range(len(LINES)):
        desk.show_call(position)
        call = review.current.call
        assert call is not None
        assert call.correction is not None
        if word in call.correction.text[:100]:
            return
    raise AssertionError(f"no correction says {word}")


def test_a_text_of_28_kb_is_marked(desk: Desk) -> None:
    assert len(LONG) > 20_000
    show(desk, "May")
    desk.until(lambda: bool(marked(desk, "correction")))
    assert (marked(desk, "output"), marked(desk, "correction")) == (["March"], ["May"])


def test_what_was_found_is_not_looked_for_again(desk: Desk) -> None:
    show(desk, "May")
    desk.until(lambda: bool(marked(desk, "correction")))
    workspace = desk.session.workspace
    assert workspace is not None
    desk.rest()
    workspace.correction.changed.emit(workspace.correction.state)
    assert not workspace.tasks.names
    assert marked(desk, "correction") == ["May"]


def test_a_text_too_long_for_a_correction_is_not_compared(desk: Desk) -> None:
    assert len(HUGE) > 1024 * 1024
    show(desk, "June")
    desk.rest()
    assert (marked(desk, "output"), marked(desk, "correction")) == ([], [])


def test_whoever_walks_on_sees_the_marks_of_the_call_at_hand(desk: Desk) -> None:
    show(desk, "May")
    show(desk, "July")
    desk.until(lambda: bool(marked(desk, "correction")))
    assert marked(desk, "correction") == ["July"]
    desk.rest()
    assert marked(desk, "correction") == ["July"]


def test_inline_a_long_one_comes_as_well(desk: Desk) -> None:
    show(desk, "May")
    desk.press("V")
    desk.until(panes(desk)._inline.isVisible)
    assert panes(desk)._inline.edit.text == LONG.replace("March", "May", 1)
    desk.press("V")
