import asyncio
from pathlib import Path

import pytest

from atlas_desktop.app.call_browser import BLOCK, Span
from atlas_desktop.app.review import Current, Decided
from atlas_desktop.domain.opinion import Edit
from atlas_desktop.domain.query import Query
from atlas_desktop.store.changed import Changed
from tests.app.desk import desk, pull, slow_reads, some_calls


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "atlas.db"


async def test_first_rows_are_in_memory_when_the_list_is_made_and_others_come_when_looked_at(
    path: Path,
) -> None:
    async with desk(path, 450) as it:
        loaded: list[Span] = []
        it.browser.rows_loaded.connect(loaded.append)
        first = it.browser.row(0)
        assert first is not None
        assert (first.id, len(it.browser), it.browser.total) == ("chatcmpl-000450", 450, 450)
        assert it.browser.row(410) is None
        assert it.browser.row(411) is None
        await it.browser.through()
        last = it.browser.row(449)
        assert last is not None
        assert last.id == "chatcmpl-000001"
        assert loaded == [Span(400, 449)]
        assert it.browser.row(450) is None
        assert it.browser.row(-1) is None


async def test_of_a_fast_scroll_the_last_places_are_loaded_first(path: Path) -> None:
    async with desk(path, 2000) as it:
        loaded: list[int] = []
        it.browser.rows_loaded.connect(lambda span: loaded.append(span.first))
        for position in range(BLOCK, 2000, BLOCK):
            it.browser.row(position)
        await it.browser.through()
        assert loaded[0] == 1800
        assert len(loaded) < 9


async def test_sync_counts_new_calls_and_moves_nothing(path: Path) -> None:
    async with desk(path, 30) as it:
        it.review.go(3)
        before = list(it.browser.ids)
        current = it.review.current
        resets: list[None] = []
        it.browser.reset.connect(resets.append)
        await it.sync(some_calls(12, first=31))
        assert list(it.browser.ids) == before
        assert (it.browser.new_count, it.browser.total) == (12, 42)
        assert resets == []
        assert it.review.current == current
        await it.review.show_new()
        await it.review.settled()
        assert (len(it.browser), it.browser.new_count) == (42, 0)
        assert it.review.current.seq == current.seq
        assert it.review.current.position == 15


async def test_only_new_calls_that_fit_the_filter_are_counted(path: Path) -> None:
    async with desk(path) as it:
        await pull(it.store, some_calls(10, customer="northwind"))
        await it.open(Query(customer="northwind"))
        await it.sync(
            [*some_calls(2, first=11, customer="northwind"), *some_calls(5, first=13, customer="other")]
        )
        assert (it.browser.new_count, it.browser.total) == (2, 17)


async def test_a_rated_call_keeps_its_row_in_a_list_of_unrated_ones(path: Path) -> None:
    async with desk(path, 5) as it:
        await it.open(Query(rating="none"))
        before = list(it.browser.ids)
        await it.rate("down")
        await it.rate("up")
        await it.review.settled()
        assert list(it.browser.ids) == before
        assert it.shown() == ["thumbs_down", "thumbs_up", "-", "-", "-"]
        await it.open(Query(rating="none"))
        assert list(it.browser.ids) == before[2:]


async def test_the_server_changing_a_shown_call_changes_its_row_in_place(path: Path) -> None:
    async with desk(path, 3) as it:
        changed: list[frozenset[int]] = []
        it.browser.rows_changed.connect(changed.append)
        (call,) = some_calls(1, first=2)
        await it.sync([call | {"revision": 9, "passed": False}])
        row = it.browser.row(1)
        assert row is not None
        assert row.passed is False
        assert changed == [frozenset({row.seq})]


async def test_a_deleted_call_keeps_its_place_as_gone(path: Path) -> None:
    async with desk(path, 3) as it:
        await it.sync([], deleted=["chatcmpl-000002"])
        assert len(it.browser) == 3
        assert it.browser.row(1) is None
        assert it.browser.gone(1)
        assert not it.browser.gone(0)
        it.review.go(1)
        await it.review.settled()
        assert it.review.current.problem is not None
        assert it.review.current.problem.code == "call_gone"


