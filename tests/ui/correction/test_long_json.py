"""JSON too long to be read for each key: what fits is looked for in a thread, and offered when it is known."""

import asyncio
import json

import pytest

from atlas_desktop.contract.operations import Operation
from tests.ui.conftest import Desk
from tests.ui.filled import line

ITEM = {"text": "The invoice of March was sent twice. " * 4, "rating": "up"}
LONG = json.dumps([ITEM] * 300, indent=1)
HUGE = json.dumps([ITEM] * 1_500, indent=1)
SCHEMA = {"type": "array", "items": {"properties": {"rating": {"enum": ["up", "down"]}, "text": {}}}}
LINES = [
    line(source_id="c/1", operation="made", output=LONG),
    line(source_id="c/2", operation="made", output=HUGE),
]
pytestmark = pytest.mark.parametrize("lines", [LINES])


def begin(desk: Desk, text: str) -> None:
    workspace = desk.session.workspace
    assert workspace is not None
    made = {"id": "op_1", "key": "made", "name": "Made", "registration": "defined", "output_schema": SCHEMA}
    desk.run(workspace.store.operations.replace([Operation.model_validate(made)]))
    desk.run(workspace.correction._load_operations())
    for position in range(len(LINES)):
        desk.show_call(position)
        call = workspace.review.current.call
        assert call is not None
        if call.call.response.message.content == text:
            break
    desk.press("E")
    desk.until(desk.window.review_page.panes.correcting.editor.hasFocus)


def test_values_are_offered_deep_in_a_long_text_and_follow_the_keys(desk: Desk) -> None:
    assert 20_000 < len(LONG) < 200_000
    begin(desk, LONG)
    editor = desk.window.review_page.panes.correcting.editor
    at = LONG.index('"up"', len(LONG) // 2)
    editor.set_caret(at + 4, anchor=at)
    desk.type('"')
    desk.until(lambda: len(desk.window.correcting.offers) == 2)
    desk.type("d")
    desk.until(lambda: len(desk.window.correcting.offers) == 1)
    desk.press("Enter")
    assert editor.text == f'{LONG[:at]}"down"{LONG[at + 4 :]}'


def test_keys_typed_before_the_answer_are_kept_and_answered(desk: Desk) -> None:
    begin(desk, LONG)
    editor = desk.window.review_page.panes.correcting.editor
    at = LONG.index('"up"', len(LONG) // 2)
    editor.set_caret(at + 4, anchor=at)
    desk.type('"do')
    desk.until(lambda: len(desk.window.correcting.offers) == 1)
    assert editor.text == f'{LONG[:at]}"do{LONG[at + 4 :]}'


def test_in_more_it_says_why_there_are_none(desk: Desk) -> None:
    assert len(HUGE) > 200_000
    begin(desk, HUGE)
    said: list[str] = []
    desk.window.correcting._suggesting._context.say = said.append  # type: ignore[assignment,method-assign]
    desk.press("Ctrl+Space")
    assert said == ["No suggestions in more than 200,000 characters of JSON"]


def test_long_json_is_laid_out_in_a_thread_unless_it_changes_meanwhile(desk: Desk) -> None:
    begin(desk, HUGE)
    editor = desk.window.review_page.panes.correcting.editor
    desk.until(lambda: editor.text == HUGE)
    workspace = desk.session.workspace
    assert workspace is not None

    async def lay_out(typed: str | None) -> bool:
        work = asyncio.ensure_future(workspace.correction.format_json())
        await asyncio.sleep(0)
        assert not work.done()
        if typed is not None:
            workspace.correction.typed(typed, 0)
        return await work

    assert not desk.run(lay_out(f"{HUGE} "))
    assert workspace.correction.state.text == f"{HUGE} "
    assert desk.run(lay_out(None))
    assert workspace.correction.state.text == json.dumps([ITEM] * 1_500, indent=2)
