"""Whatever a reviewer does, in whatever order: the list stands still, shows what is stored, and undo undoes."""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from atlas_desktop.domain.query import Query
from tests.app.desk import Desk, desk, some_calls

CALLS = 12
Act = Callable[[Desk], Awaitable[object]]


def now(act: Callable[[Desk], object]) -> Act:
    async def later(it: Desk) -> None:
        act(it)

    return later


async def bulk(it: Desk) -> None:
    await it.rate("down", confirmed=it.review.selected_count or None)


async def new_calls(it: Desk) -> None:
    total = await it.store.calls.total()
    await it.sync(some_calls(2, first=total + 1))


STILL: dict[str, Act] = {
    "up": lambda it: it.rate("up"),
    "down, stay": lambda it: it.rate("down", stay=True),
    "unsure": lambda it: it.rate("unsure"),
    "clear": lambda it: it.rate("clear", stay=True),
    "bulk": bulk,
    "repeat": lambda it: it.review.repeat(seq=it.review.current.seq),
    "undo": lambda it: it.review.undo(),
    "redo": lambda it: it.review.redo(),
    "next": now(lambda it: it.review.move(1)),
    "previous": now(lambda it: it.review.move(-1)),
    "next unrated": lambda it: it.review.next_unrated(),
    "last": now(lambda it: it.review.last()),
    "select": now(lambda it: it.review.toggle_select()),
    "extend": now(lambda it: it.review.extend(1)),
    "extend back": now(lambda it: it.review.extend(-1)),
    "all": now(lambda it: it.review.select_all_matching()),
    "unrated": lambda it: it.review.select_unrated(),
    "invert": now(lambda it: it.review.invert_selection()),
    "sync": new_calls,
}
LISTS: dict[str, Act] = {
    "everything": lambda it: it.review.filter(Query()),
    "not rated": lambda it: it.review.filter(Query(rating="none")),
    "bad ones, oldest": lambda it: it.review.filter(Query(rating="thumbs_down", order="oldest")),
    "show new": lambda it: it.review.show_new(),
}
ACTS = STILL | LISTS


@settings(max_examples=40)
@given(st.lists(st.sampled_from(sorted(ACTS)), max_size=25))
def test_any_walk(walk: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_walk(Path(folder) / "atlas.db", walk))


async def _walk(path: Path, walk: list[str]) -> None:
    async with desk(path, CALLS) as it:
        for name in walk:
            before = list(it.browser.ids)
            await ACTS[name](it)
            await it.review.settled()
            if name in STILL and before:
                assert list(it.browser.ids) == before, name
            await _is_right(it)
        rated = await _stored(it)
        steps = 0
        while await it.review.undo():
            steps += 1
        await it.review.settled()
        assert set((await _stored(it)).values()) <= {"-"}
        await _is_right(it)
        for _ in range(steps):
            assert await it.review.redo()
        await it.review.settled()
        assert await _stored(it) == rated
        await _is_right(it)


async def _stored(it: Desk) -> dict[int, str]:
    rows = await it.store.calls.rows(await it.store.calls.ids(Query()))
    return {row.seq: row.rating or ("unsure" if row.unsure else "-") for row in rows}


async def _is_right(it: Desk) -> None:
    stored = await _stored(it)
    assert it.shown() == [stored[seq] for seq in it.browser.ids]
    here = it.review.current
    if here.seq is None:
        assert len(it.browser) == 0
        return
    assert here.call is not None
    assert here.call.row.seq == here.seq
    assert here.call.opinion.rating == here.call.row.rating
    assert (here.call.row.rating or ("unsure" if here.call.row.unsure else "-")) == stored[here.seq]
    assert here.beside == (here.seq not in it.browser.ids)
    if not here.beside:
        assert it.browser.ids[here.position] == here.seq
    assert here.total == len(it.browser)
    came_since = await it.store.calls.count(Query(), came_after=it.browser.newest)
    assert it.review.progress.total == await it.store.calls.total() - came_since
    assert 0 <= it.review.selected_count <= len(it.browser)


async def test_undo_of_many_stays_at_the_call_at_hand_if_it_is_one_of_them(tmp_path: Path) -> None:
    async with desk(tmp_path / "atlas.db", 12) as it:
        it.review.go(2)
        for _ in range(4):
            it.review.extend(1)
        await it.rate("up")
        it.review.go(4)
        assert await it.review.undo()
        assert it.review.current.position == 4
        assert await it.review.redo()
        assert it.review.current.position == 4
        it.review.go(9)
        assert await it.review.undo()
        assert it.review.current.position == 2
