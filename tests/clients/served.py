"""A gateway that real clients meet: the real server process before a stub provider, as a team would run it."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.server.gateway.stub_provider import Plan, StubProvider
from tests.server.test_process import KEY, child

WEATHER = {
    "id": "call_1",
    "type": "function",
    "function": {"name": "weather", "arguments": '{"city": "Kyoto"}'},
}
PLANS = {
    "tools": Plan(tool_calls=(WEATHER,), finish_reason="tool_calls"),
    "city": Plan(words=('{"city": ', '"Kyoto", ', '"people": 1463723}')),
    "slow": Plan(words=("one ", "two ", "three "), pause=0.3),
    "broken": Plan(status=500),
    "leaky": Plan(words=("Your ssn is ", "123-45-6789")),
}
_PRICES = {"prompt_usd": 1.0, "completion_usd": 2.0}


@dataclass(frozen=True, slots=True)
class Served:
    """The gateway's base URL, a key to it, and the provider behind it."""

    url: str
    key: str
    stub: StubProvider

    def client(self) -> httpx.Client:
        """A plain client with the key."""
        return httpx.Client(base_url=self.url, headers={"authorization": f"Bearer {self.key}"}, timeout=20)

    def calls(self, **filters: str) -> list[dict[str, Any]]:
        """What is recorded, newest first."""
        with self.client() as client:
            found = client.get("/calls", params={"limit": "1000"} | filters).raise_for_status().json()
        return list(found["data"])


@contextmanager
def served(folder: Path) -> Iterator[Served]:
    """One server process and one provider, with models for every need of the clients."""
    folder.mkdir(mode=0o700, exist_ok=True)
    with _provider() as stub, child(folder / "atlas.db") as server:
        found = Served(server.url, KEY, stub)
        with found.client() as client:
            revision = client.get("/providers").raise_for_status().json()["revision"]
            table = {"revision": revision, "providers": _providers(stub.base_url)}
            answer = client.put("/providers", json=table)
            assert answer.status_code == 200, answer.text
        yield found


def _providers(base_url: str) -> list[dict[str, Any]]:
    plain = [
        {"id": name, "model": f"stub/{name}", "quantization": "full", **_PRICES} for name in ("plain", *PLANS)
    ]
    embed = {"id": "embed", "model": "stub/embed", "kind": "embedding", **_PRICES}
    frontier = {
        "id": "frontier",
        "model": "openai/frontier",
        "quantization": "full",
        "frontier": True,
        **_PRICES,
    }
    vetted = {
        "id": "llama",
        "model": "meta/llama-3.3-70b",
        "quantization": "q8",
        "open_weight": True,
        "vetted": True,
        "prompt_usd": 0.1,
        "completion_usd": 0.2,
    }
    return [
        {"name": "stub", "title": "Stub", "base_url": base_url, "models": [*plain, embed, frontier]},
        {"name": "hyperbolic", "title": "Hyperbolic", "base_url": base_url, "models": [vetted]},
    ]


@contextmanager
def _provider() -> Iterator[StubProvider]:
    """The stub on a loop of its own: the clients of these tests block."""
    stub = StubProvider(plans=dict(PLANS))
    ready, over = threading.Event(), asyncio.Event()
    loops: list[asyncio.AbstractEventLoop] = []

    async def serve() -> None:
        async with stub:
            loops.append(asyncio.get_running_loop())
            ready.set()
            await over.wait()

    thread = threading.Thread(target=lambda: asyncio.run(serve()), name="stub provider")
    thread.start()
    assert ready.wait(10)
    try:
        yield stub
    finally:
        loops[0].call_soon_threadsafe(over.set)
        thread.join(10)
