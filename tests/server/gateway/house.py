"""A whole gateway over real sockets: our server, a provider, and a client, in one loop."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import orjson

from atlas_desktop.domain.sse import EventReader
from atlas_desktop.server.atlas import Atlas
from atlas_desktop.server.config import ServerConfig, StaticKey
from atlas_desktop.server.run import _Server
from tests.server.gateway.stub_provider import StubProvider
from tests.server.talk import ALICE

CANARY = "sk-canary-4f1d2c9b8a7e6055"
"""The key of the stub: it may be seen by nobody but the stub."""

SAY = [{"role": "user", "content": "hello there"}]


def provider(name: str, base_url: str, *models: str, **more: Any) -> dict[str, Any]:
    """A provider of the table with these models."""
    return {"name": name, "base_url": base_url, "models": models or ("stub-1",), **more}


def table_text(providers: Iterable[dict[str, Any]]) -> str:
    """The provider table as a file."""
    lines = []
    for each in providers:
        key = 'key = {env = "ATLAS_TEST_CANARY"}'
        lines += ["[[provider]]", f'name = "{each["name"]}"', f'base_url = "{each["base_url"]}"', key]
        lines += [f"{name} = {each[name]}" for name in ("connect_seconds", "silence_seconds") if name in each]
        for model in each["models"]:
            lines += ["[[provider.model]]", f'id = "{model}"', "prompt_usd = 1.0", "completion_usd = 2.0"]
    return "\n".join(lines) + "\n"


@dataclass
class House:
    """A running server with its provider."""

    port: int
    atlas: Atlas
    stub: StubProvider
    client: httpx.AsyncClient = field(repr=False)

    async def chat(self, **more: Any) -> httpx.Response:
        """A chat request; ``key`` and ``headers`` may be given."""
        return await self.post("/chat/completions", {"model": "stub-1", "messages": SAY} | more)

    async def post(self, path: str, body: Any, key: StaticKey = ALICE, **headers: str) -> httpx.Response:
        """POST as this key."""
        return await self.client.post(
            path, json=body, headers={"authorization": f"Bearer {key.key}", **headers}
        )

    async def get(self, path: str, key: StaticKey = ALICE) -> httpx.Response:
        """GET as this key."""
        return await self.client.get(path, headers={"authorization": f"Bearer {key.key}"})

    async def calls(self, key: StaticKey = ALICE) -> list[dict[str, Any]]:
        """Every recorded call, newest first."""
        found = (await self.get("/calls?limit=1000", key)).json()
        assert not found["has_more"]
        return list(found["data"])


def events_of(data: bytes) -> list[Any]:
    """The events of a stream, ``[DONE]`` as it is."""
    reader = EventReader()
    return [each if each == b"[DONE]" else orjson.loads(each) for each in reader.feed(data) + reader.end()]


def text_of(events: Sequence[Any]) -> str:
    """What the deltas add up to."""
    chunks = [event for event in events if isinstance(event, dict) and event.get("choices")]
    return "".join(chunk["choices"][0]["delta"].get("content") or "" for chunk in chunks)


@asynccontextmanager
async def serving(config: ServerConfig) -> AsyncIterator[tuple[int, Atlas]]:
    """Our server on a free port, in this loop."""
    ready = asyncio.get_running_loop().create_future()
    server = _Server(config, "127.0.0.1", 0, ready.set_result)
    task = asyncio.get_running_loop().create_task(server.serve(), name="server under test")
    try:
        done, _ = await asyncio.wait({ready, task}, return_when=asyncio.FIRST_COMPLETED)
        if task in done:
            await task
        yield ready.result(), server._app.state.atlas
    finally:
        server.should_exit = True
        with contextlib.suppress(asyncio.CancelledError):
            await task
