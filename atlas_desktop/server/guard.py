"""The outermost layer: request ids, the doors that close before anything is read, and the last catch."""

import errno
from collections.abc import Iterable
from typing import Final

import structlog
from sqlalchemy.exc import OperationalError
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Send
from starlette.types import Scope as AsgiScope

from atlas_desktop.contract.capabilities import HEADER_REQUEST_ID
from atlas_desktop.logs import kind_and_place
from atlas_desktop.server.config import ServerConfig
from atlas_desktop.server.refusals import Refusal, forbidden

_log = structlog.get_logger(__name__)

_SAME_SITE: Final = frozenset({b"none", b"same-origin"})
_ALWAYS: Final = (
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"x-content-type-options", b"nosniff"),
    (b"cache-control", b"no-store"),
)
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})


class BrokenOffError(Exception):
    """An answer was begun and cannot be finished."""


class Guard:
    """ASGI middleware around everything. A BaseException (a simulated crash) passes through it."""

    def __init__(self, app: ASGIApp, config: ServerConfig) -> None:
        self._app = app
        self._ids = config.ids
        self._hosts = frozenset(host.lower().encode() for host in config.hosts)
        self._origins = frozenset(origin.lower().encode() for origin in config.origins)

    async def __call__(self, scope: AsgiScope, receive: Receive, send: Send) -> None:
        """Serve one HTTP request; refuse WebSockets."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = self._ids("req_")
        started = False

        async def send_marked(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                own = [(HEADER_REQUEST_ID.encode(), request_id.encode()), *_ALWAYS]
                message["headers"] = [*message.get("headers", ()), *own]
            await send(message)

        try:
            self._check(scope["headers"])
            await self._app(scope, receive, send_marked)
        except Refusal as refusal:
            await respond(refusal)(scope, receive, send_marked)
        except Exception as error:  # noqa: BLE001 - the last catch: logged, answered or broken off
            # Neither the exception's text nor any local: both can hold what a customer wrote.
            _log.error("request failed", request_id=request_id, what=kind_and_place(error))
            if started:
                # The connection ends by it, and whoever sees to that logs what it gets with its text.
                raise BrokenOffError from None
            await respond(_failed(error))(scope, receive, send_marked)

    def _check(self, headers: Iterable[tuple[bytes, bytes]]) -> None:
        hosts: list[bytes] = []
        for name, value in headers:
            if name == b"host":
                hosts.append(value)
            elif name == b"origin" and value.lower() not in self._origins:
                raise forbidden("foreign_origin", "requests from web pages are refused")
            elif name == b"sec-fetch-site" and value.lower() not in _SAME_SITE:
                raise forbidden("cross_site", "requests from other sites are refused")
        if len(hosts) != 1 or not self._known_host(hosts[0]):
            raise Refusal(
                421, "invalid_request_error", "unknown_host", "this server does not answer to that host"
            )

    def _known_host(self, host: bytes) -> bool:
        host = host.lower()
        if host in self._hosts:
            return True
        name, colon, port = host.rpartition(b":")
        return bool(colon) and name in self._hosts and port.isdigit() and len(port) <= 5


def _failed(error: Exception) -> Refusal:
    """The answer to what nobody has foreseen, and to a full disk, which its owner can make room on."""
    full = isinstance(error, OSError) and error.errno in _FULL
    if full or (isinstance(error, OperationalError) and "disk is full" in str(error.orig)):
        return Refusal(500, "internal_error", "disk_full", "the disk of this server is full")
    return Refusal(500, "internal_error", "internal_error", "the server failed; nothing is known of why")


def respond(refusal: Refusal) -> Response:
    """The refusal as a response."""
    return Response(
        refusal.body(), status_code=refusal.status, headers=refusal.headers, media_type="application/json"
    )
