"""A deterministic OpenAI-compatible provider on a real socket: what it answers is set by the model's name.

In a test: ``async with StubProvider() as stub: stub.plans["m"] = Plan(status=500)``. As a program it serves until
its stdin closes and prints its port: ``python -m tests.server.gateway.stub_provider``.
"""

import asyncio
import hashlib
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self, cast

import orjson

CREATED = 1_750_000_000


@dataclass(frozen=True, slots=True)
class Plan:
    """How a model behaves. ``words`` are streamed one a chunk; the text is all of them joined.

    ``cut_after``: the connection closes when so many bytes of the answer (head included) were sent.
    ``raw`` is sent in place of any answer. ``delay`` and ``pause`` are seconds before the first byte, and
    between chunks of a stream; ``hold``: the answer waits until the event is set.
    """

    words: tuple[str, ...] = ()
    status: int = 200
    error: Any = None
    headers: tuple[tuple[str, str], ...] = ()
    tool_calls: tuple[dict[str, Any], ...] = ()
    finish_reason: str = "stop"
    usage: bool = True
    delay: float = 0.0
    pause: float = 0.0
    hold: asyncio.Event | None = None
    cut_after: int | None = None
    raw: bytes | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it arrived: header names in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any


@dataclass(slots=True)
class StubProvider:
    """``requests`` holds what came, newest last, unless ``remember`` is off; ``open_connections`` how many are up."""

    plans: dict[str, Plan] = field(default_factory=dict)
    default: Plan = field(default_factory=Plan)
    remember: bool = True
    requests: list[Asked] = field(default_factory=list)
    connections: set["_Connection"] = field(default_factory=set)
    port: int = 0
    _server: asyncio.Server | None = None

    @property
    def base_url(self) -> str:
        """What goes into a provider table."""
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def open_connections(self) -> int:
        """Connections that nobody has closed."""
        return len(self.connections)

    def asked_for(self, model: str) -> list[Asked]:
        """The requests for one model."""
        return [
            asked
            for asked in self.requests
            if isinstance(asked.body, dict) and asked.body.get("model") == model
        ]

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Connection(self), "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for connection in list(self.connections):
            connection.hang_up()
        await self._server.wait_closed()


class _Connection(asyncio.Protocol):
    def __init__(self, stub: StubProvider) -> None:
        self._stub = stub
        self._came = b""
        self._transport: asyncio.Transport | None = None
        self._answering: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's is none of asyncio's.
        self._transport = cast("asyncio.Transport", transport)
        self._stub.connections.add(self)

    def connection_lost(self, _exc: Exception | None) -> None:
        self._stub.connections.discard(self)
        if self._answering is not None:
            self._answering.cancel()

    def hang_up(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    def data_received(self, data: bytes) -> None:
        self._came += data
        self._next()

    def _next(self) -> None:
        while self._answering is None and (asked := self._whole()) is not None:
            if self._stub.remember:
                self._stub.requests.append(asked)
            self._answer(asked)

    def _whole(self) -> Asked | None:
        head, gap, rest = self._came.partition(b"\r\n\r\n")
        if not gap:
            return None
        first, *lines = head.decode("latin-1").split("\r\n")
        pairs = (line.partition(":") for line in lines)
        headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
        length = int(headers.get("content-length", "0"))
        if len(rest) < length:
            return None
        self._came = rest[length:]
        method, path, _ = first.split(" ", 2)
        return Asked(method, path, headers, orjson.loads(rest[:length]) if length else None)

    def _answer(self, asked: Asked) -> None:
        body = asked.body if isinstance(asked.body, dict) else {}
        plan = self._stub.plans.get(str(body.get("model")), self._stub.default)
        parts = _parts(asked, body, plan)
        if not (plan.delay or plan.pause or plan.hold):
            self._send(parts, plan)
            return
        loop = asyncio.get_running_loop()
        self._answering = loop.create_task(self._slowly(parts, plan))

    def _send(self, parts: list[bytes], plan: Plan) -> None:
        whole = b"".join(parts)
        self._write(whole if plan.cut_after is None else whole[: plan.cut_after])
        if plan.cut_after is not None and self._transport is not None:
            self._transport.close()

    async def _slowly(self, parts: list[bytes], plan: Plan) -> None:
        if plan.hold is not None:
            await plan.hold.wait()
        await asyncio.sleep(plan.delay)
        left = plan.cut_after
        for part in parts:
            self._write(part if left is None else part[:left])
            if left is not None and (left := left - len(part)) <= 0:
                break
            await asyncio.sleep(plan.pause)
        self._answering = None
        if plan.cut_after is not None and self._transport is not None:
            self._transport.close()
            return
        self._next()

    def _write(self, data: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(data)


def said_to(body: dict[str, Any]) -> str:
    """What a plan without words answers: the text of the last message, after ``You said: ``."""
    content = (body.get("messages") or [{}])[-1].get("content")
    if isinstance(content, list):
        content = " ".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
    return f"You said: {content or ''}"


def _parts(asked: Asked, body: dict[str, Any], plan: Plan) -> list[bytes]:
    if plan.raw is not None:
        return [plan.raw]
    if plan.status != 200:
        error = plan.error or {
            "error": {"message": "the stub was told to fail", "type": "stub", "code": "told_to"}
        }
        return [_whole(plan, orjson.dumps(error))]
    answer = _ANSWERS.get((asked.method, asked.path))
    if answer is None:
        return [_whole(Plan(status=404), b'{"error":{"message":"no such path"}}')]
    return answer(body, plan)


def _whole(plan: Plan, body: bytes) -> bytes:
    more = "".join(f"{name}: {value}\r\n" for name, value in plan.headers)
    head = f"HTTP/1.1 {plan.status} Stub\r\ncontent-type: application/json\r\n{more}content-length: {len(body)}\r\n\r\n"
    return head.encode() + body


def _usage(body: dict[str, Any], text: str) -> dict[str, int]:
    prompt = max(1, len(orjson.dumps(body.get("messages"))) // 4)
    completion = max(1, len(text.split()))
    return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}


def _chat(body: dict[str, Any], plan: Plan) -> list[bytes]:
    text = "".join(plan.words) or ("" if plan.tool_calls else said_to(body))
    if body.get("stream"):
        return _stream(body, plan, text)
    message: dict[str, Any] = {"role": "assistant", "content": text or None}
    if plan.tool_calls:
        message["tool_calls"] = list(plan.tool_calls)
    answer = _object(body, "chat.completion") | {
        "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": plan.finish_reason}]
    }
    if plan.usage:
        answer["usage"] = _usage(body, text)
    return [_whole(plan, orjson.dumps(answer))]


