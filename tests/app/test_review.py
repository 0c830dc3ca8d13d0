import asyncio
from pathlib import Path

import pytest

from atlas_desktop.app import opened_calls, sentences
from atlas_desktop.app.review import Decided, Ignored, NotDone
from atlas_desktop.domain.opinion import Edit, Verdict
from atlas_desktop.domain.query import Query
from atlas_desktop.store.store import Hooks
from tests.app.desk import NOW, Desk, desk, pull, some_calls


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "atlas.db"


async def test_a_rating_is_stored_shown_said_and_the_next_call_is_there_at_once(path: Path) -> None:
    async with desk(path, 120) as it:
        it.review.go(2)
        await it.review.settled()
        seq = it.review.current.seq
        assert await it.rate("down") == Decided(Edit("down"), 1)
        row = it.browser.row(2)
        assert row is not None
        assert (row.rating, row.pending) == ("thumbs_down", True)
        assert it.review.current.position == 3
        assert it.review.current.call is not None
        assert it.said[-1] == "3 of 120, rated bad, undo with Z"
        assert it.wrote[-1].calls == {seq}
        await it.review.settled()
        row = it.browser.row(2)
        assert row is not None
        assert (row.rating, row.mine, row.pending) == ("thumbs_down", True, True)
        (stored,) = await it.store.calls.rows([row.seq])
        assert stored == row


@pytest.mark.parametrize(("verdict", "shows"), [("up", "thumbs_up"), ("unsure", "unsure"), ("clear", "-")])
async def test_each_verdict_shows(path: Path, verdict: Verdict, shows: str) -> None:
    async with desk(path, 2) as it:
        await it.rate("down", stay=True)
        await it.rate(verdict)
        assert it.shown() == [shows, "-"]
        await it.review.settled()
        assert it.shown() == [shows, "-"]


async def test_a_decision_for_a_call_that_is_not_at_hand_is_ignored(path: Path) -> None:
    async with desk(path, 5) as it:
        painted = it.review.current.seq
        it.review.move(1)
        assert await it.review.decide("up", seq=painted) == Ignored("not_painted")
        assert await it.review.decide("up", seq=None) == Ignored("not_painted")
        assert it.shown() == ["-"] * 5


async def test_a_decision_for_a_call_still_loading_is_ignored(path: Path) -> None:
    async with desk(path, 50) as it:
        it.review.go(40)
        assert it.review.current.call is None
        assert await it.rate("up") == Ignored("not_painted")
        await it.review.settled()
        assert await it.rate("up") == Decided(Edit("up"), 1)


async def test_a_second_key_for_the_same_call_is_ignored_while_the_first_is_written(path: Path) -> None:
    async with desk(path, 5) as it:
        seq = it.review.current.seq
        done = await asyncio.gather(
            it.review.decide("up", seq=seq),
            it.review.decide("down", seq=seq),
            it.review.decide("down", seq=seq),
        )
        assert list(done) == [Decided(Edit("up"), 1), Ignored("busy"), Ignored("busy")]
        assert it.shown()[0] == "thumbs_up"
        assert await it.review.decide("down", seq=seq) == Ignored("not_painted")


async def test_nothing_to_decide_about(path: Path) -> None:
    async with desk(path) as it:
        assert await it.rate("up") == Ignored("nothing")
        it.review.move(1)
        assert it.said == [sentences.NO_CALLS]
        assert not await it.review.undo()
        assert it.said[-1] == sentences.NOTHING_TO_UNDO
        assert await it.review.repeat(seq=None) == Ignored("nothing")


async def test_stay_and_no_auto_advance_and_the_end_of_the_list(path: Path) -> None:
    async with desk(path, 2) as it:
        await it.rate("up", stay=True)
        assert it.review.current.position == 0
        assert it.review.current.call is not None
        assert it.review.current.call.opinion.rating == "thumbs_up"
        it.review.auto_advance = False
        await it.rate("down")
        assert it.review.current.position == 0
        it.review.auto_advance = True
        await it.rate("up")
        await it.rate("down")
        assert it.review.current.position == 1
        assert it.said[-2:] == ["2 of 2, rated bad, undo with Z", sentences.AT_END]


async def test_clearing_what_has_no_rating_says_so_and_is_no_step_of_undo(path: Path) -> None:
    async with desk(path, 2) as it:
        await it.rate("clear", stay=True)
        assert it.said[-1] == "This call was already without a rating."
        assert not await it.review.undo()


