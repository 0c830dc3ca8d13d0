"""The other answers to one prompt: read while somebody looks, judged in one step."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from atlas_desktop.app.look_alikes import MOST, LookAlikes
from atlas_desktop.app.review import Decided, NeedsConfirm
from atlas_desktop.domain.query import Query
from atlas_desktop.tasks import Tasks
from tests.app.desk import Desk, desk, some_calls


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "atlas.db"


def _asked(question: str, *answers: str, first: int = 1) -> list[dict[str, Any]]:
    calls = some_calls(
        len(answers), first=first, request={"messages": [{"role": "user", "content": question}]}
    )
    for call, answer in zip(calls, answers, strict=True):
        call["response"] = {"message": {"role": "assistant", "content": answer}, "finish_reason": "stop"}
    return calls


@asynccontextmanager
async def looking(it: Desk) -> AsyncIterator[LookAlikes]:
    bugs: list[BaseException] = []
    tasks = Tasks(lambda _name, error: bugs.append(error))
    alike = LookAlikes(it.store, it.review, tasks)
    yield alike
    await alike.through()
    await tasks.close()
    assert not bugs


def _texts(alike: LookAlikes) -> list[tuple[str, int, bool]]:
    return [
        (shown.answer.row.output_preview, len(shown.answer.seqs), shown.here) for shown in alike.value.answers
    ]


async def test_nothing_is_read_until_somebody_looks(path: Path) -> None:
    async with desk(path) as it, looking(it) as alike:
        await it.sync(_asked("why", "a", "b", "a"))
        await it.open()
        it.review.go(0)
        await alike.through()
        assert alike.value.answers == ()
        alike.show(True)
        assert alike.value.loading
        await alike.through()
        assert _texts(alike) == [("a", 2, True), ("b", 1, False)]
        assert (alike.value.calls, alike.value.more) == (3, 0)


async def test_it_follows_the_call_at_hand(path: Path) -> None:
    async with desk(path) as it, looking(it) as alike:
        await it.sync([*_asked("why", "a", "b"), *_asked("who", "x", first=3)])
        await it.open()
        alike.show(True)
        it.review.go(0)
        await it.review.settled()
        await alike.through()
        assert _texts(alike) == [("x", 1, True)]
        it.review.go(1)
        await it.review.settled()
        await alike.through()
        assert _texts(alike) == [("b", 1, True), ("a", 1, False)]
        it.review.go(2)
        await it.review.settled()
        await alike.through()
        assert _texts(alike) == [("a", 1, True), ("b", 1, False)]


async def test_the_right_answer_is_rated_with_the_wrong_ones_in_one_step(path: Path) -> None:
    async with desk(path) as it, looking(it) as alike:
        await it.sync([*_asked("why", "a", "b", "a", "c"), *_asked("who", "x", first=5)])
        await it.open()
        alike.show(True)
        it.review.go(1)
        await it.review.settled()
        await alike.through()
        right = next(n for n, (text, _, _) in enumerate(_texts(alike)) if text == "a")
        outcome = await alike.is_right(right)
        assert isinstance(outcome, Decided)
        assert outcome.count == 4
        await it.review.settled()
        await alike.through()
        counts = {
            shown.answer.row.output_preview: (shown.answer.good, shown.answer.bad)
            for shown in alike.value.answers
        }
        assert counts == {"a": (2, 0), "b": (0, 1), "c": (0, 1)}
        assert await it.store.calls.count(Query(rating="none")) == 1
        assert await it.review.undo()
        assert await it.store.calls.count(Query(rating="none")) == 5


async def test_more_than_a_few_are_asked_for_first(path: Path) -> None:
    async with desk(path) as it, looking(it) as alike:
        await it.sync(_asked("why", *["a"] * 20, *["b"] * 10))
        await it.open()
        alike.show(True)
        it.review.go(0)
        await it.review.settled()
        await alike.through()
        outcome = await alike.is_right(0)
        assert isinstance(outcome, NeedsConfirm)
        assert outcome.count == 30
        assert await it.store.calls.count(Query(rating="none")) == 30
        confirmed = await alike.is_right(0, confirmed=30)
        assert isinstance(confirmed, Decided)
        assert await it.store.calls.count(Query(rating="none")) == 0


async def test_answers_that_are_not_shown_are_not_rated(path: Path) -> None:
    async with desk(path) as it, looking(it) as alike:
        await it.sync(_asked("why", *[f"answer {number}" for number in range(MOST + 5)]))
        await it.open()
        alike.show(True)
        it.review.go(0)
        await it.review.settled()
        await alike.through()
        assert (len(alike.value.answers), alike.value.more) == (MOST, 5)
        await alike.is_right(0)
        assert await it.store.calls.count(Query(rating="none")) == 5
