"""The correction editor without a screen: what is written, kept, checked and submitted."""

import asyncio
from pathlib import Path

import pytest

from atlas_desktop.app.review_state import Decided, Ignored
from atlas_desktop.contract.operations import Operation
from atlas_desktop.domain.opinion import Edit, Opinion
from tests.app.desk import NOW, desk
from tests.app.writing import ANSWER, answered, editing, theirs, writing

SCHEMA = {
    "type": "object",
    "properties": {"intent": {"enum": ["billing", "other"]}},
    "required": ["intent"],
    "additionalProperties": False,
}


# writing


async def test_nothing_is_begun_or_kept_by_looking(tmp_path: Path) -> None:
    async with writing(tmp_path / "a.db", "one", "two") as made:
        assert (made.state.original, made.state.text, made.state.begun) == ("two", "two", False)
        await made.editor.begin()
        assert (made.state.begun, made.state.dirty, made.state.source) == (True, False, "from the answer")
        await made.go(1)
        assert (made.state.original, made.state.begun) == ("one", False)
        assert await made.desk.store.drafts.all() == []


async def test_typing_is_compared_at_once_and_kept_soon(tmp_path: Path) -> None:
    async with writing(tmp_path / "a.db") as made:
        made.editor.typed(ANSWER.replace("Friday", "Monday"), 28)
        assert made.state.diff is not None
        assert [made.state.diff.new[slice(*hunk.new)] for hunk in made.state.diff.hunks] == ["Monday"]
        assert (made.state.begun, made.state.dirty, made.state.saved_at) == (True, True, None)
        await made.editor.flush()
        assert made.state.saved_at == round(NOW.timestamp() * 1000)
        (draft,) = await made.desk.store.drafts.all()
        assert (draft.text, draft.start, draft.caret, draft.call) == (made.state.text, ANSWER, 28, made.here)


async def test_back_to_the_start_is_no_draft(tmp_path: Path) -> None:
    async with writing(tmp_path / "a.db") as made:
        await made.type("something else")
        await made.editor.flush()
        await made.type(ANSWER)
        await made.editor.flush()
        assert await made.desk.store.drafts.all() == []
        assert (made.state.dirty, made.state.saved_at) == (False, None)


async def test_a_draft_waits_where_it_was_left_also_for_the_next_run(tmp_path: Path) -> None:
    async with writing(tmp_path / "a.db", "one", "two") as made:
        await made.type("two and a half")
        await made.go(1)
        assert (made.state.text, made.state.begun) == ("one", False)
        await made.type("one and a half")
        await made.go(0)
        assert (made.state.text, made.state.dirty, made.state.original) == ("two and a half", True, "two")
    async with desk(tmp_path / "a.db") as it, editing(it) as again:
        assert (again.state.text, again.state.begun, again.state.source) == (
            "two and a half",
            True,
            "your draft",
        )
        await again.go(1)
        assert again.state.text == "one and a half"


async def test_the_exact_text_is_kept_and_submitted(tmp_path: Path) -> None:
    exact = "a\r\nb\rc\u2028d\u00a0e\ufeff"
    async with writing(tmp_path / "a.db", exact + "!") as made:
        assert made.state.original == exact + "!"
        await made.type(exact)
        await made.editor.flush()
        assert [draft.text for draft in await made.desk.store.drafts.all()] == [exact]
        await made.editor.submit(stay=True)
        assert (await made.mine()).correction == exact


async def test_a_hunk_goes_back_to_the_answer(tmp_path: Path) -> None:
    async with writing(tmp_path / "a.db") as made:
        await made.type("A bill is due on Monday.")
        assert made.state.diff is not None
        assert made.editor.restore_hunk(len(made.state.diff.hunks) - 1)
        assert made.state.text == "A bill is due on Friday."
        assert not made.editor.restore_hunk(99)
        await made.editor.flush()
        assert [draft.text for draft in await made.desk.store.drafts.all()] == ["A bill is due on Friday."]


