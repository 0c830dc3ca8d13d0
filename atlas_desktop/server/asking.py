"""Reading a request: its key, its query, its body, each checked before a handler sees it."""

import asyncio
import hashlib
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, get_origin
from urllib.parse import parse_qsl

from pydantic import BaseModel, ValidationError
from starlette.requests import ClientDisconnect, Request
from starlette.types import Receive

from atlas_desktop.contract.capabilities import HEADER_IDEMPOTENCY
from atlas_desktop.contract.datasets import DatasetItemsAdd
from atlas_desktop.contract.feedback import FeedbackBatch
from atlas_desktop.contract.route import Route
from atlas_desktop.contract.text import bad_text
from atlas_desktop.domain.strict_json import NotStrictError, parse_strictly
from atlas_desktop.server.config import ServerConfig
from atlas_desktop.server.refusals import (
    Refusal,
    bad_request,
    invalid,
    invalid_text,
    too_large,
    unauthenticated,
    unprocessable,
)
from atlas_desktop.server.storage.idempotency import Token
from atlas_desktop.server.storage.scope import Scope
from atlas_desktop.server.storage.storage import Storage

_LONGEST_KEY: Final = 200
_MOST_PARAMETERS: Final = 100
_LONGEST_TOKEN: Final = 255
_TOO_LARGE: Final = 413
_MOST_PASSED: Final = 4
"""Bodies' limits: one that is too large, but no larger than so many, is read and forgotten."""
_BATCHES: Final = (FeedbackBatch, DatasetItemsAdd)
PARSE_INLINE: Final = 64 * 1024
"""A body longer than this is parsed in a thread: 16 MiB of JSON would hold up the loop for seconds."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, read and checked. ``query`` and ``body`` are the models the route names."""

    route: Route
    scope: Scope
    path: dict[str, str]
    query: Any
    body: Any
    raw: bytes
    token: Token | None
    receive: Receive | None = None
    """What comes next from the client: after the body, only that it has gone."""


def bearer_key(request: Request) -> str:
    """The key of the request. Raises Refusal (401)."""
    values = request.headers.getlist("authorization")
    if not values:
        raise unauthenticated("missing_key", "give an API key: Authorization: Bearer nm_live_…")
    kind, _, key = values[0].partition(" ")
    if len(values) > 1 or kind.lower() != "bearer" or not 0 < len(key.strip()) <= _LONGEST_KEY:
        raise unauthenticated("malformed_key", "the Authorization header must be: Bearer nm_live_…")
    return key.strip()


async def scope_of(key: str, storage: Storage) -> Scope:
    """What the key opens. Raises Refusal (401), the same for unknown and revoked keys."""
    registry = storage.registry
    scope = registry.remembered(key) or await storage.compute(lambda: registry.look_up(key))
    if scope is None:
        raise unauthenticated("invalid_key", "this API key is unknown or was revoked")
    return scope


