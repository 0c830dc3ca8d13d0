"""Trends over a store with so many calls a day."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from atlas_desktop.app.sync_thread import NotOnline
from atlas_desktop.app.trends import Trends
from atlas_desktop.contract.base import format_time
from atlas_desktop.store.store import Store
from atlas_desktop.tasks import Tasks
from tests.app.desk import pull, some_calls

BERLIN = ZoneInfo("Europe/Berlin")


async def nobody(make: Any) -> Any:
    raise NotOnline


@asynccontextmanager
async def trends(path: Path, days: dict[int, tuple[int, int]], **more: Any) -> AsyncIterator[Trends]:
    """``days``: how many calls of a day ago passed and failed."""
    store = Store.open(path)
    bugs: list[BaseException] = []
    tasks = Tasks(lambda _name, error: bugs.append(error))
    noon = datetime.now(BERLIN).replace(hour=0, minute=0, second=1)
    revision = 0
    calls: list[dict[str, Any]] = []
    for ago, (passed, failed) in days.items():
        at = format_time((noon - timedelta(days=ago)).astimezone(UTC))
        for verdict in [True] * passed + [False] * failed:
            revision += 1
            (call,) = some_calls(
                1, first=revision, created_at=at, customer="acme", operation_id="op", passed=verdict
            )
            calls.append(call)
    if calls:
        await pull(store, calls)
    made = Trends(store, nobody, tasks, more.get("online", lambda: False), zone=lambda: BERLIN)
    try:
        yield made
    finally:
        await made.through()
        await tasks.close()
        await store.close()
        assert bugs == []
