"""A real server in the test's own loop, asked by the window in the place of the network."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest

from atlas_desktop.api.client import AsyncAtlas
from atlas_desktop.app.sync_thread import NotOnline, SyncThread
from atlas_desktop.contract.base import Json
from atlas_desktop.contract.datasets import Dataset, DatasetCreate
from atlas_desktop.contract.evaluators import EvaluatorCreate
from atlas_desktop.contract.operations import OperationCreate, ShipGate
from atlas_desktop.contract.secret import Secret
from atlas_desktop.server.app import close_app, create_app
from atlas_desktop.sync.status import SyncStatus
from tests.server.talk import ALICE, config_for
from tests.ui.conftest import Desk

T = TypeVar("T")

EURO: dict[str, Json] = {"pattern": "EUR"}
FENCE: dict[str, Json] = {"pattern": "```", "must_match": False}


class Served:
    """``online`` False: nobody answers."""

    def __init__(self, client: AsyncAtlas) -> None:
        self.client = client
        self.online = True

    async def define(self, **gates: float) -> None:
        """The operation ``price`` with evaluators ``fence`` and ``euro``; those that are named are its gates."""
        for name, config in (("fence", FENCE), ("euro", EURO)):
            asked = EvaluatorCreate(id=f"ev_{name}", name=name.capitalize(), kind="regex", config=config)
            await self.client.evaluators.create(asked)
        bound = [ShipGate(evaluator_id=f"ev_{name}", min_score=least) for name, least in gates.items()]
        await self.client.operations.create(OperationCreate(key="price", ship_gates=bound))

    async def draft(self, *expected: str, name: str = "Prices") -> Dataset:
        """A draft with an item for each expected output."""
        made = await self.client.datasets.create(DatasetCreate(operation_id="price", name=name))
        items: list[dict[str, Json]] = [
            {
                "input": {"messages": [{"role": "user", "content": f"question {at}"}]},
                "expected_output": text,
                "predicted": f"answer {at}",
            }
            for at, text in enumerate(expected)
        ]
        await self.client.datasets.items.add(made.id, items)
        return await self.client.datasets.get(made.id)


@contextmanager
def serving(loop: asyncio.AbstractEventLoop, folder: Path) -> Iterator[Served]:
    """The window asks it as long as this lasts."""
    app = create_app(config_for(folder / "server.db"))
    transport = httpx.ASGITransport(app)
    served = Served(AsyncAtlas("http://127.0.0.1:8400/v1", Secret(ALICE.key), transport=transport))

    async def ask(_: SyncThread, make: Callable[[AsyncAtlas], Coroutine[Any, Any, T]]) -> T:
        if not served.online:
            raise NotOnline
        return await make(served.client)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SyncThread, "ask", ask)
        try:
            yield served
        finally:
            loop.run_until_complete(served.client.close())
            close_app(app)


def connect(desk: Desk) -> None:
    """The window knows that its server is there."""
    workspace = desk.session.workspace
    assert workspace is not None
    status = SyncStatus(link="online")
    desk.run(_show(workspace.sync, status))
    desk.rest()


async def _show(sync: SyncThread, status: SyncStatus) -> None:
    sync.show(status)
