"""uvicorn's HTTP protocol with the limits it lacks: on connections, and on the time a request's head may take."""

import asyncio
from typing import Any, Final

from uvicorn.protocols.http.h11_impl import H11Protocol

from atlas_desktop.contract.capabilities import HEADER_REQUEST_ID
from atlas_desktop.contract.ids import new_id
from atlas_desktop.server.refusals import bad_request

HEAD_SECONDS: Final = 60.0
MOST_CONNECTIONS: Final = 500


def http_protocol() -> type[asyncio.Protocol]:
    """httptools' parser where it is installed, else h11."""
    base: type[Any]
    try:
        from uvicorn.protocols.http import httptools_impl  # noqa: PLC0415 - not there on Windows

        base = httptools_impl.HttpToolsProtocol
    except ImportError:
        base = H11Protocol
    return type("PatientProtocol", (_HeadLimit, base), {})


class _HeadLimit:
    """Closes a connection on which no request is running or finished ``HEAD_SECONDS`` after it came or spoke.

    uvicorn times only idle connections between requests: one that sends its head byte by byte was kept
    for ever (slowloris; threat 31 in sync.md).
    """

    transport: asyncio.Transport
    loop: asyncio.AbstractEventLoop
    cycle: Any
    connections: set[Any]
    _head_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A client connected."""
        super().connection_made(transport)  # type: ignore[misc]
        if len(self.connections) > MOST_CONNECTIONS:
            self.transport.abort()
            return
        self._head_timer = self.loop.call_later(HEAD_SECONDS, self._give_up)

    def connection_lost(self, exc: Exception | None) -> None:
        """The client has gone."""
        self._stop_timer()
        super().connection_lost(exc)  # type: ignore[misc]

    def data_received(self, data: bytes) -> None:
        """Bytes of a head or a body. A head in the making has one deadline, however often it gains a byte."""
        super().data_received(data)  # type: ignore[misc]
        if self._busy():
            self._stop_timer()
        elif self._head_timer is None and not self.transport.is_closing():
            self._head_timer = self.loop.call_later(HEAD_SECONDS, self._give_up)

    def send_400_response(self, _message: str) -> None:
        """What is not HTTP gets the API's error all the same, with a request id."""
        body = bad_request("invalid_http", "this is not an HTTP request").body()
        head = (
            "HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\nconnection: close\r\n"
            f"{HEADER_REQUEST_ID}: {new_id('req_')}\r\ncontent-length: {len(body)}\r\n\r\n"
        )
        self.transport.write(head.encode() + body)
        self.transport.close()

    def _busy(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _give_up(self) -> None:
        self._head_timer = None
        if not self._busy():
            self.transport.abort()

    def _stop_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None
