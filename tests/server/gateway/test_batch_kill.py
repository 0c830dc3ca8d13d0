"""The process is killed (-9) with batches at its provider: the next one answers them, each once."""

import asyncio
import os
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.server.gateway.estate import OLD, table
from tests.server.gateway.stub_provider import Plan, StubProvider
from tests.server.test_process import KEY, Child, child

MANY = 20


async def asking(server: Child) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        base_url=server.url, headers={"authorization": f"Bearer {KEY}"}, timeout=20, trust_env=False
    )


@pytest.mark.skipif(os.name != "posix", reason="kill -9 is POSIX")
async def test_batches_survive_kill_9(tmp_path: Path) -> None:
    async with StubProvider() as stub:
        (tmp_path / "providers.toml").write_text(table(stub))
        hold = asyncio.Event()
        # The first half of them is answered before the end, the other never by this process.
        stub.plans["old"] = Plan(words=("good",), delay=0.05)
        with child(tmp_path / "atlas.db") as server:
            async with await asking(server) as client:
                ids = [await take(client, number) for number in range(MANY // 2)]
                await until_answered(client, ids[:3])
                stub.plans["old"] = Plan(words=("good",), hold=hold)
                ids += [await take(client, number) for number in range(MANY // 2, MANY)]
            server.process.kill()
            server.process.wait(20)
        stub.plans["old"] = Plan(words=("good",))
        with child(tmp_path / "atlas.db") as server:
            async with await asking(server) as client:
                answers = await until_answered(client, ids)
                calls = (await client.get("/calls", params={"limit": "100"})).json()["data"]
                usage = (await client.get("/usage", params={"group_by": "tier"})).json()["data"]
        hold.set()
    assert [answer["id"] for answer in answers] == ids
    assert all(answer["model"] == OLD for answer in answers)
    assert sorted(call["id"] for call in calls) == sorted(ids)
    assert [(row["group"], row["calls"]) for row in usage] == [("batch", MANY)]


async def take(client: httpx.AsyncClient, number: int) -> str:
    messages = [{"role": "user", "content": f"number {number}"}]
    body = {"model": "atlas-1", "tier": "batch", "messages": messages}
    response = await client.post("/chat/completions", json=body)
    assert response.status_code == 202, response.text
    return str(response.json()["id"])


async def until_answered(client: httpx.AsyncClient, ids: list[str]) -> list[Any]:
    answers = []
    async with asyncio.timeout(40):
        for call_id in ids:
            while (response := await client.get(f"/chat/completions/{call_id}")).status_code == 202:  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.05)
            assert response.status_code == 200, response.text
            answers.append(response.json())
    return answers
