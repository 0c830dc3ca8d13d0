"""Ten thousand calls come in small steps: the engine's own loop is never held up for long."""

import asyncio
import contextlib
import random
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import orjson
import pytest

from atlas_desktop.api.client import AsyncAtlas
from atlas_desktop.contract.secret import Secret
from atlas_desktop.store.store import Store
from atlas_desktop.sync.clock import SystemClock
from atlas_desktop.sync.engine import Engine
from atlas_desktop.sync.status import SyncEvent
from tests.faults.templates import call_line
from tests.faults.test_kill import KEY, Serving

CALLS = 10_000
# Seconds; 0.02 at most when the machine does nothing else. One step may meet a pause of a loaded machine.
LONGEST_STEP = 1.0
NEARLY_ALL = 0.05
LONGEST_PULL = 90.0


def _lines() -> bytes:
    text = "An answer of some length, as they are in production. " * 20
    return b"\n".join(
        orjson.dumps({**call_line(number), "output": f"{number} {text}"}) for number in range(CALLS)
    )


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Serving]:
    with closing(Serving(tmp_path)) as server:
        yield server


@pytest.mark.timeout(240)
async def test_ten_thousand_calls_come_in_small_steps(serving: Serving, tmp_path: Path) -> None:
    store = Store.open(tmp_path / "device.db")
    client = AsyncAtlas(serving.url, Secret(KEY))
    heard: list[SyncEvent] = []
    engine = Engine(
        store=store, client=client, clock=SystemClock(), rng=random.Random(1), listen=heard.append
    )
    try:
        assert (await client.calls.import_lines(_lines())).imported == CALLS
        began = time.perf_counter()
        running = asyncio.get_running_loop().create_task(engine.run())
        steps: list[float] = []
        while engine.status.synced_at_ms is None:
            before = time.perf_counter()
            await asyncio.sleep(0.001)
            steps.append(time.perf_counter() - before - 0.001)
            assert not running.done()
            assert time.perf_counter() - began < LONGEST_PULL
        took = time.perf_counter() - began
        assert await store.calls.total() == CALLS == engine.status.pulled
        steps.sort()
        nearly_all, longest = steps[len(steps) * 99 // 100], steps[-1]
        print(
            f"{CALLS} calls in {took:.1f} s, steps: 99 % {nearly_all * 1000:.0f} ms, longest {longest * 1000:.0f} ms, {len(heard)} events"
        )
        assert longest < LONGEST_STEP
        assert nearly_all < NEARLY_ALL
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running
    finally:
        await client.close()
        await store.close()
