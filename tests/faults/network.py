"""A network that does, by the seed, everything a network may do between a device and the server."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
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
_UNSENT: Final = frozenset({"partition", "refuse", "connect_timeout"})
_UNANSWERED: Final = frozenset({"drop_request", "drop_response", "reset", "late"})
_ANSWERED_ELSEWHERE: Final = frozenset({"error_before", "error_after", "too_many", "garbage", "redirect"})
_ERRORS: Final = (408, 425, 500, 502, 503, 504)
Serve = Callable[[httpx.Request], Awaitable[httpx.Response]]


class ServerDownError(Exception):
    """There is nobody to connect to."""


class ServerDiedError(Exception):
    """The server stopped while it had the request."""


@dataclass(slots=True)
class Sent:
    """One request a device started, and how that ended (``status`` 0: no answer)."""

    at: float
    device: int
    life: int
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

    def __init__(self, network: Network, device: int, life: int) -> None:
        self.network = network
        self.device = device
        self.life = life

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
            life=self.life,
            key=request.headers.get("authorization", ""),
            method=request.method,
            path=request.url.path,
            host=request.url.host,
            operations=operations_in(request.content),
            body=request.content,
        )

    async def _carry(self, request: httpx.Request, sent: Sent) -> httpx.Response:
        read = float(request.extensions.get("timeout", {}).get("read") or 30.0)
        if sent.fault in _UNSENT:
            return await self._never_sent(request, sent)
        if sent.fault in _UNANSWERED:
            return await self._never_answered(request, sent, read)
        if sent.fault in _ANSWERED_ELSEWHERE:
            return await self._answered_elsewhere(request, sent)
        if sent.fault == "duplicate":
            self.network.deliver(request, self.network.rng.uniform(0, 20))
        if sent.key in self.network.revoked:
            await asyncio.sleep(self.network.rng.uniform(0.005, 0.05))
            return _error(request, 401, "authentication_error")
        slow = self.network.rng.uniform(0, 0.9 * read if sent.fault == "delay" else 0.1)
        return await self._arrive_whole(request, sent, slow)

    async def _never_sent(self, request: httpx.Request, sent: Sent) -> httpx.Response:
        if sent.fault == "connect_timeout":
            await asyncio.sleep(5.0)
            raise httpx.ConnectTimeout("no connection", request=request)
        await asyncio.sleep(0.001)
        raise httpx.ConnectError("refused", request=request)

    async def _never_answered(self, request: httpx.Request, sent: Sent, read: float) -> httpx.Response:
        rng = self.network.rng
        if sent.fault == "late":
            self.network.deliver(request, rng.uniform(0, 2 * read))
        elif sent.fault != "drop_request":
            await self._arrive(request, rng.uniform(0, 1))
        if sent.fault == "reset":
            raise httpx.ReadError("reset", request=request)
        await asyncio.sleep(read)
        raise httpx.ReadTimeout("no answer", request=request)

    async def _answered_elsewhere(self, request: httpx.Request, sent: Sent) -> httpx.Response:
        rng = self.network.rng
        await asyncio.sleep(rng.uniform(0.005, 0.05))
        match sent.fault:
            case "redirect":
                to = {"location": "https://evil.test/v1/feedback"}
                return httpx.Response(307, headers=to, request=request)
            case "garbage":
                return httpx.Response(200, html="<p>Please log in to this network</p>", request=request)
            case "too_many":
                sent.retry_after = float(rng.randint(1, 20))
                return _error(request, 429, "rate_limit_error", {"retry-after": str(int(sent.retry_after))})
            case "error_after":
                await self._arrive(request, rng.uniform(0, 1))
                return _error(request, rng.choice((500, 502, 504)), "internal_error")
            case _:
                return _error(request, rng.choice(_ERRORS), "internal_error")

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
        except ServerDownError as error:
            raise httpx.ConnectError("nobody there", request=request) from error
        except ServerDiedError as error:
            raise httpx.ReadError("connection lost", request=request) from error


def _error(
    request: httpx.Request, status: int, kind: str, headers: dict[str, str] | None = None
) -> httpx.Response:
    body = {"error": {"type": kind, "message": "said by the network", "code": None}}
    return httpx.Response(status, headers=headers, json=body, request=request)


class _Broken(httpx.AsyncByteStream):
    """A body that ends before its time, noticed by the HTTP library."""

    def __init__(self, body: bytes) -> None:
        self.body = body

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self.body
        raise httpx.RemoteProtocolError("peer closed connection without sending complete message body")


def operations_in(body: bytes) -> tuple[str, ...]:
    """The op ids a request carries, in order."""
    if not body.startswith(b"{"):
        return ()
    document = orjson.loads(body)
    items = document.get("items", [document])
    return tuple(item["id"] for item in items if isinstance(item, dict) and "id" in item)