async def test_a_long_text_is_compared_beside(tmp_path: Path) -> None:
    long = " ".join(f"word{number}" for number in range(5_000))
    async with writing(tmp_path / "a.db", long) as made:
        made.editor.typed(long + " more", 5)
        typed = made.state
        assert typed.diff_due
        assert typed.diff is None
        await made.editor.through()
        compared = made.state
        assert not compared.diff_due
        assert compared.diff is not None
        assert compared.diff.new == long + " more"


async def test_json_is_checked_against_the_operations_schema(tmp_path: Path) -> None:
    operation = Operation(id="op_1", key="route", name="Route", registration="defined", output_schema=SCHEMA)
    async with desk(tmp_path / "a.db") as it:
        await it.store.operations.replace([operation])
        await it.sync(answered(1, '{"intent": "bill"}', operation_id="route"))
        async with editing(it) as made:
            await made.editor.begin()
            await made.editor.through()
            begun = made.state
            assert begun.kind == "json"
            (wrong,) = begun.problems
            assert (begun.text[wrong.start : wrong.end], wrong.path) == ('"bill"', "/intent")
            assert await made.wrong('{"intent": "billing", "more": 1}') == 1
            assert await made.wrong('{"intent": ') == 1
            options = made.editor.complete(len('{"intent": '))
            assert options is not None
            assert {option.label for option in options.options} == {'"billing"', '"other"'}
            assert await made.wrong('{"intent": "billing"}') == 0
            assert await made.editor.format_json()
            assert made.state.text == '{\n  "intent": "billing"\n}'
            await made.type('{"intent"')
            assert not await made.editor.format_json()
            assert it.said[-1].startswith("This is no JSON yet: ")


# submitting


async def test_submitting_rates_an_unrated_call_bad_and_goes_on(tmp_path: Path) -> None:
    async with writing(tmp_path / "a.db", "one", "two") as made:
        seq = made.here
        await made.type("better")
        outcome = await made.editor.submit(stay=False)
        assert outcome == Decided(Edit("down", "better"), 1)
        assert made.desk.said[-1] == "1 of 2, corrected, rated bad, undo with Z"
        assert (made.desk.review.current.position, made.state.text, made.state.begun) == (1, "one", False)
        assert await made.desk.store.drafts.all() == []
        assert [(each.text, each.why) for each in await made.desk.store.drafts.history(seq)] == [
            ("better", "submitted")
        ]
        await made.desk.review.undo()
        assert await made.mine() == Opinion()


@pytest.mark.parametrize("stay", [True, False])
async def test_what_is_typed_while_it_is_submitted_is_a_draft_on_top(tmp_path: Path, stay: bool) -> None:
    async with writing(tmp_path / "a.db", "one", "two") as made:
        here = made.here
        await made.type("two!")
        submitting = asyncio.get_running_loop().create_task(made.editor.submit(stay=stay))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert not submitting.done()
        made.editor.typed("two! and more", 13)
        assert isinstance(await submitting, Decided)
        await made.editor.flush()
        draft = await made.desk.store.drafts.get(here)
        assert draft is not None
        assert (draft.text, draft.start) == ("two! and more", "two!")
        await made.go(0)
        assert made.here == here
        assert (made.state.text, made.state.dirty) == ("two! and more", True)
        assert (await made.mine()).correction == "two!"
        assert isinstance(await made.editor.submit(stay=True), Decided)
        assert (await made.mine()).correction == "two! and more"
        assert await made.desk.store.drafts.all() == []


async def test_staying_shows_what_was_submitted(tmp_path: Path) -> None:
    async with writing(tmp_path / "a.db") as made:
        await made.desk.rate("up", stay=True)
        await made.type("better")
        await made.editor.submit(stay=True)
        await made.desk.review.settled()
        assert (made.state.text, made.state.submitted, made.state.dirty) == ("better", True, False)
        assert await made.mine() == Opinion("thumbs_up", "better")
        await made.editor.begin()
        assert made.state.source == "as you submitted it"
        assert await made.editor.submit(stay=True) == Ignored("refused")
        assert made.desk.said[-1] == "This is your correction already."


