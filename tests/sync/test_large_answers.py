"""Calls so large that a page of them is more than is accepted: the pages become smaller, nothing stands still."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path

import httpx
import orjson
import pytest

from atlas_desktop.api import body, transport
from atlas_desktop.domain.query import Query
from tests.faults.server_box import HOST
from tests.faults.templates import Templates, call_line
from tests.sync.bench import Bench, play

LIMIT = 30_000
"""What this test lets an answer hold, in place of 64 MiB."""


@pytest.fixture(scope="module")
def templates() -> Iterator[Templates]:
    with closing(Templates()) as made:
        yield made


@pytest.fixture(autouse=True)
def _small_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    async def read_all(chunks: AsyncIterator[bytes], encoding: str, limit: int) -> bytes:
        return await body.read_all(chunks, encoding, min(limit, LIMIT))

    monkeypatch.setattr(transport, "read_all", read_all)


async def put(bench: Bench, sizes: list[int]) -> None:
    lines = [{**call_line(100 + n), "output": "x" * size} for n, size in enumerate(sizes)]
    request = httpx.Request(
        "POST",
        f"{HOST}/v1/calls/import",
        headers={"authorization": bench.device.authorization, "content-type": "application/x-ndjson"},
        content=b"\n".join(orjson.dumps(line) for line in lines),
    )
    answer = orjson.loads((await bench.server.serve(request)).content)
    assert answer["imported"] == len(sizes)


@pytest.mark.parametrize("without", [(), ("calls.changes",)])
def test_large_calls_come_and_decisions_go(
    tmp_path: Path, templates: Templates, without: tuple[str, ...]
) -> None:
    async def story(bench: Bench) -> None:
        await put(bench, [9_000] * 20 + [100] * 100 + [25_000] * 3)
        bench.device.engine.wake()
        await bench.ready()
        assert len(await bench.device.store.calls.ids(Query())) == 8 + 123
        await bench.decide(3)
        await bench.until(lambda: bench.applied == 3)
        assert bench.device.engine.status.link == "online"

    play(story, tmp_path / "bench", templates, without=without)


@pytest.mark.parametrize("without", [(), ("calls.changes",)])
def test_a_call_that_is_too_large_alone_holds_up_no_decision_and_is_said(
    tmp_path: Path, templates: Templates, monkeypatch: pytest.MonkeyPatch, without: tuple[str, ...]
) -> None:
    async def story(bench: Bench) -> None:
        await bench.ready()
        engine = bench.device.engine

        def problem() -> str:
            return engine.status.problem or ""

        assert not problem()
        await put(bench, [LIMIT])
        engine.wake()
        await asyncio.sleep(600)
        for words in ("larger than 64 MiB", "safe on this computer", "deleted on the server"):
            assert words in problem()
        assert engine.status.link == "online"
        await bench.decide(3)
        await bench.until(lambda: bench.applied == 3)
        assert "ratings are sent" in problem()
        limit[0] *= 10
        await bench.until(lambda: not problem())
        assert len(await bench.device.store.calls.ids(Query())) == 9

    limit = [LIMIT]
    monkeypatch.setattr(
        transport,
        "read_all",
        lambda chunks, encoding, most: body.read_all(chunks, encoding, min(most, limit[0])),
    )
    bench = play(story, tmp_path / "bench", templates, without=without)
    assert len(bench.network.log) < 200, "it is asked for again and again without a pause"


def test_a_list_of_operations_without_end_keeps_no_call_away(tmp_path: Path, templates: Templates) -> None:
    async def story(bench: Bench) -> None:
        serve, pages = bench.network.serve, itertools.count()

        async def endless(request: httpx.Request) -> httpx.Response:
            if not request.url.path.endswith("/operations"):
                return await serve(request)
            page = {"object": "list", "data": [], "has_more": True, "next_cursor": f"c{next(pages)}"}
            return httpx.Response(200, json=page)

        bench.network.serve = endless
        await bench.ready()
        assert len(await bench.device.store.calls.ids(Query())) == 8

    play(story, tmp_path / "bench", templates)