async def test_undo_goes_back_to_the_call_and_redo_does_it_again(path: Path) -> None:
    async with desk(path, 5) as it:
        for verdict in ("up", "down", "up"):
            await it.rate(verdict)
        assert await it.review.undo()
        assert it.review.current.position == 2
        assert it.review.current.call is not None
        assert it.review.current.call.opinion.rating is None
        assert it.said[-1] == "Undone: not rated."
        assert await it.review.undo()
        assert it.review.current.position == 1
        assert await it.review.redo()
        assert it.said[-1] == "Done again: rated bad."
        await it.review.settled()
        assert it.shown() == ["thumbs_up", "thumbs_down", "-", "-", "-"]


async def test_undo_keys_pressed_fast_are_all_done(path: Path) -> None:
    async with desk(path, 5) as it:
        for _ in range(3):
            await it.rate("up")
        assert list(await asyncio.gather(*(it.review.undo() for _ in range(4)))) == [True, True, True, False]
        await it.review.settled()
        assert it.shown() == ["-"] * 5


async def test_undo_of_a_call_that_left_the_list_opens_it_beside_and_says_so(path: Path) -> None:
    async with desk(path, 5) as it:
        await it.open(Query(rating="none"))
        it.review.go(1)
        await it.review.settled()
        seq = it.review.current.seq
        await it.rate("down")
        await it.review.filter(Query(rating="thumbs_up"))
        await it.review.settled()
        assert len(it.browser) == 0
        assert await it.review.undo()
        here = it.review.current
        assert (here.seq, here.beside, here.call is not None) == (seq, True, True)
        assert it.said[-1] == f"Undone: not rated. {sentences.BESIDE}"
        assert await it.rate("up", stay=True) == Decided(Edit("up"), 1)
        assert it.said[-1] == "beside the list, rated good, undo with Z"
        await it.review.filter(Query())
        await it.review.settled()
        assert (it.review.current.seq, it.review.current.beside) == (seq, False)


async def test_from_beside_the_list_one_moves_back_into_it(path: Path) -> None:
    async with desk(path, 6) as it:
        await it.open(Query(rating="none"))
        await it.rate("down")
        await it.review.filter(Query(rating="none"))
        it.review.go(2)
        await it.review.undo()
        assert it.review.current.beside
        it.review.move(1)
        assert (it.review.current.position, it.review.current.beside) == (2, False)
        await it.review.settled()
        await it.review.redo()
        assert it.review.current.beside
        it.review.move(-1)
        assert it.review.current.position == 1


async def test_undo_survives_a_restart_and_a_sync(path: Path) -> None:
    async with desk(path, 5) as it:
        await it.rate("up")
        await it.rate("down")
    async with desk(path) as it:
        assert it.shown() == ["thumbs_up", "thumbs_down", "-", "-", "-"]
        await it.sync([call | {"revision": call["revision"] + 100} for call in some_calls(5)])
        await it.review.undo()
        await it.review.settled()
        assert it.shown() == ["thumbs_up", "-", "-", "-", "-"]
        assert it.review.current.position == 1


async def test_repeat(path: Path) -> None:
    async with desk(path, 5) as it:
        await it.rate("down")
        assert await it.review.repeat(seq=it.review.current.seq) == Decided(Edit("down"), 1)
        assert it.shown()[:3] == ["thumbs_down", "thumbs_down", "-"]


async def test_next_unrated_looks_both_ways_and_over_what_is_not_in_memory(path: Path) -> None:
    async with desk(path, 900) as it:
        await it.store.decisions.decide(list(it.browser.ids[1:850]), "up", now=NOW)
        await it.open()
        assert await it.review.next_unrated()
        assert it.review.current.position == 850
        assert await it.review.next_unrated(-1)
        assert it.review.current.position == 0
        assert not await it.review.next_unrated(-1)
        assert it.said[-1] == sentences.NO_UNRATED[-1]


async def test_moves_stop_at_the_edges_and_say_so(path: Path) -> None:
    async with desk(path, 3) as it:
        it.review.move(-1)
        assert it.said[-1] == sentences.AT_TOP
        it.review.skip()
        assert it.said[-1] == "2 of 3, not rated"
        it.review.last()
        it.review.move(1)
        assert it.said[-1] == sentences.AT_END
        it.review.first()
        assert it.review.current.position == 0
        it.review.go(99)
        assert it.review.current.position == 2


