"""The sidebar's counts follow the filter and the calls, while somebody looks."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from atlas_desktop.app.facets import FacetCounts
from atlas_desktop.domain.filter import Facets, parse_query
from atlas_desktop.domain.query import Field, Query, Sort, Term
from atlas_desktop.store.changed import Changed
from atlas_desktop.tasks import Tasks
from tests.app.desk import Desk, desk, pull, some_calls


@dataclass
class Sidebar:
    desk: Desk
    counts: FacetCounts
    heard: list[Facets]

    async def of(self, field: Field) -> dict[str, int]:
        await self.counts.through()
        return {value.term.value: value.count for value in self.counts.value.of(field)}


@pytest.fixture
async def sidebar(tmp_path: Path) -> AsyncIterator[Sidebar]:
    async with desk(tmp_path / "atlas.db", 30) as it:
        bugs: list[BaseException] = []
        tasks = Tasks(lambda _name, error: bugs.append(error))
        counts = FacetCounts(it.store, it.browser, tasks)
        heard: list[Facets] = []
        counts.changed.connect(heard.append)
        it.review.changed.connect(counts.store_changed)
        yield Sidebar(it, counts, heard)
        await tasks.close()
        assert bugs == []


async def test_nothing_is_counted_while_nobody_looks(sidebar: Sidebar) -> None:
    await sidebar.desk.open(parse_query("rating:none"))
    await sidebar.counts.through()
    assert sidebar.heard == []
    sidebar.counts.show(True)
    assert await sidebar.of("rating") == {"none": 30}


async def test_counts_follow_the_filter_and_what_is_decided(sidebar: Sidebar) -> None:
    sidebar.counts.show(True)
    await sidebar.counts.through()
    await sidebar.desk.rate("up")
    assert await sidebar.of("rating") == {"none": 29, "thumbs_up": 1}
    await sidebar.desk.open(Query([Term("rating", "thumbs_up")]))
    assert await sidebar.of("rating") == {"none": 29, "thumbs_up": 1}, "its own term is left out"
    assert sum((await sidebar.of("model")).values()) == 1
    assert sidebar.counts.value.total == 1


async def test_calls_that_come_are_counted_and_another_order_is_not(sidebar: Sidebar) -> None:
    sidebar.counts.show(True)
    await sidebar.counts.through()
    number = len(sidebar.heard)
    await sidebar.desk.open(Query(sort=Sort("size")))
    await sidebar.counts.through()
    assert len(sidebar.heard) == number
    sidebar.counts.store_changed(await pull(sidebar.desk.store, some_calls(4, first=31)))
    assert sum((await sidebar.of("rating")).values()) == 34


async def test_words_for_completion_are_read_when_wanted_and_again_after_calls_came(sidebar: Sidebar) -> None:
    counts = sidebar.counts
    counts.want_vocabulary()
    await counts.through()
    assert counts.vocabulary.total == 30
    counts.want_vocabulary()
    assert not await counts.through(), "known already"
    await pull(sidebar.desk.store, some_calls(2, first=31, customer="brand new"))
    counts.store_changed(Changed(added=2))
    counts.want_vocabulary()
    await counts.through()
    assert Term("customer", "brand new") in [value.term for value in counts.vocabulary.of("customer")]


async def test_a_store_that_cannot_be_read_is_said_and_tried_again(
    sidebar: Sidebar, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(sidebar.desk.store.calls, "facets", _fails)
        sidebar.counts.show(True)
        await sidebar.counts.through()
        assert _problem_at(sidebar.counts) == "list"
    await sidebar.desk.open(parse_query("rating:none"))
    await sidebar.counts.through()
    assert _problem_at(sidebar.counts) is None
    assert sidebar.counts.value.total == 30


def _problem_at(counts: FacetCounts) -> str | None:
    return counts.problem.at if counts.problem is not None else None


async def _fails(_query: Query) -> Facets:
    raise OSError("the disk is gone")
