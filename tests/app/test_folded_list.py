"""Equal exchanges in one row, other orders: frozen while calls come, rated as one."""

from pathlib import Path
from typing import Any

import pytest

from atlas_desktop.app.review import Decided
from atlas_desktop.domain.opinion import Edit
from atlas_desktop.domain.query import Query, Sort, Term
from tests.app.desk import NOW, Desk, desk, pull, some_calls


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "atlas.db"


def _said(*answers: str, first: int = 1) -> list[dict[str, Any]]:
    """Calls with one prompt and these answers."""
    calls = some_calls(len(answers), first=first, request={"messages": [{"role": "user", "content": "ask"}]})
    for call, answer in zip(calls, answers, strict=True):
        call["response"] = {"message": {"role": "assistant", "content": answer}, "finish_reason": "stop"}
    return calls


async def _fold(it: Desk) -> None:
    await it.browser.set_fold(True)
    await it.review.settled()


def _rows(it: Desk) -> list[tuple[str, int]]:
    rows = [it.browser.row(place) for place in range(len(it.browser))]
    return [(row.output_preview, row.copies) for row in rows if row is not None]


async def test_equal_exchanges_are_one_row_with_a_count(path: Path) -> None:
    async with desk(path) as it:
        await it.sync(_said("a", "b", "a", "a", "c", "b"))
        await it.open()
        assert [copies for _, copies in _rows(it)] == [1] * 6
        await _fold(it)
        assert _rows(it) == [("b", 2), ("c", 1), ("a", 3)]
        assert (len(it.browser), it.browser.calls) == (3, 6)
        assert it.browser.position_of(1) == 2, "the row that stands for it"
        await it.browser.set_fold(False)
        assert len(it.browser) == 6


async def test_rating_a_folded_row_rates_all_of_them_in_one_step(path: Path) -> None:
    async with desk(path) as it:
        await it.sync(_said("a", "b", "a", "a"))
        await it.open()
        await _fold(it)
        it.review.go(0)
        await it.review.settled()
        assert await it.rate("down", stay=True) == Decided(Edit("down"), 3)
        await it.review.settled()
        assert it.shown() == ["thumbs_down", "-"]
        assert _rows(it)[0] == ("a", 3), "the count stays when the row is read again"
        assert len(await it.store.calls.ids(Query(rating="thumbs_down"))) == 3
        it.review.go(1)
        assert await it.review.undo()
        await it.review.settled()
        assert len(await it.store.calls.ids(Query(rating="none"))) == 4
        assert it.review.current.position == 0, "back at the row that stands for them"
        assert not await it.review.undo()


async def test_more_copies_than_25_are_asked_about_first(path: Path) -> None:
    async with desk(path) as it:
        await it.sync(_said(*["a"] * 30))
        await it.open()
        await _fold(it)
        await it.review.settled()
        asked = await it.rate("up")
        assert asked.count == 30
        assert isinstance(await it.rate("up", confirmed=30), Decided)
        assert len(await it.store.calls.ids(Query(rating="thumbs_up"))) == 30


async def test_only_what_belongs_to_the_filter_is_folded_and_rated(path: Path) -> None:
    async with desk(path) as it:
        await it.sync([*_said("a", "a"), *[call | {"customer": "other"} for call in _said("a", first=3)]])
        await it.open(Query(customer="other"))
        await _fold(it)
        assert it.browser.stands_for(it.browser.ids[0]) == (3,)


async def test_a_folded_and_sorted_list_does_not_move_while_calls_come(path: Path) -> None:
    async with desk(path) as it:
        await it.sync(_said("a", "b", "a"))
        await it.open(Query(sort=Sort("size")))
        await _fold(it)
        it.review.go(1)
        await it.review.settled()
        ids, current = list(it.browser.ids), it.review.current
        resets: list[None] = []
        it.browser.reset.connect(resets.append)
        await it.sync(_said("a", "b" * 500, first=10))
        await it.rate("up", stay=True)
        await it.review.settled()
        assert (list(it.browser.ids), resets, it.review.current.seq) == (ids, [], current.seq)
        assert it.browser.new_count == 2
        await it.review.show_new()
        await it.review.settled()
        assert it.review.current.seq is not None
        assert current.seq in it.browser.stands_for(it.review.current.seq)
        assert (it.browser.fold, it.browser.query.sort) == (True, Sort("size"))
        assert [copies for _, copies in _rows(it)] == [1, 3, 1]


async def test_another_order_keeps_the_filter_and_the_call_at_hand(path: Path) -> None:
    async with desk(path, 40) as it:
        await it.open(Query(rating="none"))
        it.review.go(7)
        await it.review.settled()
        seq = it.review.current.seq
        await it.browser.sort("size", True, keep=seq)
        await it.review.settled()
        sizes = [row.size_bytes for place in range(40) if (row := it.browser.row(place)) is not None]
        assert sizes == sorted(sizes, reverse=True)
        assert it.browser.query.terms == (Term("rating", "none"),)
        assert it.review.current.seq == seq
        assert it.browser.ids[it.review.current.position] == seq


async def test_what_is_selected_in_a_folded_list_is_decided_as_a_whole(path: Path) -> None:
    async with desk(path) as it:
        await it.sync(_said("a", "b", "a", "c"))
        await it.open()
        await _fold(it)
        it.review.select_all_matching()
        outcome = await it.rate("up")
        assert outcome == Decided(Edit("up"), 4)
        assert len(await it.store.calls.ids(Query(rating="thumbs_up"))) == 4


async def test_a_deleted_copy_is_not_rated(path: Path) -> None:
    async with desk(path) as it:
        await it.sync(_said("a", "a", "a"))
        await it.open()
        await _fold(it)
        it.review.store_changed(await pull(it.store, [], deleted=["chatcmpl-000002"]))
        await it.review.settled()
        assert await it.rate("up", stay=True) == Decided(Edit("up"), 2)


async def test_copies_that_are_rated_differently_are_told_until_they_are_rated_as_one(path: Path) -> None:
    async with desk(path) as it:
        await it.sync(_said("a", "b", "a", "b"))
        await it.store.decisions.decide([1], "up", now=NOW)
        await it.open()
        await _fold(it)
        assert _mixed(it) == [False, True]
        it.review.go(1)
        await it.review.settled()
        await it.rate("down", stay=True)
        await it.review.settled()
        assert _mixed(it) == [False, False]
        decided = await it.store.decisions.decide([2], "up", now=NOW)
        it.review.store_changed(decided.changed)
        await it.review.settled()
        assert _mixed(it) == [True, False], "a call beneath the row changed"


def _mixed(it: Desk) -> list[bool | None]:
    rows = [it.browser.row(place) for place in range(len(it.browser))]
    return [row.mixed if row is not None else None for row in rows]
