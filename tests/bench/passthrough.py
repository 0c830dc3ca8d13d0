"""What a gateway costs at least in this language: Starlette hands the request on with httpx, and does nothing else.

``python -m tests.bench.passthrough http://127.0.0.1:PORT/v1`` prints its port and serves until its stdin closes.
"""

import socket
import sys
import threading
from collections.abc import AsyncIterator
from typing import Final

import httpx
import uvicorn
import uvloop
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

_JSON: Final = {"content-type": "application/json"}


def app_to(upstream: str) -> Starlette:
    """An app that asks this base URL."""
    client = httpx.AsyncClient(
        limits=httpx.Limits(max_connections=None, max_keepalive_connections=None), timeout=60
    )
    target = f"{upstream}/chat/completions"

    async def complete(request: Request) -> Response:
        body = await request.body()
        asked = client.build_request("POST", target, content=body, headers=_JSON)
        if b'"stream":true' not in body:
            answer = await client.send(asked)
            return Response(answer.content, answer.status_code, media_type="application/json")
        answer = await client.send(asked, stream=True)
        return StreamingResponse(_handed_on(answer), answer.status_code, media_type="text/event-stream")

    return Starlette(routes=[Route("/v1/chat/completions", complete, methods=["POST"])])


async def _handed_on(answer: httpx.Response) -> AsyncIterator[bytes]:
    try:
        async for chunk in answer.aiter_raw():
            yield chunk
    finally:
        await answer.aclose()


class _Server(uvicorn.Server):
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        print(self.servers[0].sockets[0].getsockname()[1], flush=True)
        threading.Thread(target=self._end_with_parent, daemon=True).start()

    def _end_with_parent(self) -> None:
        sys.stdin.read()
        self.should_exit = True


async def _serve(upstream: str) -> None:
    app = app_to(upstream)
    config = uvicorn.Config(app, port=0, loop="none", http="httptools", log_level="error", access_log=False)
    await _Server(config).serve()


if __name__ == "__main__":
    uvloop.run(_serve(sys.argv[1]))
