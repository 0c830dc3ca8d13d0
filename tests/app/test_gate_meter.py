"""The gate meter over a real store and a real server: what it shows, and how seldom it asks."""

from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

from atlas_desktop.api.client import AsyncAtlas
from atlas_desktop.app.gate_meter import GateMeter, Meter
from atlas_desktop.store.store import Store
from atlas_desktop.tasks import Tasks
from tests.app.loop_desk import LoopDesk, loop_desk

T = TypeVar("T")


class Bench:
    def __init__(self, desk: LoopDesk, store: Store, tasks: Tasks) -> None:
        self.desk, self.store = desk, store
        self.asked = 0
        self.now = 1000.0
        self.meter = GateMeter(store, self.ask, tasks, rest=0.0, clock=lambda: self.now)

    async def ask(self, make: Callable[[AsyncAtlas], Coroutine[Any, Any, T]]) -> T:
        self.asked += 1
        return await self.desk.ask(make)

    async def copy(self) -> None:
        """What a sync keeps of operations and evaluators."""
        await self.store.operations.replace([each async for each in self.desk.client.operations.iterate()])
        await self.store.evaluators.replace([each async for each in self.desk.client.evaluators.iterate()])

    async def at(self, operation: str | None) -> Meter:
        self.meter.follow(operation)
        await self.meter.settled()
        return self.meter.state


@asynccontextmanager
async def bench(path: Path, *gates: tuple[str, float]) -> AsyncIterator[Bench]:
    bugs: list[BaseException] = []
    async with loop_desk(path) as desk:
        await desk.define(*gates)
        store = Store.open(path / "store.db")
        tasks = Tasks(lambda _, error: bugs.append(error))
        made = Bench(desk, store, tasks)
        made.meter.failed.connect(bugs.append)
        try:
            await made.copy()
            yield made
        finally:
            made.meter.close()
            await tasks.close()
            await store.close()
    assert bugs == []


async def test_it_says_how_many_items_stand_between_the_draft_and_golden(tmp_path: Path) -> None:
    async with bench(tmp_path, ("ev_fence", 1.0), ("ev_euro", 0.75)) as made:
        meter = await made.at("price")
        assert (meter.phase, meter.dataset, len(meter.gates)) == ("ready", None, 2)
        dataset = await made.desk.draft("1 EUR", "```2 EUR```", "3 USD", "```4 USD```")
        await made.desk.follow(dataset)
        await made.desk.score()
        made.meter.refresh()
        await made.meter.settled()
        meter = made.meter.state
        assert meter.dataset is not None
        assert meter.dataset.id == dataset.id
        assert [gate.standing.score for gate in meter.gates] == [0.5, 0.5]
        # Two have a fence; of the two without euros one is enough, and the first of them is among those already.
        assert meter.to_fix in (2, 3)
        assert not meter.met


async def test_going_from_call_to_call_of_one_operation_asks_once(tmp_path: Path) -> None:
    async with bench(tmp_path, ("ev_fence", 1.0)) as made:
        await made.desk.draft("1")
        await made.at("price")
        asked = made.asked
        for _ in range(100):
            await made.at("price")
        await made.at(None)
        await made.at("price")
        assert made.asked == asked
        await made.at("another")
        assert made.meter.state == Meter("another")
        assert made.asked == asked
        made.now += 31
        await made.at("price")
        assert made.asked > asked


async def test_away_it_shows_the_gates_it_has_a_copy_of(tmp_path: Path) -> None:
    async with bench(tmp_path, ("ev_fence", 1.0)) as made:
        made.desk.online = False
        meter = await made.at("price")
        assert meter.phase == "away"
        assert [(gate.standing.name, gate.standing.min_score) for gate in meter.gates] == [("Fence", 1.0)]
        made.desk.online = True
        made.meter.back_online()
        await made.meter.settled()
        assert made.meter.state.phase == "ready"


async def test_an_operation_without_gates_asks_nobody(tmp_path: Path) -> None:
    async with bench(tmp_path) as made:
        assert await made.at("price") == Meter("price")
        assert made.asked == 0