def _object(body: dict[str, Any], kind: str) -> dict[str, Any]:
    digest = hashlib.blake2b(orjson.dumps(body), digest_size=6).hexdigest()
    return {"id": f"chatcmpl-stub{digest}", "object": kind, "created": CREATED, "model": body.get("model")}


def _stream(body: dict[str, Any], plan: Plan, text: str) -> list[bytes]:
    about = _object(body, "chat.completion.chunk")
    words = plan.words or tuple(re.findall(r"\S+\s*", text))
    deltas: list[dict[str, Any]] = [{"role": "assistant", "content": ""}]
    deltas += [{"content": word} for word in words]
    for index, call in enumerate(plan.tool_calls):
        function = call["function"]
        deltas.append(
            {
                "tool_calls": [
                    {"index": index, **call, "function": {"name": function["name"], "arguments": ""}}
                ]
            }
        )
        deltas.append({"tool_calls": [{"index": index, "function": {"arguments": function["arguments"]}}]})
    chunks = [about | {"choices": [{"index": 0, "delta": delta, "finish_reason": None}]} for delta in deltas]
    chunks.append(about | {"choices": [{"index": 0, "delta": {}, "finish_reason": plan.finish_reason}]})
    if plan.usage and (body.get("stream_options") or {}).get("include_usage"):
        chunks.append(about | {"choices": [], "usage": _usage(body, text)})
    more = "".join(f"{name}: {value}\r\n" for name, value in plan.headers)
    head = f"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n{more}transfer-encoding: chunked\r\n\r\n"
    events = [b"data: " + orjson.dumps(chunk) + b"\n\n" for chunk in chunks] + [b"data: [DONE]\n\n"]
    return [head.encode(), *(b"%x\r\n%s\r\n" % (len(event), event) for event in events), b"0\r\n\r\n"]


def _embeddings(body: dict[str, Any], plan: Plan) -> list[bytes]:
    given = body.get("input")
    texts = given if isinstance(given, list) else [given]
    data = [
        {"object": "embedding", "index": index, "embedding": _vector(str(text))}
        for index, text in enumerate(texts)
    ]
    tokens = sum(len(str(text).split()) for text in texts)
    usage = {"prompt_tokens": tokens, "total_tokens": tokens}
    return [
        _whole(
            plan, orjson.dumps({"object": "list", "data": data, "model": body.get("model"), "usage": usage})
        )
    ]


def _vector(text: str) -> list[float]:
    return [byte / 255 for byte in hashlib.blake2b(text.encode(), digest_size=8).digest()]


def _models(_body: dict[str, Any], plan: Plan) -> list[bytes]:
    data = [{"id": "stub-1", "object": "model", "created": CREATED, "owned_by": "stub"}]
    return [_whole(plan, orjson.dumps({"object": "list", "data": data}))]


_ANSWERS: dict[tuple[str, str], Callable[[dict[str, Any], Plan], list[bytes]]] = {
    ("POST", "/v1/chat/completions"): _chat,
    ("POST", "/v1/embeddings"): _embeddings,
    ("GET", "/v1/models"): _models,
}


async def _serve() -> None:
    async with StubProvider(remember=False) as stub:
        print(stub.port, flush=True)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    try:
        import uvloop
    except ImportError:
        asyncio.run(_serve())
    else:
        uvloop.run(_serve())