def read_query(request: Request, route: Route) -> BaseModel | None:
    """The query parameters as the route's model. Raises Refusal (422)."""
    if route.query is None and not request.scope["query_string"]:
        return None
    try:
        pairs = parse_qsl(
            request.scope["query_string"].decode("utf-8"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_MOST_PARAMETERS,
        )
    except UnicodeDecodeError:
        raise invalid_text(("query",)) from None
    except ValueError:
        raise unprocessable("invalid_query", f"more than {_MOST_PARAMETERS} query parameters") from None
    if (bad := bad_text(dict(pairs))) is not None:
        raise invalid_text(("query", *bad))
    model = route.query or _NoQuery
    values: dict[str, Any] = {}
    for name, value in pairs:
        if name in _lists(model):
            values.setdefault(name, []).append(value)
        elif name in values:
            raise unprocessable("invalid_field", f"{name} is given more than once", param=name)
        else:
            values[name] = value
    try:
        query = model.model_validate(values)
    except ValidationError as error:
        raise invalid(error, at=("query",)) from None
    return query if route.query else None


def read_path(request: Request) -> dict[str, str]:
    """The ids in the path. Raises Refusal (422) for text no store can keep."""
    path = {name: str(value) for name, value in request.path_params.items()}
    if bad_text(path) is not None:
        raise invalid_text(("path",))
    return path


async def read_body(request: Request, route: Route, config: ServerConfig) -> bytes:
    """All bytes of the body. Raises Refusal (400, 408 as 400, 413, 415)."""
    if route.bodiless:
        return b""
    try:
        _check_headers(request, route, config)
        return await _read_in_time(request, config)
    except Refusal as refusal:
        if refusal.status == _TOO_LARGE:
            await _let_pass(request, config)
        raise


async def _let_pass(request: Request, config: ServerConfig) -> None:
    """Take in a body whose end is told: closed before, the connection is reset, and most clients never see why."""
    length = request.headers.get("content-length", "")
    if not length.isdecimal() or int(length[:20]) > _MOST_PASSED * config.body_limit:
        return
    with suppress(ClientDisconnect, TimeoutError):
        async with asyncio.timeout(config.body_timeout):
            async for _ in request.stream():
                continue


async def _read_in_time(request: Request, config: ServerConfig) -> bytes:
    if config.body_timeout is None or config.executor == "inline":
        return await _all_bytes(request, config)
    try:
        async with asyncio.timeout(config.body_timeout):
            return await _all_bytes(request, config)
    except TimeoutError:
        refusal = bad_request("body_timeout", f"the body did not arrive within {config.body_timeout:g} s")
        refusal.headers["connection"] = "close"
        raise refusal from None


async def parse_body(raw: bytes, route: Route, storage: Storage) -> Any:
    """The body as the route's model. Raises Refusal (400, 422)."""
    if route.body is None:
        return None
    model = route.body
    if not raw and route.lenient_body:
        return model()
    if len(raw) <= PARSE_INLINE:
        return _parsed(raw, model)
    return await storage.compute(lambda: _parsed(raw, model))


def read_token(request: Request, raw: bytes) -> Token | None:
    """The ``Idempotency-Key`` of a POST: 1 to 255 visible ASCII characters. Raises Refusal (400)."""
    key = request.headers.get(HEADER_IDEMPOTENCY) if request.method == "POST" else None
    if key is None:
        return None
    if not (0 < len(key) <= _LONGEST_TOKEN and key.isascii() and key.isprintable()):
        raise bad_request(
            "invalid_idempotency_key", "Idempotency-Key takes 1 to 255 visible ASCII characters"
        )
    target = f"{request.url.path}?{request.url.query}"
    return Token(key, hashlib.sha256(target.encode("utf-8", "replace") + b"\x00" + raw).digest())


class _NoQuery(BaseModel, extra="forbid"):
    pass


@lru_cache
def _lists(model: type[BaseModel]) -> frozenset[str]:
    return frozenset(
        name for name, field in model.model_fields.items() if get_origin(field.annotation) is list
    )


def _check_headers(request: Request, route: Route, config: ServerConfig) -> None:
    encoding = request.headers.get("content-encoding", "identity").lower()
    if encoding != "identity":
        raise _unsupported("send the body uncompressed", "content_encoding")
    if route.lenient_body and _has_no_body(request):
        return
    media, _, parameters = request.headers.get("content-type", "").partition(";")
    charset = parameters.strip().lower().replace('"', "")
    if media.strip().lower() != route.media or charset not in ("", "charset=utf-8"):
        raise _unsupported(f"the body must be {route.media} in UTF-8", "content_type")
    length = request.headers.get("content-length", "0")
    if length.isdecimal() and int(length[:20]) > config.body_limit:
        raise _body_too_large(config)


def _has_no_body(request: Request) -> bool:
    return "transfer-encoding" not in request.headers and request.headers.get("content-length", "0") == "0"


async def _all_bytes(request: Request, config: ServerConfig) -> bytes:
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > config.body_limit:
                raise _body_too_large(config)
    except ClientDisconnect:
        raise bad_request("incomplete_body", "the body ended early") from None
    return bytes(body)


def _parsed(raw: bytes, model: type[BaseModel]) -> BaseModel:
    try:
        value = parse_strictly(raw)
    except NotStrictError as error:
        raise bad_request(error.kind, f"the body was not taken: {error}") from None
    checked = value
    if model in _BATCHES:
        # Each item stands on its own: its text is checked when its turn comes.
        checked = {} if isinstance(value, list) else value
        if isinstance(checked, dict):
            checked = {name: member for name, member in checked.items() if name != "items"}
    if (bad := bad_text(checked)) is not None:
        raise invalid_text(bad)
    try:
        return model.model_validate(value, strict=True)
    except ValidationError as error:
        raise invalid(error) from None


def _unsupported(message: str, code: str) -> Refusal:
    return Refusal(415, "invalid_request_error", f"unsupported_{code}", message)


def _body_too_large(config: ServerConfig) -> Refusal:
    return too_large(f"a request body may hold at most {config.body_limit} bytes")
