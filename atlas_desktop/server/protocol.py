"""uvicorn's HTTP protocol with the limits it lacks: on connections, and on how long and large a head may be."""

import asyncio
from itertools import count
from typing import Any, Final

from atlas_desktop.contract.capabilities import HEADER_REQUEST_ID
from atlas_desktop.contract.ids import new_id
from atlas_desktop.server.refusals import Refusal, bad_request, too_large

HEAD_SECONDS: Final = 60.0
HEAD_BYTES: Final = 64 * 1024
MOST_CONNECTIONS: Final = 500
MOST_WAITING: Final = 64
"""Requests sent ahead on one connection before the first of them is answered."""


def http_protocol() -> type[asyncio.Protocol]:
    """httptools' parser where it is installed, else h11."""
    try:
        from uvicorn.protocols.http import httptools_impl  # noqa: PLC0415 - not there on Windows
    except ImportError:
        from uvicorn.protocols.http.h11_impl import H11Protocol  # noqa: PLC0415 - 15 ms only this needs

        # h11 has its own limit on what is not a body, and reads nothing ahead.
        return type("PatientProtocol", (_HeadLimit, H11Protocol), {})
    return type("PatientProtocol", (_HeadLimit, _SizeLimit, httptools_impl.HttpToolsProtocol), {})


_CONTINUE: Final = b"HTTP/1.1 100 "
_NOT_HTTP: Final = "this is not an HTTP request"
_turns = count()
_TOO_LARGE: Final = f"what a request sends before and after its body may be {HEAD_BYTES // 1024} KiB"


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
    turn = 0
    """Where it stands among those that wait. Its deadline does not say: the loop's clock stands still for all
    that come in one turn of it, and a busy server takes in hundreds then."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A client connected."""
        super().connection_made(transport)  # type: ignore[misc]
        if len(self.connections) > MOST_CONNECTIONS and not self._make_room():
            self.transport.abort()
            return
        self._start_timer()

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
            self._start_timer()

    def send_400_response(self, _message: str) -> None:
        """What is not HTTP gets the API's error all the same, with a request id."""
        self.transport.write(_last_words("400 Bad Request", bad_request("invalid_http", _NOT_HTTP)))
        self.transport.close()

    def _make_room(self) -> bool:
        """Hang up on whoever has been asking for nothing the longest: else 500 such keep everybody out."""
        waiting = [other for other in self.connections if isinstance(other, _HeadLimit) and other.waits]
        if not waiting:
            return False
        min(waiting, key=lambda other: other.turn).hang_up()
        return True

    @property
    def waits(self) -> bool:
        """Whether it has a deadline; not while a request runs, nor when none was begun since the last."""
        return self._head_timer is not None

    def hang_up(self) -> None:
        """Close it at once."""
        # Without a deadline it is not chosen again: it is counted until the loop's next turn.
        self._stop_timer()
        self.transport.abort()

    def _busy(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _give_up(self) -> None:
        self._head_timer = None
        if not self._busy():
            self.transport.abort()

    def _start_timer(self) -> None:
        self._head_timer = self.loop.call_later(HEAD_SECONDS, self._give_up)
        self.turn = next(_turns)

    def _stop_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None


class _SizeLimit:
    """Hangs up on a head, a trailer or requests sent ahead without end.

    httptools and uvicorn take any amount of them before any key is looked at: 66 MB of short headers were
    1 GB of memory, as many of trailers 2 GB, and each answer made room for more requests sent ahead.
    """

    transport: asyncio.Transport
    loop: asyncio.AbstractEventLoop
    cycle: Any
    pipeline: Any
    _beside = 0
    """Bytes since the last head was whole, or the last of a body came."""

    def data_received(self, data: bytes) -> None:
        """Count what is neither a whole head nor a body."""
        self._beside += len(data)
        super().data_received(data)  # type: ignore[misc]
        if self.transport.is_closing():
            return
        if self._beside > HEAD_BYTES:
            self._refuse()
        elif len(self.pipeline) > MOST_WAITING:
            self.transport.abort()

    def on_headers_complete(self) -> None:
        """A head is whole."""
        self._beside = 0
        super().on_headers_complete()  # type: ignore[misc]
        if self.cycle is not None and self.cycle.transport is self.transport:
            self.cycle.transport = _HeadAndBody(self.transport, self.loop)

    def on_body(self, body: bytes) -> None:
        """Bodies have a limit of their own."""
        self._beside = 0
        super().on_body(body)  # type: ignore[misc]

    def _refuse(self) -> None:
        if self.cycle is not None and not self.cycle.response_complete:
            self.transport.abort()
            return
        refusal = too_large(_TOO_LARGE, code="head_too_large")
        self.transport.write(_last_words("413 Content Too Large", refusal))
        self.transport.close()


class _HeadAndBody:
    """The transport of one answer: its head waits for what is written in the same turn of the loop.

    uvicorn writes them one after the other, and a write costs 60 us: a sixth of what a call of the gateway takes.
    """

    __slots__ = ("_begun", "_head", "_loop", "_transport", "is_closing")

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._begun = False
        self._head = b""
        self.is_closing = transport.is_closing

    def write(self, data: bytes) -> None:
        """Write, but for the head of the answer."""
        if self._head:
            data, self._head = self._head + data, b""
        elif not self._begun and not data.startswith(_CONTINUE):
            self._begun = True
            self._head = data
            # No body may follow (HEAD), or not soon.
            self._loop.call_soon(self._flush)
            return
        self._transport.write(data)

    def close(self) -> None:
        """Close, when all is written."""
        self._flush()
        self._transport.close()

    def _flush(self) -> None:
        if self._head:
            head, self._head = self._head, b""
            self._transport.write(head)


def _last_words(status: str, refusal: Refusal) -> bytes:
    """An answer to what never became a request."""
    body = refusal.body()
    head = (
        f"HTTP/1.1 {status}\r\ncontent-type: application/json\r\nconnection: close\r\n"
        f"{HEADER_REQUEST_ID}: {new_id('req_')}\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
