"""The real process, killed (-9) under load: every call that a provider was asked for is recorded and metered once."""

import asyncio
import os
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import apsw
import httpx
import orjson
import pytest

from atlas_desktop.domain.sse import EventReader
from tests.server.gateway.house import provider
from tests.server.gateway.recording import PII
from tests.server.gateway.stub_provider import Plan, StubProvider
from tests.server.test_process import KEY, child

_ROUNDS: Final = 30 if os.environ.get("ATLAS_LONG") else 2
_AT_ONCE: Final = 10
_BAD: Final = "lab/bad"


@dataclass
class Seen:
    """What clients were told: ids of whole answers and of streams that were cut."""

    whole: set[str] = field(default_factory=set)
    cut: set[str] = field(default_factory=set)


@pytest.mark.timeout(60 * _ROUNDS)
@pytest.mark.skipif(os.name != "posix", reason="kill -9 is POSIX")
async def test_every_call_survives_kill_9_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATLAS_TEST_KEY", "sk-canary")
    rng = random.Random(9)
    seen = Seen()
    async with StubProvider() as stub:
        (tmp_path / "providers.toml").write_text(provider("stub", stub.base_url, "good", "bad"))
        stub.plans["good"] = Plan(words=("all ", "is ", "well"), pause=0.002)
        stub.plans["bad"] = Plan(words=("your ", "ssn ", "is"), pause=0.002)
        for round_number in range(_ROUNDS):
            with child(tmp_path / "atlas.db") as server:
                async with asking(server.url) as client:
                    if round_number == 0:
                        await define(client)
                    before = len(seen.whole)
                    enough = before + rng.randrange(5, 60)
                    workers = [
                        asyncio.ensure_future(work(client, seen, random.Random(rng.random())))
                        for _ in range(_AT_ONCE)
                    ]
                    async with asyncio.timeout(60):
                        while len(seen.whole) < enough:  # noqa: ASYNC110 - until clients were told so much
                            await asyncio.sleep(0.001)
                    server.process.kill()
                    await asyncio.gather(*workers)
        asked = sum(each.path.endswith("/chat/completions") for each in stub.requests)
    with child(tmp_path / "atlas.db") as server:
        async with asking(server.url) as client:
            calls = await judged(client)
    check(tmp_path / "atlas.db", calls, seen)
    assert asked <= len(calls) <= asked + _AT_ONCE * _ROUNDS
    assert len(seen.whole) >= 5 * _ROUNDS
    assert seen.cut or _ROUNDS < 10


def asking(url: str) -> httpx.AsyncClient:
    headers = {"authorization": f"Bearer {KEY}"}
    return httpx.AsyncClient(base_url=url, headers=headers, timeout=20, trust_env=False)


async def define(client: httpx.AsyncClient) -> None:
    rule = {"id": "ev_pii", "kind": "regex", "config": PII}
    operation = {"key": "extract", "ship_gates": [{"evaluator_id": "ev_pii", "min_score": 1.0}]}
    for path, body in (("/evaluators", rule), ("/operations", operation)):
        answer = await client.post(path, json=body)
        assert answer.status_code == 200, answer.text


async def work(client: httpx.AsyncClient, seen: Seen, rng: random.Random) -> None:
    """Ask until nobody answers."""
    while True:
        body: dict[str, Any] = {
            "model": rng.choice(("lab/good", _BAD)),
            "messages": [{"role": "user", "content": f"question {rng.random()}"}],
            "metadata": {"operation_id": "extract"},
        }
        try:
            await (streamed if rng.random() < 0.5 else plain)(client, seen, body)
        except httpx.TransportError:
            return


async def plain(client: httpx.AsyncClient, seen: Seen, body: dict[str, Any]) -> None:
    answer = await client.post("/chat/completions", json=body)
    assert answer.status_code == 200, answer.text
    seen.whole.add(answer.json()["id"])


async def streamed(client: httpx.AsyncClient, seen: Seen, body: dict[str, Any]) -> None:
    reader, name = EventReader(), ""
    async with client.stream("POST", "/chat/completions", json=body | {"stream": True}) as answer:
        assert answer.status_code == 200
        async for data in answer.aiter_raw():
            for event in reader.feed(data):
                if event == b"[DONE]":
                    seen.cut.discard(name)
                    seen.whole.add(name)
                elif not name:
                    name = orjson.loads(event)["id"]
                    seen.cut.add(name)


async def judged(client: httpx.AsyncClient) -> dict[str, Any]:
    """All calls, once those that end as they should have their scores."""
    async with asyncio.timeout(60):
        while True:
            calls = [call async for call in listed(client)]
            if all(call["scores"] for call in calls if call["response"]["finish_reason"] == "stop"):
                return {call["id"]: call for call in calls}
            await asyncio.sleep(0.05)


async def listed(client: httpx.AsyncClient) -> AsyncIterator[dict[str, Any]]:
    cursor: str | None = ""
    while cursor is not None:
        place = {"cursor": cursor} if cursor else {}
        page = (await client.get("/calls", params={"limit": "1000"} | place)).json()
        for call in page["data"]:
            yield call
        cursor = page["next_cursor"]


def check(database: Path, calls: dict[str, Any], seen: Seen) -> None:
    for name in seen.whole:
        assert calls[name]["response"]["finish_reason"] == "stop"
    for name in seen.cut:
        assert calls[name]["response"]["finish_reason"] in ("stop", "interrupted")
    with closing(apsw.Connection(str(database))) as connection:
        kinds = Counter(connection.execute("SELECT call_id, kind FROM usage_event"))
        assert list(connection.execute("SELECT * FROM live_job")) == []
    assert set(kinds.values()) == {1}
    low = {
        name
        for name, call in calls.items()
        if call["model"] == _BAD and call["response"]["finish_reason"] == "stop"
    }
    assert {name for name, kind in kinds if kind == "call"} == set(calls)
    assert {name for name, kind in kinds if kind == "refund"} == low
    assert {name for name, call in calls.items() if not call["metered"]} == low
