"""A network that does, by the seed, everything a network may do between a device and the server."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final

import httpx
import orjson

KINDS: Final = (
    "refuse",
    "connect_timeout",
    "drop_request",
    "drop_response",
    "reset",
    "duplicate",
    "delay",
    "late",
    "error_before",
    "error_after",
    "too_many",
    "truncate",
    "cut",
    "garbage",
    "redirect",
)
_ERRORS: Final = (408, 425, 500, 502, 503, 504)
Serve = Callable[[httpx.Request], Awaitable[httpx.Response]]


class ServerDown(Exception):
    """There is nobody to connect to."""


class ServerDied(Exception):
    """The server stopped while it had the request."""


@dataclass(slots=True)
class Sent:
    """One request a device started, and how that ended (``status`` 0: no answer)."""

    at: float
    device: int
    key: str
    method: str
    path: str
    host: str
    operations: tuple[str, ...] = ()
    body: bytes = b""
    fault: str = ""
    answered_at: float | None = None
    status: int = 0
    retry_after: float | None = None

    @property
    def pushes(self) -> bool:
        return self.method == "POST"


@dataclass(slots=True)
class Network:
    """Shared by all devices of a schedule. ``rate`` is the share of requests a fault befalls, while ``faulty``."""

    rng: random.Random
    serve: Serve
    rate: float
    kinds: tuple[str, ...]
    faulty: bool = True
    log: list[Sent] = field(default_factory=list)
    revoked: set[str] = field(default_factory=set)
    partitioned: set[int] = field(default_factory=set)
    underway: set[asyncio.Task[httpx.Response]] = field(default_factory=set)
    befell: dict[str, int] = field(default_factory=dict)

    def draw(self) -> str:
        if not self.faulty or not self.kinds or self.rng.random() >= self.rate:
            return ""
        kind = self.rng.choice(self.kinds)
        self.befell[kind] = self.befell.get(kind, 0) + 1
        return kind

    async def settled(self) -> None:
        """Wait until nothing is underway any more."""
        while self.underway:
            await asyncio.gather(*self.underway, return_exceptions=True)

    def deliver(self, request: httpx.Request, after: float = 0.0) -> "asyncio.Task[httpx.Response]":
        """Bring a copy to the server, whatever becomes of the one who sent it."""
        copy = httpx.Request(request.method, request.url, headers=request.headers, content=request.content)
        task = asyncio.get_running_loop().create_task(self._deliver(copy, after))
        self.underway.add(task)
        task.add_done_callback(self._arrived)
        return task

    def _arrived(self, task: "asyncio.Task[httpx.Response]") -> None:
        self.underway.discard(task)
        if not task.cancelled():
            task.exception()

    async def _deliver(self, request: httpx.Request, after: float) -> httpx.Response:
        await asyncio.sleep(after)
        return await self.serve(request)


class DeviceTransport(httpx.AsyncBaseTransport):
    """What one device sees of the network."""

    def __init__(self, network: Network, device: int) -> None:
        self.network = network
        self.device = device

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        sent = self._note(request)
        self.network.log.append(sent)
        sent.fault = "partition" if self.device in self.network.partitioned else self.network.draw()
        try:
            response = await self._carry(request, sent)
            sent.status = response.status_code
            return response
        finally:
            sent.answered_at = asyncio.get_running_loop().time()

    def _note(self, request: httpx.Request) -> Sent:
        return Sent(
            at=asyncio.get_running_loop().time(),
            device=self.device,
            key=request.headers.get("authorization", ""),
            method=request.method,
            path=request.url.path,
            host=request.url.host,
            operations=operations_in(request.content),
            body=request.content,
        )

    async def _carry(self, request: httpx.Request, sent: Sent) -> httpx.Response:
        rng, network = self.network.rng, self.network
        read = float(request.extensions.get("timeout", {}).get("read") or 30.0)
        match sent.fault:
            case "refuse" | "partition":
                raise httpx.ConnectError("refused", request=request)
            case "connect_timeout":
                await asyncio.sleep(5.0)
                raise httpx.ConnectTimeout("no connection", request=request)
            case "drop_request":
                await asyncio.sleep(read)
                raise httpx.ReadTimeout("lost", request=request)
            case "late":
                network.deliver(request, rng.uniform(0, 2 * read))
                await asyncio.sleep(read)
                raise httpx.ReadTimeout("late", request=request)
            case "drop_response":
                await self._arrive(request, rng.uniform(0, 1))
                await asyncio.sleep(read)
                raise httpx.ReadTimeout("answer lost", request=request)
            case "reset":
                await self._arrive(request, rng.uniform(0, 1))
                raise httpx.ReadError("reset", request=request)
            case "error_before":
                return self._error(request, rng.choice(_ERRORS))
            case "error_after":
                await self._arrive(request, rng.uniform(0, 1))
                return self._error(request, rng.choice((500, 502, 504)))
            case "too_many":
                sent.retry_after = float(rng.randint(1, 20))
                return self._error(request, 429, sent.retry_after)
            case "redirect":
                return httpx.Response(307, headers={"location": "https://evil.test/v1/feedback"}, request=request)
            case "garbage":
                return httpx.Response(200, html="<p>Please log in to this network</p>", request=request)
            case "duplicate":
                network.deliver(request, rng.uniform(0, 20))
        if network.revoked and sent.key in network.revoked:
            return self._unauthorized(request)
        slow = rng.uniform(0, 0.9 * read) if sent.fault == "delay" else rng.uniform(0.005, 0.1)
        return await self._arrive_whole(request, sent, slow)

    async def _arrive_whole(self, request: httpx.Request, sent: Sent, slow: float) -> httpx.Response:
        answer = await self._arrive(request, slow / 2)
        await asyncio.sleep(slow / 2)
        body = answer.content
        if sent.fault in {"truncate", "cut"} and len(body) > 1:
            body = body[: self.network.rng.randrange(1, len(body))]
        headers = {name: value for name, value in answer.headers.items() if name != "content-length"}
        if sent.fault == "truncate":
            return httpx.Response(answer.status_code, headers=headers, stream=_Broken(body), request=request)
        return httpx.Response(answer.status_code, headers=headers, content=body, request=request)

    async def _arrive(self, request: httpx.Request, after: float) -> httpx.Response:
        try:
            return await asyncio.shield(self.network.deliver(request, after))
        except ServerDown as error:
            raise httpx.ConnectError("nobody there", request=request) from error
        except ServerDied as error:
            raise httpx.ReadError("connection lost", request=request) from error

    def _error(self, request: httpx.Request, status: int, retry_after: float | None = None) -> httpx.Response:
        headers = {} if retry_after is None else {"retry-after": str(int(retry_after))}
        body = {"error": {"type": "internal_error", "message": "the network's joke", "code": None}}
        return httpx.Response(status, headers=headers, json=body, request=request)

    def _unauthorized(self, request: httpx.Request) -> httpx.Response:
        body = {"error": {"type": "authentication_error", "message": "Unknown key", "code": "invalid_api_key"}}
        return httpx.Response(401, json=body, request=request)


class _Broken(httpx.AsyncByteStream):
    """A body that ends before its time, noticed by the HTTP library."""

    def __init__(self, body: bytes) -> None:
        self.body = body

    async def __aiter__(self):  # type: ignore[no-untyped-def]
        yield self.body
        raise httpx.RemoteProtocolError("peer closed connection without sending complete message body")


def operations_in(body: bytes) -> tuple[str, ...]:
    """The op ids a request carries, in order."""
    if not body.startswith(b"{"):
        return ()
    document = orjson.loads(body)
    items = document.get("items", [document])
    return tuple(item["id"] for item in items if isinstance(item, dict) and "id" in item)
