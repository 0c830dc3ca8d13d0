"""The embedded server without anything that is not published: no features, items taken only whole, nothing known again."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import orjson

from atlas_desktop.api.client import AsyncAtlas
from atlas_desktop.contract.secret import Secret
from tests.app.loop_bench import LoopBench
from tests.server.talk import ALICE

PUBLISHED = {"input", "expected_output"}
_OURS = ("/capabilities", "/gates", "/promotions", "/bundle", "/cancel", "/schemas", "/audit", "/changes")


class PlainServer(httpx.AsyncBaseTransport):
    """``lose``: the answer to the request of that number (adding items) is lost, with what it says."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner
        self.sent: list[dict[str, Any]] = []
        self.adds = 0
        self.lose: int | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        path, method = request.url.path, request.method
        if path.endswith(_OURS) or method == "PATCH":
            return httpx.Response(
                404, json={"error": {"type": "invalid_request_error", "message": "no such path"}}
            )
        body = b"".join([part async for part in request.stream])  # type: ignore[union-attr]
        adding = path.endswith("/items") and method == "POST"
        if adding:
            items = orjson.loads(body)
            assert all(item.keys() <= PUBLISHED for item in items), items[0].keys()
            self.adds += 1
            self.sent += items
        headers = {name: value for name, value in request.headers.items() if name != "idempotency-key"}
        answer = await self._inner.handle_async_request(
            httpx.Request(method, request.url, headers=headers, content=body)
        )
        if adding and self.lose == self.adds:
            raise httpx.ReadError("the line broke")
        return answer


@asynccontextmanager
async def plain(bench: LoopBench) -> AsyncIterator[PlainServer]:
    """What is asked of the server meanwhile is asked of a plain one."""
    server = PlainServer(bench.transport)
    async with AsyncAtlas("http://127.0.0.1:8400/v1", Secret(ALICE.key), transport=server) as client:
        bench.answers = client
        try:
            yield server
            await bench.settled()
        finally:
            bench.answers = None
