"""A client that reads as many bytes of an answer as it wants, and hangs up."""

import asyncio
from typing import Any

import orjson

from atlas_desktop.server.config import StaticKey
from tests.server.talk import ALICE


def chat_request(port: int, body: Any, key: StaticKey = ALICE) -> bytes:
    """A chat request as it goes over the wire; the connection is for it alone."""
    data = orjson.dumps(body)
    head = (
        f"POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\nauthorization: Bearer {key.key}\r\n"
        f"content-type: application/json\r\ncontent-length: {len(data)}\r\nconnection: close\r\n\r\n"
    )
    return head.encode() + data


async def whole(port: int, request: bytes) -> bytes:
    """Everything that comes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(request)
        return await reader.read()
    finally:
        writer.close()
        await writer.wait_closed()


async def cut_after(port: int, request: bytes, number: int) -> bytes:
    """So many bytes of the answer, or all of it; then the connection is reset."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(request)
        return await reader.readexactly(number)
    except asyncio.IncompleteReadError as end:
        return end.partial
    finally:
        writer.transport.abort()


def body_of(answer: bytes) -> bytes:
    """The body of a chunked answer, as far as it came."""
    _, _, rest = answer.partition(b"\r\n\r\n")
    body = b""
    while rest:
        size, _, rest = rest.partition(b"\r\n")
        length = int(size or b"0", 16)
        body += rest[:length]
        rest = rest[length + 2 :]
    return body
