"""Where a stream's bytes go to the client."""

from collections.abc import Mapping
from typing import Final

from starlette.types import Send

from atlas_desktop.domain.sse import event
from atlas_desktop.server.refusals import Refusal

_EVENTS: Final = (b"content-type", b"text/event-stream; charset=utf-8")
_UNBUFFERED: Final = (b"x-accel-buffering", b"no")


class Outlet:
    """Sends the head with the first bytes: until then an error can still have a status of its own."""

    __slots__ = ("_headers", "_send", "started")

    def __init__(self, send: Send, headers: Mapping[str, str]) -> None:
        self._send = send
        self._headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
        self.started = False

    async def write(self, data: bytes) -> None:
        """Send some of the stream; waits while the client is slow."""
        if not self.started:
            await self._start(200, [_EVENTS, _UNBUFFERED])
        await self._send({"type": "http.response.body", "body": data, "more_body": True})

    async def finish(self, data: bytes) -> None:
        """Send the last of it."""
        if not self.started:
            await self._start(200, [_EVENTS, _UNBUFFERED])
        await self._send({"type": "http.response.body", "body": data, "more_body": False})

    async def fail(self, refusal: Refusal) -> None:
        """Send an error: as an answer of its own, or, where there is half of one, as its last event."""
        if self.started:
            await self.finish(event(refusal.body()))
            return
        body = refusal.body()
        own = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in refusal.headers.items()]
        length = (b"content-length", str(len(body)).encode())
        await self._start(refusal.status, [(b"content-type", b"application/json"), length, *own])
        await self._send({"type": "http.response.body", "body": body, "more_body": False})

    async def _start(self, status: int, headers: list[tuple[bytes, bytes]]) -> None:
        self.started = True
        await self._send(
            {"type": "http.response.start", "status": status, "headers": [*headers, *self._headers]}
        )
