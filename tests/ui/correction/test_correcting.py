"""The correction editor in the real window, by keys."""

import pytest

from atlas_desktop.ui.pages.correcting import Correcting
from atlas_desktop.ui.widgets.correction.pane import CorrectionPane
from tests.ui.conftest import Desk
from tests.ui.filled import line

ANSWER = "The invoice is wrong.\r\nIt names\u00a0the \u202eold\u202c customer."
LINES = [
    line(source_id="c/1", output=ANSWER),
    line(source_id="c/2", output='{\n  "priority": "high",\n  "tags": ["a", 1]\n}'),
    line(source_id="c/3", output="third answer"),
]
pytestmark = pytest.mark.parametrize("lines", [LINES])


def pane(desk: Desk) -> CorrectionPane:
    return desk.window.review_page.panes.correcting


def correcting(desk: Desk) -> Correcting:
    return desk.window.correcting


def open_call(desk: Desk, text: str) -> int:
    """Have the call with this answer painted."""
    review = desk.window.review
    assert review is not None
    for position in range(len(LINES)):
        seq = desk.show_call(position)
        call = review.current.call
        assert call is not None
        if call.call.response.message.content == text:
            return seq
    raise AssertionError(f"no call answers {text!r}")


def begin(desk: Desk, text: str) -> int:
    seq = open_call(desk, text)
    desk.press("E")
    desk.until(pane(desk).editor.hasFocus)
    return seq


def opinion(desk: Desk) -> tuple[str | None, str | None]:
    review = desk.window.review
    assert review is not None
    assert review.current.call is not None
    said = review.current.call.opinion
    return said.rating, said.correction


def test_e_opens_it_with_the_exact_answer_and_esc_leaves(desk: Desk) -> None:
    begin(desk, ANSWER)
    assert pane(desk).editor.text == ANSWER == pane(desk).original.text
    desk.press("Esc")
    assert not correcting(desk).open_now
    assert desk.window.review_page.list.view.hasFocus()
    assert opinion(desk) == (None, None)


def test_opening_and_submitting_unchanged_stores_nothing(desk: Desk) -> None:
    begin(desk, ANSWER)
    assert "nothing will be stored" in pane(desk)._result.state.text()
    desk.press("Ctrl+Shift+Enter")
    assert opinion(desk) == (None, None)
    workspace = desk.session.workspace
    assert workspace is not None
    assert workspace.outbox.counts.pending == 0


def test_what_is_typed_is_submitted_exactly_and_rates_bad(desk: Desk) -> None:
    begin(desk, ANSWER)
    pane(desk).editor.set_caret(len(ANSWER))
    desk.type(" Sorry.")
    desk.press("Ctrl+Shift+Enter")
    assert opinion(desk) == ("thumbs_down", f"{ANSWER} Sorry.")
    assert correcting(desk).open_now
    desk.until(lambda: pane(desk)._result.state.text() == "Submitted")


def test_submit_goes_on_to_the_next_call(desk: Desk) -> None:
    begin(desk, "third answer")
    review = desk.window.review
    assert review is not None
    desk.type("The ")
    here = review.current.position
    desk.press("Ctrl+Enter")
    desk.until(lambda: not correcting(desk).open_now)
    assert review.current.position != here or here == len(LINES) - 1
    assert desk.window.review_page.list.view.hasFocus()


def test_text_undo_never_reaches_a_rating(desk: Desk) -> None:
    seq = open_call(desk, "third answer")
    desk.press("Shift+1")
    assert opinion(desk)[0] == "thumbs_up"
    begin(desk, "third answer")
    desk.type("x")
    desk.press("Ctrl+Z", "Ctrl+Z", "Ctrl+Z")
    assert pane(desk).editor.text == "third answer"
    assert opinion(desk)[0] == "thumbs_up"
    desk.press("Ctrl+Shift+Z")
    assert pane(desk).editor.text == "xthird answer"
    assert desk.window.review is not None
    assert desk.window.review.current.seq == seq


