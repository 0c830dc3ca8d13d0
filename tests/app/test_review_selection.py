from pathlib import Path

import pytest

from atlas_desktop.app.review import ASK_ABOVE, Decided, Ignored, NeedsConfirm
from atlas_desktop.domain.opinion import Edit
from atlas_desktop.domain.query import Query
from atlas_desktop.domain.selection import AllMatching, Some
from tests.app.desk import desk, some_calls


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "atlas.db"


async def test_a_selection_is_decided_as_one_step_and_then_empty(path: Path) -> None:
    async with desk(path, 20) as it:
        it.review.go(4)
        for _ in range(3):
            it.review.extend(1)
        it.review.toggle_select(9)
        assert it.review.selected_count == 5
        assert it.said[-1] == "5 calls selected."
        await it.review.settled()
        assert await it.rate("down") == Decided(Edit("down"), 5)
        assert it.said[-1] == "5 calls, rated bad, undo with Z"
        assert it.review.selection == Some()
        assert it.review.current.position == 7
        assert [place for place, shows in enumerate(it.shown()) if shows != "-"] == [4, 5, 6, 7, 9]
        await it.review.undo()
        await it.review.settled()
        assert it.shown() == ["-"] * 20
        assert it.review.current.position == 7
        assert it.said[-1] == "Undone: 5 calls back as they were."


async def test_many_calls_are_confirmed_first_by_their_number(path: Path) -> None:
    async with desk(path, 60) as it:
        it.review.select_all_matching()
        assert await it.rate("up") == NeedsConfirm(Edit("up"), 60, stay=False)
        assert await it.rate("up", confirmed=59) == NeedsConfirm(Edit("up"), 60, stay=False)
        assert it.shown() == ["-"] * 60
        assert await it.rate("up", confirmed=60) == Decided(Edit("up"), 60)
        await it.review.settled()
        assert it.shown() == ["thumbs_up"] * 60
        assert await it.rate("up", confirmed=60) == Ignored("nothing")
        await it.review.undo()
        await it.review.settled()
        assert it.shown() == ["-"] * 60


async def test_up_to_the_limit_nobody_asks(path: Path) -> None:
    async with desk(path, ASK_ABOVE) as it:
        it.review.select_all_matching()
        assert await it.rate("up") == Decided(Edit("up"), ASK_ABOVE)


async def test_all_matching_is_the_list_as_shown_not_what_came_since(path: Path) -> None:
    async with desk(path, 10) as it:
        it.review.select_all_matching()
        it.review.toggle_select(0)
        await it.sync(some_calls(5, first=11))
        assert it.review.selected_count == 9
        assert await it.rate("down") == Decided(Edit("down"), 9)
        await it.open()
        assert it.shown() == ["-"] * 6 + ["thumbs_down"] * 9


async def test_select_unrated_none_and_invert(path: Path) -> None:
    async with desk(path, 6) as it:
        await it.rate("up")
        await it.rate("unsure")
        await it.review.select_unrated()
        assert it.review.selected_count == 4
        assert not it.review.is_selected(it.browser.ids[0])
        it.review.invert_selection()
        assert it.review.selected_count == 2
        it.review.select_none()
        assert it.review.selected_count == 0
        it.review.invert_selection()
        assert it.review.selection == AllMatching(it.browser.query)
        assert it.said[-1] == "6 calls selected."


async def test_a_selection_keeps_only_what_a_new_list_shows(path: Path) -> None:
    async with desk(path, 6) as it:
        await it.rate("up")
        it.review.toggle_select(0)
        it.review.toggle_select(3)
        await it.review.filter(Query(rating="none"))
        assert it.review.selected_count == 1
        it.review.select_all_matching()
        await it.review.show_new()
        assert it.review.selected_count == 0


async def test_extending_back_over_selected_calls_lets_them_go(path: Path) -> None:
    async with desk(path, 4) as it:
        it.review.extend(1)
        it.review.extend(1)
        assert it.review.selected_count == 3
        it.review.extend(-1)
        assert (it.review.selected_count, it.review.current.position) == (2, 1)
        it.review.extend(1)
        it.review.extend(1)
        it.review.extend(1)
        assert (it.review.selected_count, it.review.current.position) == (4, 3)
