"""Asking a judge: one request to an OpenAI-compatible endpoint, no redirects, no proxies, a hard deadline."""

import http.client
import socket
import ssl
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, Final

import orjson

from atlas_desktop.contract.base import Json
from atlas_desktop.contract.evaluators import JudgeConfig
from atlas_desktop.domain.scoring.judge import (
    REPLY_FORMAT,
    fresh_fence,
    judge_messages,
    judge_score,
    too_large,
)
from atlas_desktop.domain.scoring.score import Finding, Score, unscored
from atlas_desktop.server.scoring.address import AddressRefused, Target, resolved, target_of
from atlas_desktop.server.scoring.endpoint import VARIABLES, JudgeEndpoint

_CONNECT_SECONDS: Final = 10.0
_LARGEST_REPLY: Final = 256 * 1024
_MOST_TOKENS: Final = 1_000
_NONE: Final = f"no judge is configured: give the server {', '.join(VARIABLES)}"


class _Failed(Exception):  # noqa: N818 - an answer, not a failure of ours
    """No usable answer, in words without anything the other end sent."""


def score_judge(
    endpoint: JudgeEndpoint | None,
    config: JudgeConfig,
    output: str,
    messages: Sequence[Mapping[str, Any]],
    expected: str | None,
) -> Score:
    """The judge's score, or none with the reason. Blocks, at most ``endpoint.seconds`` and a little."""
    model = config.judge_model or (endpoint.model if endpoint else None)
    if endpoint is None:
        return unscored("no_judge", _NONE)
    if model is None:
        return unscored("no_judge", "neither the evaluator nor the server names a judge's model")
    if too_large(output, messages, expected):
        return unscored("too_large", "the conversation is too long for a judge")
    said = judge_messages(config, output, fresh_fence(), messages=messages, expected=expected)
    if said is None:
        return Score(0.0, details=(Finding(f"there is no {config.field} in the output"),))
    try:
        return judge_score(_ask(endpoint, model, said))
    except AddressRefused as refused:
        return unscored("no_judge", f"the judge's address was refused: {refused}")
    except _Failed as failed:
        return unscored("judge_failed", str(failed))


def _ask(endpoint: JudgeEndpoint, model: str, messages: Json) -> str:
    target = target_of(endpoint.base_url)
    asked = {"model": model, "messages": messages}
    limits = {"temperature": 0, "max_tokens": _MOST_TOKENS, "response_format": REPLY_FORMAT}
    status, answer = _post(endpoint, target, asked | limits)
    if status in (400, 422):
        # Not every model takes these; that JSON is wanted is said in words as well.
        status, answer = _post(endpoint, target, asked)
    if status != 200:
        raise _Failed(f"the judge answered with status {status}")
    try:
        content = orjson.loads(answer)["choices"][0]["message"]["content"]
    except (orjson.JSONDecodeError, LookupError, TypeError):
        raise _Failed("the judge's answer is no chat completion") from None
    if not isinstance(content, str):
        raise _Failed("the judge's answer has no text")
    return content


def _post(endpoint: JudgeEndpoint, target: Target, body: Json) -> tuple[int, bytes]:
    """Status and body of one request. Every step has a limit, and all of them one together."""
    connection = http.client.HTTPConnection(target.host, target.port, timeout=_CONNECT_SECONDS)
    try:
        # Were it closed too early, it would connect anew by itself: to whatever the name says then, without TLS.
        connection.auto_open = 0
        connection.sock = _connected(target)
        # A server that sends a byte now and then never exceeds a socket's own timeout.
        alarm = threading.Timer(endpoint.seconds, _hang_up, (connection.sock,))
        alarm.name, alarm.daemon = "atlas-judge-deadline", True
        alarm.start()
        try:
            connection.sock.settimeout(endpoint.seconds)
            return _exchanged(connection, target, endpoint.key, orjson.dumps(body))
        finally:
            alarm.cancel()
    except (TimeoutError, OSError, http.client.HTTPException, ValueError) as error:
        if isinstance(error, AddressRefused):
            raise
        raise _Failed(f"the judge could not be asked ({type(error).__name__})") from None
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
    connection: http.client.HTTPConnection, target: Target, key: str, body: bytes
) -> tuple[int, bytes]:
    headers = {"Content-Type": "application/json", "Accept-Encoding": "identity"}
    if key:
        headers["Authorization"] = f"Bearer {key}"
    connection.request("POST", f"{target.path}/chat/completions", body, headers)
    response = connection.getresponse()
    answer = response.read(_LARGEST_REPLY + 1)
    if len(answer) > _LARGEST_REPLY:
        raise _Failed("the judge's answer is far too long")
    return response.status, answer
