"""Keys that come while one call goes and another comes: no call ever gets a text written about another."""

import asyncio
import threading

import pytest
from PySide6.QtTest import QTest

from atlas_desktop.app.comparing import merged
from atlas_desktop.domain.query import Query
from atlas_desktop.store.conflicts import Conflict
from tests.ui.conftest import Desk
from tests.ui.correction.test_conflict import BASE, LINES, banner, panes, refused

__all__ = ["refused"]
pytestmark = pytest.mark.parametrize("lines", [LINES])


async def drafts(desk: Desk) -> dict[int, str]:
    workspace = desk.session.workspace
    assert workspace is not None
    await workspace.correction.flush()
    return {draft.call: draft.text for draft in await workspace.store.drafts.all()}


@pytest.mark.parametrize("keys", ["Ctrl+Enter", "Ctrl+PgDown", "Ctrl+PgUp"])
def test_what_is_typed_while_the_next_call_comes_is_not_about_it(desk: Desk, keys: str) -> None:
    seqs = [desk.show_call(position) for position in range(len(LINES))]
    first = desk.show_call(1 if keys == "Ctrl+PgUp" else 0)
    workspace, editor = desk.session.workspace, panes(desk).editor
    assert workspace is not None
    review = workspace.review
    desk.press("E")
    desk.until(editor.hasFocus)
    desk.type("mine ")
    before = editor.text

    async def hurry() -> None:
        await desk._press(keys)
        async with asyncio.timeout(10):
            while desk.session.tasks.names:
                if review.current.seq != first and editor.text == before:
                    QTest.keyClicks(editor, "j")
                await asyncio.sleep(0)

    desk.run(hurry())
    desk.settle()
    assert review.current.seq != first
    kept = desk.run(drafts(desk))
    others = {seq: text for seq, text in kept.items() if seq != first}
    assert others == {}
    opened = {seq: desk.run(workspace.store.calls.open_call(seq)) for seq in seqs}
    assert [call.opinion.correction for seq, call in opened.items() if call is not None and seq != first] == [
        None
    ]


def test_a_merge_that_is_made_after_one_left_goes_nowhere(
    desk: Desk, refused: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, begun = threading.Event(), threading.Event()

    def late(conflict: Conflict) -> str:
        begun.set()
        assert go_on.wait(20)
        return merged(conflict)

    monkeypatch.setattr("atlas_desktop.ui.pages.correcting.merged", late)
    banner(refused).merge.emit()
    refused.until(begun.is_set)
    workspace = refused.session.workspace
    assert workspace is not None
    here = workspace.review.current.seq

    async def leave() -> None:
        position = workspace.review.current.position
        workspace.review.move(1 if position == 0 else -1)
        await workspace.review.settled()
        await workspace.correction.begin()

    refused.run(leave())
    assert workspace.review.current.seq != here
    go_on.set()
    refused.settle()
    assert workspace.correction.state.seq != here
    assert workspace.correction.state.text == "another"
    assert BASE not in refused.run(drafts(refused)).values()
    assert len(refused.run(workspace.store.calls.ids(Query()))) == len(LINES)
