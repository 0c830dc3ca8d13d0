"""The gates and runs of a dataset over a real server in the test's own loop."""

from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import httpx

from atlas_desktop.api.client import AsyncAtlas
from atlas_desktop.app.evaluations import Runs
from atlas_desktop.app.gate_state import GateState
from atlas_desktop.app.promotion import Promotion
from atlas_desktop.app.sync_thread import NotOnline
from atlas_desktop.contract.base import Json
from atlas_desktop.contract.datasets import Dataset, DatasetCreate, DatasetItem, DatasetItemUpdate
from atlas_desktop.contract.evaluators import EvaluatorCreate
from atlas_desktop.contract.operations import OperationCreate, OperationUpdate, ShipGate
from atlas_desktop.contract.secret import Secret
from atlas_desktop.server.app import close_app, create_app
from atlas_desktop.tasks import Tasks
from tests.server.talk import ALICE, config_for

T = TypeVar("T")

FENCE: dict[str, Json] = {"pattern": "```", "must_match": False}
EURO: dict[str, Json] = {"pattern": "EUR"}


@dataclass
class LoopDesk:
    client: AsyncAtlas
    runs: Runs
    promotion: Promotion
    seen: list[GateState]
    said: list[str]
    online: bool = True
    lacks: set[str] = field(default_factory=set)
    """Last parts of addresses that the server does not offer."""

    async def ask(self, make: Callable[[AsyncAtlas], Coroutine[Any, Any, T]]) -> T:
        if not self.online:
            raise NotOnline
        return await make(self.client)

    async def define(self, *gates: tuple[str, float]) -> None:
        """The operation ``price``, with these gates."""
        for name, config in (("ev_fence", FENCE), ("ev_euro", EURO)):
            asked = EvaluatorCreate(
                id=name, name=name.removeprefix("ev_").capitalize(), kind="regex", config=config
            )
            await self.client.evaluators.create(asked)
        bound = [ShipGate(evaluator_id=name, min_score=least) for name, least in gates]
        await self.client.operations.create(OperationCreate(key="price", ship_gates=bound))

    async def gates(self, *gates: tuple[str, float]) -> None:
        """Other gates from now on."""
        bound = [ShipGate(evaluator_id=name, min_score=least) for name, least in gates]
        await self.client.operations.update("price", OperationUpdate(ship_gates=bound, allow_loosening=True))

    async def draft(self, *expected: str, name: str = "Prices") -> Dataset:
        """A draft with an item for each expected output; ``predicted`` is what production said."""
        made = await self.client.datasets.create(DatasetCreate(operation_id="price", name=name))
        items: list[dict[str, Json]] = [
            {
                "input": {"messages": [{"role": "user", "content": f"question {at}"}]},
                "expected_output": text,
                "predicted": f"answer {at} USD",
            }
            for at, text in enumerate(expected)
        ]
        if items:
            await self.client.datasets.items.add(made.id, items)
        return await self.client.datasets.get(made.id)

    async def items(self, dataset: Dataset) -> list[DatasetItem]:
        return [item async for item in self.client.datasets.items.iterate(dataset.id)]

    async def fix(self, dataset: Dataset, item_id: str, text: str) -> Dataset:
        """What the item editor does."""
        await self.client.datasets.items.update(dataset.id, item_id, DatasetItemUpdate(expected_output=text))
        self.promotion.item_changed(item_id, text)
        return await self.client.datasets.get(dataset.id)

    async def follow(self, dataset: Dataset) -> GateState:
        self.promotion.follow(dataset)
        await self.promotion.settled()
        return self.promotion.state

    async def score(self) -> GateState:
        self.promotion.score()
        await self.promotion.settled()
        return self.promotion.state


@asynccontextmanager
async def loop_desk(path: Path, **more: Any) -> AsyncIterator[LoopDesk]:
    """A server with nothing in it, asked by the first key."""
    app = create_app(config_for(path / "atlas.db", **more))

    async def lacking(scope: Any, receive: Any, send: Any) -> None:
        if scope["path"].rsplit("/", 1)[-1] in desk.lacks:
            scope = {**scope, "path": "/v1/nowhere"}
        await app(scope, receive, send)

    bugs: list[BaseException] = []
    tasks = Tasks(lambda _, error: bugs.append(error))
    client = AsyncAtlas("http://127.0.0.1:8400/v1", Secret(ALICE.key), transport=httpx.ASGITransport(lacking))
    desk: LoopDesk

    async def ask(make: Callable[[AsyncAtlas], Coroutine[Any, Any, T]]) -> T:
        return await desk.ask(make)

    promotion = Promotion(ask, tasks, look_again=0.01)
    desk = LoopDesk(client, Runs(ask, tasks, look_again=0.01), promotion, [], [])
    promotion.changed.connect(desk.seen.append)
    promotion.announce.connect(desk.said.append)
    try:
        yield desk
    finally:
        await tasks.close()
        await client.close()
        close_app(app)
    assert bugs == []