def test_printable_keys_type_and_decide_nothing(desk: Desk) -> None:
    begin(desk, "third answer")
    desk.type("13xe/?")
    assert pane(desk).editor.text == "13xe/?third answer"
    assert opinion(desk) == (None, None)


def test_leaving_keeps_the_draft_and_e_goes_on_with_it(desk: Desk) -> None:
    seq = begin(desk, "third answer")
    desk.type("my ")
    desk.press("Esc")
    workspace = desk.session.workspace
    assert workspace is not None
    draft = desk.run(workspace.store.drafts.get(seq))
    assert draft is not None
    assert draft.text == "my third answer"
    open_call(desk, ANSWER)
    begin(desk, "third answer")
    assert pane(desk).editor.text == "my third answer"
    assert opinion(desk) == (None, None)


def test_changes_are_walked_and_restored(desk: Desk) -> None:
    begin(desk, "third answer")
    editor = pane(desk).editor
    editor.set_caret(0)
    desk.type("A ")
    editor.set_caret(len(editor.text))
    desk.type(" indeed")
    editor.set_caret(1)
    desk.press("Alt+Down")
    assert editor.caret == len("A third answer")
    desk.press("Alt+Left")
    assert editor.text == "A third answer"
    desk.press("Ctrl+Z")
    assert editor.text == "A third answer indeed"
    desk.press("Alt+Up", "Alt+Up", "Alt+Left")
    assert editor.text == "third answer indeed"


def test_v_switches_the_layout(desk: Desk) -> None:
    begin(desk, ANSWER)
    assert pane(desk).original.isVisible()
    desk.press("Alt+V")
    assert not pane(desk).original.isVisible()
    desk.press("Esc", "V", "E")
    desk.until(pane(desk).editor.hasFocus)
    assert pane(desk).original.isVisible()


def test_the_next_call_while_typing(desk: Desk) -> None:
    open_call(desk, ANSWER)
    desk.press("G G", "E")
    desk.until(pane(desk).editor.hasFocus)
    first = pane(desk).editor.text
    desk.type("z")
    desk.press("Ctrl+PgDown")
    desk.until(lambda: pane(desk).editor.text not in (first, f"z{first}"))
    assert pane(desk).editor.hasFocus()
    assert correcting(desk).open_now
    desk.press("Ctrl+PgUp")
    desk.until(lambda: pane(desk).editor.text == f"z{first}")


def test_broken_json_is_told_with_its_line_and_f8_goes_there(desk: Desk) -> None:
    text = '{\n  "priority": "high",\n  "tags": ["a", 1]\n}'
    begin(desk, text)
    editor = pane(desk).editor
    editor.set_caret(text.index("]"))
    desk.type(",,")
    editor.set_caret(0)
    desk.until(lambda: bool(desk.session.workspace and desk.session.workspace.correction.state.problems))
    desk.press("F8")
    assert editor.text.count("\n", 0, editor.caret) == 2
    assert "ine 3" in pane(desk).foot._problem.text()
    assert desk.window.status._said.text() in pane(desk).foot._problem.text()
    assert desk.window.status._said.text() != ""
    desk.press("Ctrl+Z", "Ctrl+Z")
    desk.until(lambda: not pane(desk).foot._problem.isVisible())


def test_format_lays_json_out_in_one_step(desk: Desk) -> None:
    text = '{\n  "priority": "high",\n  "tags": ["a", 1]\n}'
    begin(desk, text)
    editor = pane(desk).editor
    desk.press("Ctrl+A")
    desk.type('{"priority":"high","tags":["a",1]}')
    desk.press("Alt+Shift+F")
    assert editor.text.startswith('{\n  "priority": "high"')
    desk.press("Ctrl+Z")
    assert editor.text == '{"priority":"high","tags":["a",1]}'
