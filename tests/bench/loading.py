"""A client that costs next to nothing: the same bytes sent again and again, and when the answer came."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, cast
from urllib.parse import urlsplit

_CHUNKED_END: Final = b"\r\n0\r\n\r\n"
_HEAD_END: Final = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer: its status, milliseconds to its first byte of body and to its last, and the body as it came."""

    status: int
    first: float
    last: float
    body: bytes


class Line(asyncio.Protocol):
    """One connection that carries one request after another."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._waiting: asyncio.Future[Answered] | None = None
        self._came = bytearray()
        self._sent = self._first = 0.0
        self._body_at = self._length = -1

    @classmethod
    async def to(cls, base_url: str) -> "Line":
        """A connection to whoever serves this."""
        parts = urlsplit(base_url)
        loop = asyncio.get_running_loop()
        _, line = await loop.create_connection(cls, parts.hostname or "", parts.port or 80)
        return line

    async def ask(self, request: bytes) -> Answered:
        """Send, and wait for the whole answer. Raises ConnectionError when it is cut."""
        assert self._transport is not None
        self._waiting = asyncio.get_running_loop().create_future()
        self._came.clear()
        self._first, self._body_at = 0.0, -1
        self._sent = time.perf_counter()
        self._transport.write(request)
        return await self._waiting

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's is none of asyncio's.
        self._transport = cast("asyncio.Transport", transport)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(exc or ConnectionResetError("hung up in the middle of an answer"))

    def data_received(self, data: bytes) -> None:
        self._came += data
        if self._body_at < 0:
            end = self._came.find(_HEAD_END)
            if end < 0:
                return
            self._body_at = end + len(_HEAD_END)
            self._length = _length(bytes(self._came[:end]))
        if not self._first and len(self._came) > self._body_at:
            self._first = time.perf_counter()
        if self._whole() and self._waiting is not None:
            self._waiting.set_result(self._answered())

    def _whole(self) -> bool:
        if self._length >= 0:
            return len(self._came) - self._body_at >= self._length
        return self._came.endswith(_CHUNKED_END)

    def _answered(self) -> Answered:
        now = time.perf_counter()
        status = int(self._came[9:12])
        first = (self._first or now) - self._sent
        return Answered(status, first * 1000, (now - self._sent) * 1000, bytes(self._came[self._body_at :]))


def _length(head: bytes) -> int:
    """The body's length; -1 when it comes in chunks."""
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line[15:])
    return -1


def request(base_url: str, body: bytes, key: str | None = None) -> bytes:
    """The bytes of a chat completion's request."""
    parts = urlsplit(base_url)
    key_line = f"authorization: Bearer {key}\r\n" if key else ""
    head = (
        f"POST {parts.path}/chat/completions HTTP/1.1\r\nhost: {parts.netloc}\r\n{key_line}"
        f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def one_after_another(line: Line, asked: bytes, number: int) -> list[Answered]:
    """So many answers, each asked for when the one before it was there."""
    return [await line.ask(asked) for _ in range(number)]


async def side_by_side(lines: Sequence[Line], asked: bytes, each: int) -> tuple[list[Answered], float]:
    """So many answers on each line at once, and how many a second that were in all."""
    start = time.perf_counter()
    found = await asyncio.gather(*(one_after_another(line, asked, each) for line in lines))
    took = time.perf_counter() - start
    return [answer for answers in found for answer in answers], len(lines) * each / took
