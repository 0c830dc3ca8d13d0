"""Tags and notes in the real window, by keys."""

import pytest

from atlas_desktop.domain.opinion import Opinion
from atlas_desktop.store.store import Store
from atlas_desktop.ui.widgets.describe.strip import DescribeStrip
from tests.ui.conftest import Desk
from tests.ui.filled import line

LINES = [line(source_id=f"c/{number}", output=f"answer {number}") for number in range(6)]
pytestmark = pytest.mark.parametrize("lines", [LINES])


def strip(desk: Desk) -> DescribeStrip:
    return desk.window.review_page.panes.describe


def opinion(desk: Desk) -> Opinion:
    review = desk.window.review
    assert review is not None
    assert review.current.call is not None
    return review.current.call.opinion


async def said(desk: Desk, seq: int) -> Opinion:
    workspace = desk.session.workspace
    assert workspace is not None
    opened = await workspace.store.calls.open_call(seq)
    assert opened is not None
    return opened.opinion


def test_t_gives_a_tag_and_backspace_takes_the_last_one_off(desk: Desk) -> None:
    desk.show_call(0)
    desk.press("T")
    desk.type("accuracy:partial")
    desk.press("Enter")
    desk.type("tone:rude")
    desk.press("Enter")
    assert opinion(desk).tags == ("accuracy:partial", "tone:rude")
    assert strip(desk).tags == ("accuracy:partial", "tone:rude")
    assert strip(desk).field.hasFocus()
    desk.press("Backspace")
    assert opinion(desk).tags == ("accuracy:partial",)
    desk.type("ab")
    desk.press("Backspace")
    assert opinion(desk).tags == ("accuracy:partial",)
    desk.press("Esc")
    assert desk.window.review_page.list.view.hasFocus()


def test_tags_used_before_are_offered_most_used_first(desk: Desk) -> None:
    for position, tag in enumerate(("tone:rude", "tone:rude", "accuracy:partial")):
        desk.show_call(position)
        desk.press("T")
        desk.type(tag)
        desk.press("Enter", "Esc")
    desk.show_call(3)
    desk.press("T")
    desk.until(lambda: strip(desk).field.offers == ("tone:rude", "accuracy:partial"))
    desk.type("acc")
    desk.until(lambda: strip(desk).field.offers == ("accuracy:partial",))
    desk.press("Enter")
    assert opinion(desk).tags == ("accuracy:partial",)


def test_what_is_no_tag_is_said_and_not_given(desk: Desk) -> None:
    desk.show_call(0)
    desk.press("T")
    strip(desk).field.setText("x" * 300)
    desk.press("Enter")
    assert opinion(desk).tags == ()
    assert strip(desk).field.text() == "x" * 300, "it stays to be changed"


def test_q_and_a_digit_is_a_quick_tag_and_its_name_is_shown(desk: Desk) -> None:
    desk.show_call(0)
    desk.press("T")
    desk.type("tone:rude")
    desk.press("Enter", "Esc")
    desk.show_call(1)
    desk.press("Q")
    assert "1 tone:rude" in desk.window.chords._keys.accessibleName()
    desk.press("1")
    assert opinion(desk).tags == ("tone:rude",)


def test_a_selection_is_tagged_as_one_step(desk: Desk) -> None:
    seqs = [desk.show_call(position) for position in range(3)]
    desk.show_call(0)
    desk.press("X", "Shift+J", "Shift+J", "T")
    assert "3 selected" in strip(desk)._about.text()
    desk.type("format:list")
    desk.press("Enter")
    assert [desk.run(said(desk, seq)).tags for seq in seqs] == [("format:list",)] * 3
    desk.press("Esc", "Z")
    assert [desk.run(said(desk, seq)).tags for seq in seqs] == [()] * 3


def test_a_note_is_kept_when_one_leaves_it(desk: Desk) -> None:
    desk.show_call(0)
    desk.press("N")
    assert strip(desk).note.hasFocus()
    desk.type("13: names the wrong invoice")
    assert opinion(desk).comment is None
    desk.press("Esc")
    assert opinion(desk).comment == "13: names the wrong invoice"
    assert opinion(desk).rating is None
    desk.press("N", "Ctrl+A", "Delete", "Enter")
    assert opinion(desk).comment is None
    assert desk.window.review_page.list.view.hasFocus()


def test_a_note_goes_to_the_call_it_was_written_about(desk: Desk) -> None:
    """The field is left by going to another call."""
    first = desk.show_call(0)
    desk.press("N")
    desk.type("about the first")
    desk.show_call(2)
    desk.settle()
    assert desk.run(said(desk, first)).comment == "about the first"
    assert opinion(desk).comment is None
    assert strip(desk).note.text == ""


@pytest.mark.parametrize("how", ["quit", "connection"])
def test_a_note_with_the_caret_in_it_is_kept_when_all_closes(desk: Desk, how: str) -> None:
    seq = desk.show_call(0)
    desk.press("N")
    desk.type("not lost")

    async def close() -> str | None:
        if how == "quit":
            desk.window.detach()
            await desk.session.close()
        else:
            await desk.session.open("one")
            desk.window.detach()
            await desk.session.close()
        store = Store.open(desk.session.home.store_file("one"))
        opened = await store.calls.open_call(seq)
        await store.close()
        return opened.opinion.comment if opened is not None else None

    assert desk.run(close()) == "not lost"


def test_a_note_is_kept_while_it_is_typed(desk: Desk) -> None:
    workspace = desk.session.workspace
    assert workspace is not None
    desk.show_call(0)
    desk.press("N")
    desk.type("half a tho")
    desk.run(workspace.notes.through())

    async def kept() -> str | None:
        return await workspace.store.identity.get("note")

    assert "half a tho" in (desk.run(kept()) or "")
    desk.press("Esc")
    desk.run(workspace.notes.through())
    assert desk.run(kept()) == ""
