"""Scoring in processes beside: deadlines, deaths, the embedding model, and judges over real sockets."""

import asyncio
import os
import threading
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from atlas_desktop.api.client import AsyncAtlas
from atlas_desktop.api.transport import in_process
from atlas_desktop.beside import Beside
from atlas_desktop.contract.evaluators import EvaluatorCreate, EvaluatorScoreCreate
from atlas_desktop.contract.secret import Secret
from atlas_desktop.deadline import Overdue, Worker
from atlas_desktop.server.app import close_app, create_app
from atlas_desktop.server.config import ServerConfig, StaticKey, sqlite_url
from atlas_desktop.server.scoring.material import Material
from atlas_desktop.server.scoring.scorer import Scorer


@pytest.fixture
async def scorer(tmp_path: Path) -> AsyncIterator[Scorer]:
    made = Scorer(ServerConfig(sqlite_url(tmp_path / "a.db")))
    yield made
    made.stop()


def doubling(levels: int) -> dict[str, Any]:
    twice = {f"d{n}": {"allOf": [{"$ref": f"#/$defs/d{n + 1}"}] * 2} for n in range(levels)}
    return {"items": {"$ref": "#/$defs/d0"}, "$defs": {**twice, f"d{levels}": {"type": "string"}}}


async def test_what_takes_too_long_is_ended_and_the_next_is_scored(scorer: Scorer) -> None:
    slow = Material("json_schema", {"schema": doubling(13)}, "[" + ",".join(['"s"'] * 200_000) + "]")
    quick = Material("regex", {"pattern": "a"}, "a")
    assert (await scorer.score(quick)).value == 1.0
    loop = asyncio.get_running_loop()
    started = loop.time()
    first, second = await asyncio.gather(scorer.score(slow), scorer.score(quick))
    assert (first.value, first.reason) == (None, "timeout")
    assert second.value == 1.0
    assert loop.time() - started < 10


async def test_a_process_that_dies_is_started_again() -> None:
    worker = Worker(Beside("atlas_desktop.contract.text"), 10.0)
    first = await worker.run(os.getpid)
    os.kill(first, 9)
    assert await worker.run(os.getpid) != first
    with pytest.raises(Exception, match=r"terminated abruptly|child process"):
        await worker.run(os._exit, 3)
    assert await worker.run(int, "7") == 7
    worker.stop()
    late = Worker(Beside(), 0.05)
    with pytest.raises(Overdue):
        await late.run(_wait, 60.0)
    late.stop()


async def test_who_asked_and_went_keeps_nobody_waiting() -> None:
    worker = Worker(Beside(), 30.0)
    await worker.run(os.getpid)
    gone = asyncio.ensure_future(worker.run(_wait, 60.0))
    await asyncio.wait([gone], timeout=0.2)
    gone.cancel()
    async with asyncio.timeout(10):
        assert await worker.run(int, "1") == 1
    worker.stop()


def _wait(seconds: float) -> bool:
    return threading.Event().wait(seconds)


async def test_the_model_that_comes_with_the_program(scorer: Scorer) -> None:
    async def likeness(output: str, expected: str) -> float:
        score = await scorer.score(Material("embedding_match", {"threshold": 0.9}, output, expected=expected))
        assert score.value is not None, score
        assert score.passed is (score.value >= 0.9)
        return score.value

    near = await likeness("How do I reset my password?", "I forgot my password, how can I change it?")
    far = await likeness("How do I reset my password?", "The weather in Lisbon is mild in winter.")
    assert 0.5 < far < near < 1.0
    assert await likeness("same words", "same words") == 1.0
    assert 0.0 <= await likeness("word " * 150_000, "another") <= 1.0
    nothing = await scorer.score(Material("embedding_match", {}, "", expected="x"))
    assert (nothing.value, nothing.reason) == (None, "no_model")
    unknown = await scorer.score(Material("embedding_match", {"model": "other"}, "a", expected="b"))
    assert (unknown.value, unknown.reason) == (None, "no_model")
    assert "other" in unknown.words


async def test_the_server_answers_others_while_it_scores(tmp_path: Path) -> None:
    """What holds a rule's process for its whole second holds nobody else."""
    key = StaticKey("nm_live_aaaaaa_" + "a" * 32)
    app = create_app(ServerConfig(sqlite_url(tmp_path / "a.db"), static_keys=(key,)))
    try:
        async with AsyncAtlas(
            "http://127.0.0.1:8400/v1", Secret(key.key), transport=in_process(app)
        ) as client:
            schema = {"schema": doubling(13)}
            await client.evaluators.create(EvaluatorCreate(id="ev_slow", kind="json_schema", config=schema))
            slow = EvaluatorScoreCreate(output="[" + ",".join(['"s"'] * 200_000) + "]")
            scoring = asyncio.ensure_future(client.evaluators.score("ev_slow", slow))
            waits = []
            while not scoring.done():
                started = time.perf_counter()
                await client.capabilities()
                waits.append(time.perf_counter() - started)
                await asyncio.wait([scoring], timeout=0.005)
            answer = await scoring
    finally:
        close_app(app)
    assert (answer.score, answer.reason) == (None, "timeout")
    assert len(waits) > 20
    assert sorted(waits)[len(waits) // 2] < 0.05
