"""A whole gateway over real sockets: our server, a provider, and a client, in one loop."""

import asyncio
import contextlib
import shutil
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

from atlas_desktop.domain.sse import EventReader
from atlas_desktop.server.atlas import Atlas
from atlas_desktop.server.config import ServerConfig, StaticKey, sqlite_url
from atlas_desktop.server.run import _Server
from tests.server.gateway.stub_provider import StubProvider
from tests.server.talk import ALICE, KEYS

CANARY = "sk-canary-4f1d2c9b8a7e6055"
"""The key of the stub: it may be seen by nobody but the stub."""

OPERATOR = StaticKey("nm_live_eeeeee_" + "e" * 32, organization="north", name="olga", operator=True)

MODEL = "lab/stub-1"
"""What is asked for; the stub calls it ``stub-1``."""

SAY = [{"role": "user", "content": "hello there"}]


def provider(name: str, base_url: str, *models: str, **more: Any) -> str:
    """A provider of the table with these models; fields as TOML."""
    lines = [
        "[[provider]]",
        f'name = "{name}"',
        f'base_url = "{base_url}"',
        'key = { env = "ATLAS_TEST_KEY" }',
    ]
    lines += [f"{field} = {value}" for field, value in more.items()]
    for model in models or ("stub-1",):
        kind = "embedding" if "embed" in model else "chat"
        lines += [
            "[[provider.model]]",
            f'id = "{model}"',
            f'model = "lab/{model}"',
            f'kind = "{kind}"',
            'quantization = "full"',
        ]
        lines += ["prompt_usd = 1.0", "completion_usd = 2.0"]
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
        return await self.post("/chat/completions", {"model": MODEL, "messages": SAY} | more)

    async def post(self, path: str, body: Any, key: StaticKey = ALICE, **headers: str) -> httpx.Response:
        """POST as this key."""
        own = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.client.post(path, json=body, headers={"authorization": f"Bearer {key.key}", **own})

    async def get(self, path: str, key: StaticKey = ALICE) -> httpx.Response:
        """GET as this key."""
        return await self.client.get(path, headers={"authorization": f"Bearer {key.key}"})

    async def calls(self, key: StaticKey = ALICE) -> list[dict[str, Any]]:
        """Every recorded call, newest first."""
        found = (await self.get("/calls?limit=1000", key)).json()
        assert not found["has_more"]
        return list(found["data"])

    async def until_asked(self, number: int) -> None:
        """Until the provider was asked so often."""
        async with asyncio.timeout(10):
            while len(self.stub.requests) < number:  # noqa: ASYNC110 - another program asks
                await asyncio.sleep(0.01)

    async def the_call(self) -> dict[str, Any]:
        """The one recorded call, once it is: its client may have gone before."""
        async with asyncio.timeout(10):
            while not (found := await self.calls()):  # noqa: ASYNC110 - it comes to be in another program's eyes
                await asyncio.sleep(0.01)
        (call,) = found
        return call


def events_of(data: bytes) -> list[Any]:
    """The events of a stream, ``[DONE]`` as it is."""
    reader = EventReader()
    return [each if each == b"[DONE]" else orjson.loads(each) for each in reader.feed(data) + reader.end()]


def text_of(events: Sequence[Any]) -> str:
    """What the deltas add up to."""
    chunks = [event for event in events if isinstance(event, dict) and event.get("choices")]
    return "".join(chunk["choices"][0]["delta"].get("content") or "" for chunk in chunks)


@asynccontextmanager
async def opened(
    folder: Path, template: Path, table: Callable[[StubProvider], str] | None = None, **more: Any
) -> AsyncIterator[House]:
    """A server in this folder with a stub as its provider; ``table`` says what else is in the table."""
    if template != folder / "atlas.db":
        shutil.copy(template, folder / "atlas.db")
        (folder / "atlas.db").chmod(0o600)
    async with StubProvider() as stub:
        text = table(stub) if table is not None else provider("stub", stub.base_url, "stub-1", "embed-1")
        (folder / "providers.toml").write_text(text, "utf-8")
        config = ServerConfig(
            database_url=sqlite_url(folder / "atlas.db"), static_keys=(*KEYS, OPERATOR), **more
        )
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("ATLAS_TEST_KEY", CANARY)
            async with serving(config) as (port, atlas):
                url = f"http://127.0.0.1:{port}/v1"
                async with httpx.AsyncClient(
                    base_url=url, trust_env=False, timeout=20, limits=httpx.Limits(max_connections=None)
                ) as client:
                    yield House(port, atlas, stub, client)


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
