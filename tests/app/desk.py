"""A real store on a real file with real calls in it, and the list and review over it."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import orjson
import pytest

from atlas_desktop.app.call_browser import CallBrowser
from atlas_desktop.app.review import Review
from atlas_desktop.contract.base import format_time
from atlas_desktop.domain.query import Query
from atlas_desktop.resources import resource_path
from atlas_desktop.store.calls import Calls
from atlas_desktop.store.changed import Changed
from atlas_desktop.store.store import Hooks, Store
from atlas_desktop.tasks import Tasks

START = datetime(2026, 11, 1, tzinfo=UTC)
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


@cache
def sample() -> tuple[dict[str, Any], ...]:
    lines = resource_path("samples", "calls.jsonl").read_bytes().splitlines()
    return tuple(orjson.loads(line) for line in lines)


def some_calls(number: int, *, first: int = 1, **fixed: Any) -> list[dict[str, Any]]:
    """Wire calls, each a minute newer than the one before; ``first`` is the revision of the first."""
    return [_call(first + index, line, fixed) for index, line in zip(range(number), _endless(), strict=False)]


def _endless() -> Iterator[dict[str, Any]]:
    while True:
        yield from sample()


def _call(revision: int, line: dict[str, Any], fixed: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": f"chatcmpl-{revision:06d}",
        "object": "call",
        "revision": revision,
        "created_at": format_time(START + timedelta(minutes=revision)),
        "customer": line.get("customer", "default"),
        "operation_id": line.get("operation"),
        "model": line["model"],
        "request": {"messages": line["messages"]},
        "response": {"message": {"role": "assistant", "content": line["output"]}, "finish_reason": "stop"},
        **fixed,
    }


async def pull(store: Store, calls: Sequence[dict[str, Any]], *, deleted: Sequence[str] = ()) -> Changed:
    """What a page of the changes feed with these calls does to the store."""
    after = await store.pull.cursor()
    data: list[dict[str, Any]] = [{"type": "call", "call": call} for call in calls]
    data += [{"type": "call.deleted", "id": each, "revision": after + 1} for each in deleted]
    last = max([after + 1, *(call["revision"] for call in calls)])
    page = {"object": "list", "data": data, "next_after": last, "has_more": False}
    return (await store.pull.apply(orjson.dumps(page), after)).changed


@dataclass
class Slow:
    has_read: asyncio.Event = field(default_factory=asyncio.Event)
    go_on: asyncio.Event = field(default_factory=asyncio.Event)


@contextmanager
def slow_reads(store: Store) -> Iterator[Slow]:
    """Real readings whose answers arrive late: what was read first is given only after ``go_on``."""
    slow, calls = Slow(), store.calls
    waiting: set[str] = set()

    async def late(name: str, answer: Any) -> Any:
        if not slow.go_on.is_set():
            waiting.add(name)
            if waiting == {"rows", "call"}:
                slow.has_read.set()
            await slow.go_on.wait()
        return answer

    async def rows(seqs: Sequence[int]) -> Any:
        return await late("rows", await Calls.rows(calls, seqs))

    async def open_call(seq: int) -> Any:
        return await late("call", await Calls.open_call(calls, seq))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(calls, "rows", rows)
        patch.setattr(calls, "open_call", open_call)
        yield slow


@dataclass
class Desk:
    path: Path
    store: Store
    browser: CallBrowser
    review: Review
    said: list[str] = field(default_factory=list)
    wrote: list[Changed] = field(default_factory=list)

    async def sync(self, calls: Sequence[dict[str, Any]], *, deleted: Sequence[str] = ()) -> None:
        """A page came from the server."""
        self.review.store_changed(await pull(self.store, calls, deleted=deleted))
        await self.review.settled()

    async def open(self, line: Query | None = None) -> None:
        await self.browser.apply(line or Query())
        await self.review.settled()

    async def rate(self, verdict: Any, **how: Any) -> Any:
        """Press the key for what is on the screen."""
        return await self.review.decide(verdict, seq=self.review.current.seq, **how)

    def shown(self) -> list[str]:
        """The rating each row of the list shows."""
        rows = [self.browser.row(place) for place in range(len(self.browser))]
        return ["?" if row is None else row.rating or ("unsure" if row.unsure else "-") for row in rows]


@asynccontextmanager
async def desk(
    path: Path, number: int = 0, *, hooks: Hooks | None = None, auto_advance: bool = True
) -> AsyncIterator[Desk]:
    """``number`` calls, listed newest first; call ids count up with time."""
    store = Store.open(path, hooks=hooks) if hooks else Store.open(path)
    bugs: list[BaseException] = []
    tasks = Tasks(lambda _name, error: bugs.append(error))
    browser = CallBrowser(store, tasks)
    review = Review(store, browser, tasks, auto_advance=auto_advance, now=lambda: NOW)
    made = Desk(path, store, browser, review)
    review.announce.connect(made.said.append)
    review.changed.connect(made.wrote.append)
    try:
        if number and await store.calls.total() == 0:
            await pull(store, list(islice(some_calls(number), number)))
        await made.open()
        yield made
        await review.settled()
    finally:
        await tasks.close()
        await store.close()
    assert bugs == []
