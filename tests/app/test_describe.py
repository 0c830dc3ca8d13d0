"""Tags, notes, later, the dataset draft: on the call at hand, and on the selection."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from atlas_desktop.app.describe import Describe
from atlas_desktop.app.review_state import Decided, Ignored, NeedsConfirm
from atlas_desktop.domain.opinion import MOST_TAGS, Edit, Opinion
from atlas_desktop.domain.query import Query, Term
from tests.app.desk import NOW, Desk, desk, some_calls


@dataclass
class Describing:
    desk: Desk
    describe: Describe

    async def opinion(self, seq: int | None = None) -> Opinion:
        opened = await self.desk.store.calls.open_call(seq or self.here)
        assert opened is not None
        return opened.opinion

    @property
    def here(self) -> int:
        seq = self.desk.review.current.seq
        assert seq is not None
        return seq


@asynccontextmanager
async def describing(path: Path, number: int = 3) -> AsyncIterator[Describing]:
    async with desk(path, number) as it:
        describe = Describe(it.store, it.review, now=lambda: NOW)
        await describe.open()
        yield Describing(it, describe)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "atlas.db"


async def test_a_tag_is_given_and_taken_and_the_call_stays_at_hand(path: Path) -> None:
    async with describing(path) as it:
        outcome = await it.describe.tag(["tone : rude"])
        assert outcome == Decided(Edit(add_tags=("tone:rude",)), 1)
        assert it.desk.said[-1] == "1 of 3, tagged tone:rude, undo with Z"
        assert it.desk.review.current.position == 0
        shown = it.desk.review.current.call
        assert shown is not None
        assert (shown.opinion.tags, shown.row.tags, shown.row.rating) == (
            ("tone:rude",),
            ("tone:rude",),
            None,
        )
        await it.describe.tag(remove=["tone:rude"])
        assert await it.opinion() == Opinion()
        await it.desk.review.undo()
        assert (await it.opinion()).tags == ("tone:rude",)
        assert it.desk.said[-1] == "Undone: tag tone:rude removed."


@pytest.mark.parametrize("typed", ["", "x" * 101, "a\x00b", ":", "review:unsure"])
async def test_what_is_no_tag_is_said_and_nothing_is_done(path: Path, typed: str) -> None:
    async with describing(path) as it:
        assert await it.describe.tag(["good:one", typed]) == Ignored("refused")
        assert await it.opinion() == Opinion()
        assert it.desk.said[-1].endswith(".")


async def test_a_call_may_have_fifty_tags(path: Path) -> None:
    async with describing(path) as it:
        await it.describe.tag([f"t:{number}" for number in range(MOST_TAGS)])
        assert await it.describe.tag(["one:more"]) == Ignored("refused")
        assert it.desk.said[-1] == "A call may have 50 tags."
        it.desk.review.select_all_matching()
        await it.describe.tag(["one:more"])
        assert it.desk.said[-1] == (
            "3 calls, tagged one:more, undo with Z. 1 call has 50 tags already and was left as it is."
        )
        assert len((await it.opinion()).tags) == MOST_TAGS


async def test_bulk_tags_are_asked_for_above_25_and_are_one_step(path: Path) -> None:
    async with describing(path, 30) as it:
        it.desk.review.select_all_matching()
        asked = await it.describe.tag(["bulk:yes"])
        assert asked == NeedsConfirm(Edit(add_tags=("bulk:yes",)), 30, stay=True)
        assert isinstance(asked, NeedsConfirm)
        await it.desk.review.decide(asked.edit, seq=None, stay=asked.stay, confirmed=asked.count)
        await it.desk.review.settled()
        tagged = Query((Term("tag", "bulk:yes"),))
        assert await it.desk.store.calls.count(tagged) == 30
        assert it.desk.review.selected_count == 0
        await it.desk.review.undo()
        assert await it.desk.store.calls.count(tagged) == 0


async def test_a_note_goes_to_the_call_it_was_about_wherever_one_is(path: Path) -> None:
    async with describing(path) as it:
        first = it.here
        it.desk.review.move(1)
        await it.describe.note("  see the date\n", seq=first)
        assert await it.opinion(first) == Opinion(comment="see the date")
        assert it.desk.review.current.position == 1
        await it.describe.note("", seq=first)
        assert await it.opinion(first) == Opinion()
        assert await it.describe.note("x" * 20_001) == Ignored("refused")
        assert "20,001" in it.desk.said[-1]


async def test_a_note_on_the_selection_is_on_every_call_of_it(path: Path) -> None:
    async with describing(path) as it:
        it.desk.review.select_all_matching()
        await it.describe.note("all")
        assert [(await it.opinion(seq)).comment for seq in (1, 2, 3)] == ["all"] * 3


async def test_quick_tags_are_the_pinned_ones_and_then_those_used_most(path: Path) -> None:
    async with describing(path) as it:
        assert await it.describe.quick(1) == Ignored("refused")
        for tag, times in (("b", 2), ("a", 3), ("c", 1)):
            for _ in range(times):
                await it.describe.tag([tag])
                await it.describe.tag(remove=[tag])
        assert list(it.describe.quick_tags) == ["a", "b", "c"]
        await it.describe.pin(["c", "z : y"])
        assert list(it.describe.quick_tags) == ["c", "z:y", "a", "b"]
        await it.describe.quick(2)
        assert (await it.opinion()).tags == ("z:y",)
        await it.describe.quick(2)
        assert (await it.opinion()).tags == ()
        it.desk.review.select_all_matching()
        await it.describe.quick(1)
        assert [(await it.opinion(seq)).tags for seq in (1, 2, 3)] == [("c",)] * 3
    async with describing(path) as again:
        assert again.describe.quick_tags[:2] == ("c", "z:y")


async def test_suggestions_come_by_use_without_those_the_call_has(path: Path) -> None:
    async with describing(path) as it:
        for tag in ("accuracy:wrong", "accuracy:partial"):
            await it.describe.tag([tag])
        it.desk.review.move(1)
        await it.describe.tag(["accuracy:partial"])
        assert await it.describe.suggestions("acc") == ["accuracy:partial", "accuracy:wrong"]
        assert await it.describe.suggestions("acc", but=["accuracy:partial"]) == ["accuracy:wrong"]


async def test_the_dot_repeats_the_last_call_with_its_tags(path: Path) -> None:
    async with describing(path) as it:
        await it.describe.tag(["tone:rude"])
        await it.desk.rate("down")
        assert await it.desk.review.repeat(seq=it.here) == Decided(Edit("down", add_tags=("tone:rude",)), 1)
        assert await it.opinion(2) == Opinion("thumbs_down", None, ("tone:rude",))
        assert it.desk.review.current.position == 2


async def test_later_puts_aside_and_goes_on_and_takes_off_again(path: Path) -> None:
    async with describing(path) as it:
        first = it.here
        assert await it.describe.later()
        assert (it.describe.is_later(first), it.desk.review.current.position) == (True, 1)
        assert it.desk.said[-1] == "1 call put aside for later."
        await it.desk.review.filter(Query((Term("is", "later"),)))
        assert list(it.desk.browser.ids) == [first]
        await it.desk.review.settled()
        assert await it.describe.later()
        assert not it.describe.is_later(first)
        assert it.desk.said[-1] == "Taken off the later list."
        assert await it.desk.store.later.all() == []


async def test_later_takes_the_selection_and_survives_a_restart(path: Path) -> None:
    async with describing(path) as it:
        it.desk.review.select_all_matching()
        await it.describe.later()
        assert it.desk.review.current.position == 0
    async with describing(path) as again:
        assert again.describe.later_calls == {1, 2, 3}


async def test_the_dataset_draft_is_one_for_each_operation(path: Path) -> None:
    async with desk(path) as it:
        calls = some_calls(4, operation_id="route") + some_calls(2, first=5, operation_id=None)
        await it.sync([*calls, *some_calls(1, first=7, operation_id="summarize")])
        await it.open()
        describe = Describe(it.store, it.review, now=lambda: NOW)
        it.review.select_all_matching()
        assert await describe.to_dataset()
        assert it.said[-1] == (
            "1 call added to the dataset draft summarize; 4 calls added to the dataset draft route; "
            "2 have no operation and cannot be in a dataset."
        )
        drafts = await it.store.dataset_drafts.all()
        assert [(each.name, each.operation, each.count) for each in drafts] == [
            ("route", "route", 4), ("summarize", "summarize", 1),
        ]  # fmt: skip
        it.review.select_none()
        assert not await describe.to_dataset()
        assert it.said[-1] == "Taken out of the dataset draft summarize."
        assert [each.name for each in await it.store.dataset_drafts.all()] == ["route"]
        assert await describe.to_dataset()
        assert it.said[-1] == "1 call added to the dataset draft summarize."
        assert await it.store.dataset_drafts.of(7) == ["summarize"]
        it.review.select_all_matching()
        assert not await describe.to_dataset()
        assert it.said[-1].startswith("5 were in it already; ")
        it.review.select_none()
        drafts = sorted(await it.store.dataset_drafts.all(), key=lambda each: each.name)
        assert sorted(await it.store.dataset_drafts.items(drafts[0].id)) == [1, 2, 3, 4]
        assert not await it.store.dataset_drafts.rename(drafts[0].id, "summarize")
        assert await it.store.dataset_drafts.rename(drafts[0].id, "routing")
        await it.store.dataset_drafts.remove(drafts[1].id, [7])
        assert [each.name for each in await it.store.dataset_drafts.all()] == ["routing"]
        await it.store.dataset_drafts.drop(drafts[0].id)
        assert await it.store.dataset_drafts.all() == []


async def test_one_act_judges_answers_to_the_same_prompt(path: Path) -> None:
    async with describing(path) as it:
        outcome = await it.desk.review.judge([1], [2, 3])
        assert outcome == Decided(Edit(), 3)
        assert it.desk.shown() == ["thumbs_down", "thumbs_down", "thumbs_up"]
        assert it.desk.said[-1] == "3 calls, judged, undo with Z"
        await it.desk.review.undo()
        await it.desk.review.settled()
        assert it.desk.shown() == ["-", "-", "-"]
        assert it.desk.said[-1] == "Undone: 3 calls back as they were."
        assert await it.desk.review.judge([], []) == Ignored("nothing")
        many = await it.desk.review.judge(range(30), [])
        assert many == NeedsConfirm(Edit(), 30, stay=True)


async def test_a_note_waits_for_what_is_being_written(path: Path) -> None:
    async with describing(path) as it:
        here = it.here
        rating = asyncio.get_running_loop().create_task(it.desk.rate("up"))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        outcome = await it.describe.note("said meanwhile", seq=here)
        assert isinstance(await rating, Decided)
        assert isinstance(outcome, Decided)
        opinion = await it.opinion(here)
        assert (opinion.rating, opinion.comment) == ("thumbs_up", "said meanwhile")


async def test_what_no_server_takes_is_left_out_of_a_note(path: Path) -> None:
    async with describing(path) as it:
        assert isinstance(await it.describe.note("half \ud83d and \x00 none", seq=it.here), Decided)
        assert (await it.opinion()).comment == "half  and  none"
        assert isinstance(await it.describe.note("\ud83d", seq=it.here), Decided)
        assert (await it.opinion()).comment is None