async def test_the_newest_query_wins_whatever_comes_back_first(path: Path) -> None:
    async with desk(path, 300) as it:
        resets: list[None] = []
        it.browser.reset.connect(resets.append)
        done = await asyncio.gather(
            it.browser.apply(Query(text="the")),
            it.browser.apply(Query(order="oldest")),
            it.browser.apply(Query()),
        )
        assert list(done) == [False, False, True]
        assert it.browser.query == Query()
        assert len(resets) == 1
        assert not it.browser.loading


async def test_the_first_sync_fills_an_empty_list_until_the_reviewer_acts(path: Path) -> None:
    async with desk(path) as it:
        it.browser.follow()
        await it.sync(some_calls(10))
        await it.sync(some_calls(10, first=11))
        assert (len(it.browser), it.browser.new_count) == (20, 0)
        newest = it.browser.row(0)
        assert newest is not None
        assert newest.id == "chatcmpl-000020"
        assert (it.review.current.position, it.review.current.seq) == (0, newest.seq)
        it.review.move(1)
        here = it.review.current
        await it.sync(some_calls(10, first=21))
        assert (len(it.browser), it.browser.new_count) == (20, 10)
        await it.review.show_new()
        await it.review.settled()
        assert (it.review.current.seq, it.review.current.position) == (here.seq, 11)


async def test_progress_is_that_of_the_list_not_of_what_came_since(path: Path) -> None:
    async with desk(path, 10) as it:
        await it.rate("up")
        await it.review.filter(Query(rating="none"))
        await it.sync(some_calls(10, first=11))
        progress = it.review.progress
        assert (progress.rated, progress.total, it.browser.new_count) == (1, 10, 10)
        await it.review.show_new()
        await it.review.settled()
        assert (it.review.progress.rated, it.review.progress.total) == (1, 20)


async def test_an_empty_list_takes_what_comes(path: Path) -> None:
    async with desk(path, 5) as it:
        it.review.move(1)
        await it.open(Query(operation="not_yet"))
        assert len(it.browser) == 0
        assert it.review.current.seq is None
        await it.sync(some_calls(2, first=6, operation_id="not_yet"))
        assert len(it.browser) == 2
        assert it.review.current.call is not None


async def test_rows_in_memory_stay_few_and_are_right_again_after_coming_back(path: Path) -> None:
    async with desk(path, 7_000) as it:
        for position in range(0, 7_000, BLOCK):
            it.browser.row(position)
            await it.browser.through()
        assert it.browser.cache.place_of(it.browser.ids[0]) is None
        assert it.browser.position_of(it.browser.ids[0]) == 0
        assert it.browser.row(0) is None
        await it.browser.through()
        row = it.browser.row(0)
        assert row is not None
        assert row.id == "chatcmpl-007000"
        assert it.browser.position_of(-1) is None


async def test_a_reading_that_began_before_a_decision_never_undoes_what_is_shown(path: Path) -> None:
    async with desk(path, 3) as it:
        seq = it.browser.ids[0]
        shown: list[str] = []
        it.browser.rows_changed.connect(lambda _: shown.append(it.shown()[0]))
        it.review.current_changed.connect(lambda now: shown.append(_rating(now)))
        with slow_reads(it.store) as slow:
            it.review.store_changed(Changed(calls=frozenset({seq})))
            await slow.has_read.wait()  # both the row and the call, as they were before
            assert await it.rate("up", stay=True) == Decided(Edit("up"), 1)
            slow.go_on.set()
            await it.review.settled()
        assert set(shown) == {"thumbs_up"}
        assert it.shown()[0] == "thumbs_up"
        assert _rating(it.review.current) == "thumbs_up"


def _rating(now: Current) -> str:
    return (now.call.opinion.rating or "-") if now.call is not None else "?"


async def test_a_store_that_cannot_be_read_is_said_beside_the_list(path: Path) -> None:
    async with desk(path, 3) as it:
        before = list(it.browser.ids)
        await it.store.close()
        assert not await it.browser.apply(Query())
        assert it.browser.problem is not None
        assert it.browser.problem.at == "list"
        assert not it.browser.loading
        assert list(it.browser.ids) == before
