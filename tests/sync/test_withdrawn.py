"""The server that was proved is gone: whatever answers at its address now is a stranger."""

import asyncio
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from tests.faults.templates import Templates
from tests.sync.bench import Bench, play


@pytest.fixture(scope="module")
def templates() -> Iterator[Templates]:
    with closing(Templates()) as made:
        yield made


def test_nothing_goes_out_until_there_is_a_proved_server_again(tmp_path: Path, templates: Templates) -> None:
    async def story(bench: Bench) -> None:
        await bench.ready()
        engine = bench.device.engine
        engine.withdraw()
        sent = len(bench.network.log)
        await bench.decide(3)
        engine.try_again()
        engine.set_offline(True)
        engine.set_offline(False)
        await asyncio.sleep(600)
        assert len(bench.network.log) == sent
        status = engine.status
        assert (status.link, status.pending) == ("offline", 3)
        assert "3 ratings are safe on this computer" in (status.problem or "")
        engine.key_changed()
        await bench.until(lambda: bench.applied == 3)
        await bench.until_link("online")

    play(story, tmp_path / "bench", templates)


def test_what_answers_after_it_was_gone_is_not_believed(tmp_path: Path, templates: Templates) -> None:
    """A request that was on its way when the server ended may have reached whoever took its port."""

    async def story(bench: Bench) -> None:
        await bench.ready()
        engine, serve, asked = bench.device.engine, bench.network.serve, asyncio.Event()
        let_go = asyncio.Event()

        async def late(request: httpx.Request) -> httpx.Response:
            answer = await serve(request)
            if request.method == "POST" and not asked.is_set():
                asked.set()
                await let_go.wait()
            return answer

        bench.network.serve = late
        await bench.decide(3)
        await asked.wait()
        engine.withdraw()
        let_go.set()
        await asyncio.sleep(1)
        assert (await bench.device.store.outbox.counts()).pending == 3
        posts = len(bench.posts)
        engine.key_changed()
        await bench.until(lambda: engine.status.pending == 0 and len(bench.posts) > posts)
        assert bench.applied == 3

    play(story, tmp_path / "bench", templates)
