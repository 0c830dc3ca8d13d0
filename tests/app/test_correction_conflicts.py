"""Another reviewer's correction meets mine: while it is a draft, and when it was sent."""

import asyncio
from pathlib import Path

from atlas_desktop.app.review_state import Decided, Ignored
from atlas_desktop.domain.opinion import Opinion
from atlas_desktop.store.settled import Conflict as Refused
from tests.app.desk import pull
from tests.app.writing import ANSWER, Writing, answered, theirs, writing
from tests.store.making import said_on_server


async def test_a_correction_that_comes_while_one_writes_is_shown_and_named_in_the_end(tmp_path: Path) -> None:
    async with writing(tmp_path / "a.db") as made:
        await made.type("mine")
        await theirs(made, "chatcmpl-000001", "bob's")
        conflict = made.state.conflict
        assert conflict is not None
        assert (conflict.base, conflict.mine, conflict.theirs, conflict.their_reviewer, conflict.op_seq) == (
            ANSWER, "mine", "bob's", "bob", None,
        )  # fmt: skip
        assert await made.editor.submit(stay=True) == Ignored("conflict")
        await made.editor.resolve("mine")
        assert (made.state.conflict, made.state.text, made.state.dirty) == (None, "mine", True)
        await made.editor.submit(stay=True)
        (row,) = await made.desk.store.outbox.eligible(10, 1 << 20)
        assert b'"base_feedback_id":"fb_bob_90"' in row.payload


async def test_taking_theirs_while_writing_goes_on_from_their_text(tmp_path: Path) -> None:
    async with writing(tmp_path / "a.db") as made:
        await made.type("mine")
        await theirs(made, "chatcmpl-000001", "bob's")
        await made.editor.resolve("theirs")
        assert (made.state.text, made.state.source, made.state.dirty) == (
            "bob's", "from the correction by bob", False,
        )  # fmt: skip
        assert [each.text for each in await made.desk.store.drafts.history(made.here)] == ["mine"]


async def test_the_same_text_while_writing_is_no_conflict(tmp_path: Path) -> None:
    async with writing(tmp_path / "a.db") as made:
        await made.type("the same")
        await theirs(made, "chatcmpl-000001", "the same")
        assert made.state.conflict is None


async def refused(made: Writing) -> None:
    await made.type("mine")
    await made.editor.submit(stay=True)
    (row,) = await made.desk.store.outbox.eligible(10, 1 << 20)
    await made.desk.store.outbox.mark_inflight([row.seq])
    bobs = said_on_server("chatcmpl-000001", 90, by="bob", rating="thumbs_down", correction="bob's")
    changed = await made.desk.store.outbox.settle([Refused(row.seq, bobs, "bob corrected this call")])
    made.desk.review.store_changed(changed)
    await made.desk.review.settled()
    came = asyncio.Event()
    made.editor.changed.connect(lambda state: came.set() if state.conflict is not None else None)
    if made.state.conflict is None:
        await came.wait()


async def test_a_refused_correction_is_resolved_in_the_editor(tmp_path: Path) -> None:
    async with writing(tmp_path / "a.db") as made:
        await refused(made)
        await made.editor.begin()
        assert (made.state.text, made.state.conflict is not None) == ("mine", True)
        assert await made.editor.submit(stay=True) == Ignored("conflict")
        await made.type("mine and bob's")
        assert isinstance(await made.editor.submit(stay=True), Decided)
        await made.desk.review.settled()
        assert (made.state.conflict, made.state.text, made.state.submitted) == (None, "mine and bob's", True)
        (row,) = await made.desk.store.outbox.eligible(10, 1 << 20)
        assert b'"base_feedback_id":"fb_bob_90"' in row.payload
        assert await made.desk.store.drafts.all() == []


async def test_theirs_is_taken_and_mine_is_in_the_trash(tmp_path: Path) -> None:
    async with writing(tmp_path / "a.db") as made:
        await refused(made)
        assert isinstance(await made.editor.resolve("theirs"), Decided)
        await made.desk.review.settled()
        assert made.state.conflict is None
        assert await made.mine() == Opinion("thumbs_down")
        assert await made.desk.review.undo()
        assert (await made.mine()).correction == "mine"


async def test_a_call_of_another_page_does_not_take_the_draft_away(tmp_path: Path) -> None:
    async with writing(tmp_path / "a.db") as made:
        await made.type("mine")
        await pull(made.desk.store, answered(50, "another"))
        made.desk.review.store_changed(await made.desk.store.outbox.recover())
        assert made.state.text == "mine"


async def test_where_nothing_was_written_theirs_is_the_new_start(tmp_path: Path) -> None:
    async with writing(tmp_path / "a.db") as made:
        await made.editor.begin()
        await theirs(made, "chatcmpl-000001", "bob's")
        assert (made.state.text, made.state.source, made.state.conflict) == (
            "bob's", "from the correction by bob", None,
        )  # fmt: skip
        await made.type("bob's, better")
        assert isinstance(await made.editor.submit(stay=True), Decided)
