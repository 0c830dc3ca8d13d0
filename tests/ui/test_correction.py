"""The correction beside the answer: whose it is, and that a rating of mine does not hide it."""

import pytest

from atlas_desktop.store.rows import Correction
from atlas_desktop.ui.parts import correction_title
from atlas_desktop.ui.widgets.plain_label import PlainLabel
from tests.ui.conftest import Desk
from tests.ui.filled import line

LINES = [
    line(
        source_id="c/1",
        expected_output="better",
        rating={"by": "ann", "value": 1, "scale": "x", "thumb": "up"},
    ),
    line(source_id="c/2"),
]


def test_the_title_is_one_short_line() -> None:
    assert correction_title(Correction("t", None)) == "Your correction"
    assert correction_title(Correction("t", "ann")) == "Correction by ann"
    hostile = correction_title(Correction("t", "a\n\u202e" + "b" * 5_000_000))
    assert len(hostile) < 300
    assert not set(hostile) & set("\n\u202e")


@pytest.mark.parametrize("lines", [LINES])
def test_a_rating_of_mine_does_not_hide_another_reviewers_correction(desk: Desk) -> None:
    pane = desk.window.review_page.panes.correction

    def shown() -> tuple[bool, bool, str]:
        titles = [label.text() for label in pane.findChildren(PlainLabel)]
        return pane.isVisible(), "Correction by import:ann" in titles, pane.view.toPlainText()

    model = desk.window.review_page.model
    texts = [model.text_at(position) for position in range(2)]
    (place,) = [position for position, text in enumerate(texts) if text is not None and text.corrected]
    seq = desk.show_call(place)
    assert shown() == (True, True, "better")
    assert pane.view.accessibleName() == "Correction by import:ann"
    review = desk.window.review
    assert review is not None
    desk.run(review.decide("down", seq=seq, stay=True))
    desk.settle()
    assert shown() == (True, True, "better")
    desk.show_call(1 - place)
    assert not pane.isVisible()
