"""Servers that answer with exactly the bytes a test wants, over a real socket."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from atlas_desktop.api import AsyncAtlas, Policy
from atlas_desktop.contract.secret import Secret

CANARY = "nm_live_canary_Zq3vT9sLx0w7Rk5bYc2h"
QUICK = Policy(connect=0.3, read=0.3, write=0.3, total=2.0, answer_limit=1024 * 1024, error_limit=64 * 1024)
Answer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Listener:
    """Where it listens, and every request that reached it: head and body as one."""

    port: int
    requests: list[bytes] = field(default_factory=list)
    connections: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def client(self, policy: Policy = QUICK, **more: str) -> AsyncAtlas:
        return AsyncAtlas(more.pop("url", self.url), Secret(CANARY), policy=policy, **more)  # type: ignore[arg-type]


@asynccontextmanager
async def listening(
    answer: Answer, *, reads: bool = True, port: int = 0, **options: object
) -> AsyncIterator[Listener]:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        listener.connections += 1
        try:
            listener.requests.append(await (_request(reader) if reads else reader.read(5)))
            await answer(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    listener = Listener(0)
    server = await asyncio.start_server(handle, "127.0.0.1", port, **options)  # type: ignore[arg-type]
    listener.port = server.sockets[0].getsockname()[1]
    try:
        yield listener
    finally:
        server.close()
        await server.wait_closed()


async def _request(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    return head + await reader.readexactly(length)


def whole(status: int, body: bytes, **headers: str) -> Answer:
    """An answer with this status, body and headers (underscores in names are dashes)."""

    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        lines = [f"HTTP/1.1 {status} X", f"content-length: {len(body)}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        writer.write("\r\n".join([*lines, "", ""]).encode() + body)
        await writer.drain()

    return answer


def raw(data: bytes) -> Answer:
    """These bytes, then the end of the connection."""

    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(data)
        await writer.drain()

    return answer


def reset_after(data: bytes) -> Answer:
    """These bytes, then a TCP reset."""

    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(data)
        await writer.drain()
        writer.get_extra_info("socket").setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
        )
        writer.transport.abort()

    return answer


async def silence(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    """Nothing, until the other side gives up."""
    await reader.read()
