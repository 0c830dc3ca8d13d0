"""The reliability loop without a screen: a real store, a real server in this loop, and what stands between them."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import httpx
import orjson

from atlas_desktop.api.client import AsyncAtlas
from atlas_desktop.app.dataset_builder import DatasetBuilder
from atlas_desktop.app.datasets import Datasets
from atlas_desktop.app.sync_thread import NotOnline
from atlas_desktop.contract.feedback import FeedbackCreate
from atlas_desktop.contract.operations import OperationCreate
from atlas_desktop.contract.secret import Secret
from atlas_desktop.server.app import close_app, create_app
from atlas_desktop.store.store import Store
from atlas_desktop.tasks import Tasks
from tests.server.talk import ALICE, call_line, config_for

T = TypeVar("T")
SCHEMA = {
    "type": "object",
    "properties": {"total": {"type": "number"}},
    "required": ["total"],
    "additionalProperties": False,
}
KEY = "extract"


@dataclass
class LoopBench:
    """``online`` False: nothing is asked. ``before`` is called before every request goes out."""

    path: Path
    store: Store
    client: AsyncAtlas
    transport: httpx.AsyncBaseTransport
    tasks: Tasks
    bugs: list[BaseException]
    online: bool = True
    asked: int = 0
    before: Callable[[], None] = lambda: None
    answers: AsyncAtlas | None = None
    """Who is asked in the place of ``client``."""
    datasets: Datasets = field(init=False)
    builder: DatasetBuilder = field(init=False)

    def __post_init__(self) -> None:
        self.datasets = Datasets(self.store, self.ask, self.tasks, lambda: self.online)
        self.builder = DatasetBuilder(self.store, self.ask, self.tasks, self.datasets.schemas)
        self.builder.drafts_changed.connect(lambda _: self.datasets.drafts_changed())
        self.builder.made.connect(self.datasets.took)

    async def ask(self, make: Callable[[AsyncAtlas], Coroutine[Any, Any, T]]) -> T:
        if not self.online:
            raise NotOnline
        self.before()
        self.asked += 1
        return await make(self.answers or self.client)

    async def record(self, count: int, *, first: int = 0, **more: Any) -> None:
        """So many calls at the server, each asking another thing and answering ``{"total": number}``."""
        lines = [
            call_line(number, **{"output": f'{{"total": {number}}}', "operation": KEY, **more})
            for number in range(first, first + count)
        ]
        await self.client.calls.import_lines(b"".join(orjson.dumps(line) + b"\n" for line in lines))

    async def define(self, **more: Any) -> None:
        """The operation with its schema, here and there."""
        made = await self.client.operations.create(
            OperationCreate(key=KEY, name="Extract", output_schema=SCHEMA, **more)
        )
        await self.store.operations.replace([made])

    async def pull(self) -> None:
        """What is new at the server."""
        while True:
            after = await self.store.pull.cursor()
            raw = await self.client.calls.changes_raw(after)
            applied = await self.store.pull.apply(raw, after)
            if not applied.has_more:
                return

    async def say(self, number: int, *, rating: Any = None, correction: str | None = None) -> None:
        """Feedback of somebody about a call."""
        call = await self.call(number)
        parts = {"rating": rating, "correction": correction}
        given = {name: value for name, value in parts.items() if value is not None}
        await self.client.feedback.create(FeedbackCreate.model_validate({"call_id": call, **given}))

    async def call(self, number: int) -> str:
        """The id of the nth call."""
        found = (await self.client.calls.list()).data
        wanted = f"question number {number}"
        return next(each.id for each in found if each.request.messages[-1].content == wanted)

    async def settled(self) -> None:
        """Wait until nothing runs."""
        while self.tasks.names:  # noqa: ASYNC110 - tasks that end may begin others
            await asyncio.sleep(0.005)


@asynccontextmanager
async def loop_bench(folder: Path) -> AsyncIterator[LoopBench]:
    """With everything connected as the workspace does."""
    app = create_app(config_for(folder / "server.db"))
    transport = httpx.ASGITransport(app=app)
    client = AsyncAtlas("http://127.0.0.1:8400/v1", Secret(ALICE.key), transport=transport)
    store = Store.open(folder / "atlas.db")
    bugs: list[BaseException] = []
    tasks = Tasks(lambda _name, error: bugs.append(error))
    bench = LoopBench(folder, store, client, transport, tasks, bugs)
    try:
        yield bench
        await bench.settled()
    finally:
        await bench.datasets.close()
        await tasks.close()
        await store.close()
        await client.close()
        close_app(app)
    assert bugs == []
