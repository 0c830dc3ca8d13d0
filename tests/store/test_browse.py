"""What a name in a filter means while it is being typed, and how far a count goes."""

from pathlib import Path

import pytest

from atlas_desktop.domain.query import Query
from atlas_desktop.store.store import Store
from tests.store.making import a_call, a_page, open_store

NAMES = ("classify", "classify_intent", "classify_topic", "sum_%", "Classify")


async def _named(path: Path) -> Store:
    store = open_store(path)
    calls = [a_call(n, n, operation_id=name, customer=name) for n, name in enumerate(NAMES, 1)]
    await store.pull.apply(a_page(*calls, after=len(NAMES)), 0)
    return store


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("classify", {1}),
        ("class", {1, 2, 3, 5}),
        ("classify_", {2, 3}),
        ("classify_intent", {2}),
        ("classify_intents", set()),
        ("c", {1, 2, 3, 5}),
        ("sum_", {4}),
        ("%", set()),
        ("CLASS", {1, 2, 3, 5}),
        ("Classify", {5}),
    ],
)
async def test_a_name_is_itself_or_else_the_beginning_of_names(
    tmp_path: Path, name: str, found: set[int]
) -> None:
    store = await _named(tmp_path / "atlas.db")
    for each in (
        Query(operation=name),
        Query(customer=name),
        Query(operation=name, rating="none"),
        Query(customer=name, rating="none"),
        Query(operation=name, text="question"),
        Query(customer=name, text="question"),
    ):
        assert set(await store.calls.ids(each)) == found
    await store.close()


async def test_a_star_always_means_the_beginning_of_a_customer(tmp_path: Path) -> None:
    store = await _named(tmp_path / "atlas.db")
    assert set(await store.calls.ids(Query(customer="classify*"))) == {1, 2, 3, 5}
    await store.close()