async def test_the_answer_as_it_was_takes_my_correction_back(tmp_path: Path) -> None:
    async with writing(tmp_path / "a.db") as made:
        await made.editor.begin()
        assert await made.editor.submit(stay=True) == Ignored("refused")
        await made.type("better")
        await made.editor.submit(stay=True)
        await made.type(ANSWER)
        assert await made.editor.submit(stay=True) == Decided(Edit(correction=None), 1)
        assert await made.mine() == Opinion("thumbs_down")


@pytest.mark.parametrize(
    ("text", "words"),
    [("a\x00b", "NUL"), ("a\ud83d", "half a character"), ("x" * (1024 * 1024 + 1), "1,048,576")],
)
async def test_what_no_server_takes_is_said_and_stays_a_draft(tmp_path: Path, text: str, words: str) -> None:
    async with writing(tmp_path / "a.db") as made:
        await made.type(text)
        assert any(words in each.message for each in made.state.problems)
        assert await made.editor.submit(stay=True) == Ignored("refused")
        assert words in made.desk.said[-1]
        await made.editor.flush()
        assert [draft.text for draft in await made.desk.store.drafts.all()] == [text]


async def test_discarding_leaves_the_text_in_the_history(tmp_path: Path) -> None:
    async with writing(tmp_path / "a.db") as made:
        await made.type("never mind")
        await made.editor.discard()
        assert (made.state.text, made.state.begun) == (ANSWER, False)
        assert [each.text for each in await made.desk.store.drafts.history(made.here)] == ["never mind"]


async def test_a_draft_that_was_submitted_before_a_crash_is_none(tmp_path: Path) -> None:
    async with writing(tmp_path / "a.db") as made:
        seq = made.here
        await made.type("better")
        await made.editor.flush()
        await made.desk.store.decisions.decide([seq], Edit("down", "better"), now=NOW)
    async with desk(tmp_path / "a.db") as it:
        async with editing(it) as again:
            await it.review.settled()
            assert (again.state.text, again.state.begun, again.state.submitted) == ("better", False, True)
            await asyncio.sleep(0)
            await again.editor.flush()
        assert await it.store.drafts.all() == []


# the best known answer


async def test_the_newest_correction_of_the_same_prompt_is_the_best(tmp_path: Path) -> None:
    async with writing(tmp_path / "a.db", "one", "two", "three") as made:
        await made.go(1)
        await theirs(made, "chatcmpl-000002", "bob's")
        await made.go(0)
        await made.editor.begin("best")
        assert (made.state.text, made.state.source) == (
            "bob's",
            "from the correction of the same prompt by bob",
        )
        assert not made.state.dirty
        await made.go(2)
        await made.type("mine, newer")
        await made.editor.submit(stay=True)
        await made.go(0)
        await made.editor.begin("best")
        assert (made.state.text, made.state.source) == (
            "mine, newer",
            "from your correction of the same prompt",
        )
        await made.editor.submit(stay=True)
        assert (await made.mine()).correction == "mine, newer"


async def test_else_an_answer_to_it_that_was_rated_good_else_this_one(tmp_path: Path) -> None:
    async with writing(tmp_path / "a.db", "one", "two", "three") as made:
        await made.editor.begin("best")
        assert (made.state.text, made.state.source) == (
            "three", "from the answer: nothing better is known for this prompt",
        )  # fmt: skip
        await made.go(1)
        await made.desk.rate("up", stay=True)
        await made.go(0)
        await made.editor.begin("best")
        assert (made.state.text, made.state.source) == (
            "two", "from an answer to the same prompt that was rated good",
        )  # fmt: skip


async def test_another_start_puts_the_draft_into_the_history(tmp_path: Path) -> None:
    async with writing(tmp_path / "a.db") as made:
        await made.type("half a thought")
        await made.editor.begin("output")
        assert (made.state.text, made.state.begun, made.state.dirty) == (ANSWER, True, False)
        assert await made.desk.store.drafts.all() == []
        (kept,) = await made.desk.store.drafts.history(made.here)
        assert (kept.text, kept.why) == ("half a thought", "begun")


async def test_beginning_waits_for_the_call_to_come(tmp_path: Path) -> None:
    async with writing(tmp_path / "a.db", *(f"answer {n}" for n in range(40))) as made:
        made.desk.review.last()
        await made.editor.begin()
        assert (made.state.original, made.state.begun) == ("answer 0", True)
