"""A running server with a provider table, whoever asks it, and a provider."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from atlas_desktop.server.atlas import Atlas
from atlas_desktop.server.config import StaticKey
from tests.server.gateway.house import SAY, serving
from tests.server.gateway.stub_provider import StubProvider
from tests.server.talk import ALICE, NARROW, OTHER, config_for

OPERATOR = StaticKey("nm_live_oooooo_" + "e" * 32, organization="north", name="olga", operator=True)
EVERYBODY = (OPERATOR, ALICE, NARROW, OTHER)


@dataclass
class Desk:
    """A running server, its table's file, and a provider."""

    atlas: Atlas
    path: Path
    stub: StubProvider
    client: httpx.AsyncClient = field(repr=False)

    async def ask(
        self, method: str, path: str, body: Any = None, key: StaticKey = OPERATOR, **headers: str
    ) -> httpx.Response:
        given = {"authorization": f"Bearer {key.key}", **headers}
        return await self.client.request(method, path, json=body, headers=given)

    def spec(self, name: str = "stub", **more: Any) -> dict[str, Any]:
        models = [
            {
                "id": "stub-1",
                "model": "meta-llama/stub",
                "quantization": "q8",
                "open_weight": True,
                "vetted": True,
            }
        ]
        return {"name": name, "base_url": self.stub.base_url, "models": models} | more

    async def put(self, *specs: dict[str, Any], key: StaticKey = OPERATOR) -> httpx.Response:
        revision = (await self.ask("GET", "/providers", key=OPERATOR)).json()["revision"]
        return await self.ask("PUT", "/providers", {"revision": revision, "providers": list(specs)}, key)

    async def chat(self, **more: Any) -> httpx.Response:
        return await self.ask("POST", "/chat/completions", {"model": "atlas-1", "messages": SAY} | more)


@asynccontextmanager
async def opened(tmp_path: Path, **more: Any) -> AsyncIterator[Desk]:
    config = config_for(
        tmp_path / "atlas.db", executor="threaded", static_keys=(OPERATOR, ALICE, NARROW, OTHER), **more
    )
    async with (
        StubProvider() as stub,
        serving(config) as (port, atlas),
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}/v1", trust_env=False, timeout=30) as client,
    ):
        yield Desk(atlas, tmp_path / "providers.toml", stub, client)


def code_of(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json()["error"]["code"]