async def test_the_neighbours_are_read_ahead_and_stale_reads_given_up(path: Path) -> None:
    async with desk(path, 500) as it:
        it.review.go(100)
        await it.review.settled()
        for step in (1, 1, 1, -4, -1, -1):
            it.review.move(step)
            if step in (1, -1):
                assert it.review.current.call is not None
        await it.review.settled()
        seen: list[int | None] = []
        it.review.current_changed.connect(lambda now: seen.append(now.call.row.seq if now.call else None))
        for position in range(200, 260):
            it.review.go(position)
        await it.review.settled()
        assert it.review.current.call is not None
        assert [each for each in seen if each is not None] == [it.review.current.seq]


async def test_what_the_server_changes_in_the_call_at_hand_is_shown(path: Path) -> None:
    async with desk(path, 3) as it:
        (call,) = some_calls(1, first=3)
        answer = {"message": {"role": "assistant", "content": "another answer"}, "finish_reason": "stop"}
        await it.sync([call | {"revision": 50, "response": answer}])
        here = it.review.current.call
        assert here is not None
        assert here.call.response.message.content == "another answer"
        assert it.review.current.position == 0


async def test_progress_counts_the_filter_and_today_after_a_restart_too(path: Path) -> None:
    async with desk(path, 10) as it:
        await it.open(Query(rating="none"))
        await it.rate("up")
        await it.rate("unsure")
        await it.rate("down")
        await it.review.undo()
        await it.review.settled()
        progress = it.review.progress
        assert (progress.rated, progress.total, progress.today) == (2, 10, 2)
        assert (progress.can_undo, progress.can_redo) == (True, True)
    async with desk(path) as it:
        assert it.review.progress == progress


async def test_a_store_that_cannot_commit_changes_nothing_and_says_so(path: Path) -> None:
    refuse: list[bool] = []

    def before_commit() -> None:
        if refuse:
            raise OSError(28, "No space left on device")

    async with desk(path, 5, hooks=Hooks(before_commit=before_commit)) as it:
        await it.rate("up")
        refuse.append(True)
        outcome = await it.rate("down")
        assert isinstance(outcome, NotDone)
        assert outcome.problem.at == "decision"
        assert "No space left" in outcome.problem.detail
        assert it.review.current.position == 1
        assert not await it.review.undo()
        refuse.clear()
        await it.review.settled()
        assert it.shown() == ["thumbs_up", "-", "-", "-", "-"]
        assert await it.rate("down") == Decided(Edit("down"), 1)


async def test_a_filter_keeps_the_call_at_hand_when_it_is_in_the_new_list(path: Path) -> None:
    async with desk(path, 600) as it:
        it.review.go(450)
        await it.review.settled()
        seq = it.review.current.seq
        assert it.browser.query == Query()
        await it.review.filter(Query(order="oldest"))
        assert (it.review.current.seq, it.review.current.position) == (seq, 149)
        assert it.browser.row(149) is not None
        assert it.browser.row(0) is not None


async def test_a_call_that_is_gone_meanwhile_is_not_rated(path: Path) -> None:
    async with desk(path, 3) as it:
        seq = it.review.current.seq
        await pull(it.store, [], deleted=["chatcmpl-000003"])
        assert await it.review.decide("up", seq=seq) == Ignored("nothing")
        assert it.said[-1] == sentences.GONE
        assert it.review.current.position == 0


async def test_closing_waits_for_what_is_being_written_and_takes_no_more(path: Path) -> None:
    async with desk(path, 5) as it:
        seq = it.review.current.seq
        done = await asyncio.gather(it.review.decide("up", seq=seq), it.review.undo(), it.review.close())
        assert list(done) == [Decided(Edit("up"), 1), False, None]
        assert await it.rate("down") == Ignored("busy")
        assert not await it.review.undo()
        assert (await _stored_rating(it)) == "thumbs_up"


async def _stored_rating(it: Desk) -> str | None:
    (row,) = await it.store.calls.rows([it.browser.ids[0]])
    return row.rating


async def test_few_calls_are_kept_when_they_are_large_but_always_the_one_at_hand(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opened_calls, "_KEPT_BYTES", 1)
    async with desk(path, 9) as it:
        for _ in range(4):
            await it.review.settled()
            assert it.review.current.call is not None
            assert list(it.review._cursor.opened._calls) == [it.review.current.seq]
            it.review.move(1)
