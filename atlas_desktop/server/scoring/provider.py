"""Asking a model: one request to an OpenAI-compatible endpoint, no redirects, no proxies, a hard deadline."""

import http.client
import socket
import ssl
import threading
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

import orjson

from atlas_desktop.contract.base import Json
from atlas_desktop.domain.scoring.score import Reason
from atlas_desktop.server.scoring.address import AddressRefused, Target, resolved, target_of
from atlas_desktop.server.scoring.endpoint import ModelEndpoint

_CONNECT_SECONDS: Final = 10.0
_LONGEST_PAUSE: Final = 30.0
_PASSES: Final = frozenset({408, 425, 429, 500, 502, 503, 504, 529})
"""States of a server that pass: the same request may be answered a little later."""


class Failed(Exception):  # noqa: N818 - an answer, not a failure of ours
    """No usable answer, in words without anything the other end sent. ``reason`` is a score's."""

    def __init__(self, who: "Who", words: str) -> None:
        super().__init__(f"{who.name} {words}")
        self.reason: Reason = who.reason


class Passing(Failed):
    """What may be over soon: asked again, it may answer. ``after``: seconds that it wants to be left alone."""

    def __init__(self, who: "Who", words: str, after: float | None = None) -> None:
        super().__init__(who, words)
        self.after = after


@dataclass(frozen=True, slots=True)
class Who:
    """Who is asked: its name for people, and the reason of a score that it did not give."""

    name: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Reply:
    """Status and body of an answer."""

    status: int
    body: bytes


def ask(endpoint: ModelEndpoint, path: str, body: Json, *, who: Who, most: int) -> Reply:
    """Post to a path of the endpoint; ``most`` bytes may come. Every step has a limit, and all of them one together.

    Blocks, at most ``endpoint.seconds`` and a little. Raises Failed, Passing,
    AddressRefused.
    """
    target = target_of(endpoint.base_url)
    connection = http.client.HTTPConnection(target.host, target.port, timeout=_CONNECT_SECONDS)
    try:
        # Were it closed too early, it would connect anew by itself: to whatever the name says then, without TLS.
        connection.auto_open = 0
        connection.sock = _connected(target)
        # A server that sends a byte now and then never exceeds a socket's own timeout.
        alarm = threading.Timer(endpoint.seconds, _hang_up, (connection.sock,))
        alarm.name, alarm.daemon = "atlas-model-deadline", True
        alarm.start()
        try:
            connection.sock.settimeout(endpoint.seconds)
            return _exchanged(connection, f"{target.path}{path}", endpoint.key, body, who, most)
        finally:
            alarm.cancel()
    except AddressRefused:
        raise
    except (TimeoutError, OSError, http.client.HTTPException) as error:
        raise Passing(who, f"could not be asked ({type(error).__name__})") from None
    except ValueError as error:
        raise Failed(who, f"could not be asked ({type(error).__name__})") from None
    finally:
        connection.close()


def _connected(target: Target) -> socket.socket:
    # To the address that was checked: looked up again, the name could lead elsewhere.
    plain = socket.create_connection((resolved(target), target.port), timeout=_CONNECT_SECONDS)
    if not target.secure:
        return plain
    try:
        return ssl.create_default_context().wrap_socket(plain, server_hostname=target.host)
    except BaseException:
        plain.close()
        raise


def _hang_up(connected: socket.socket) -> None:
    with suppress(OSError):
        connected.shutdown(socket.SHUT_RDWR)


def _exchanged(
    connection: http.client.HTTPConnection, path: str, key: str, body: Json, who: Who, most: int
) -> Reply:
    headers = {"Content-Type": "application/json", "Accept-Encoding": "identity"}
    if key:
        headers["Authorization"] = f"Bearer {key}"
    connection.request("POST", path, orjson.dumps(body), headers)
    response = connection.getresponse()
    answer = response.read(most + 1)
    if response.status in _PASSES:
        raise Passing(who, f"answered with status {response.status}", _pause(response.headers["retry-after"]))
    if len(answer) > most:
        raise Failed(who, "answered far too much")
    return Reply(response.status, answer)


def _pause(said: str | None) -> float | None:
    """The seconds that the other end asks for, half a minute at most; dates are not read."""
    if said is None or not said.isascii() or not said.isdigit() or len(said) > 6:
        return None
    return min(float(said), _LONGEST_PAUSE)
