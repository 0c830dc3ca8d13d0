"""Opaque keyset cursors, bound to whoever they were given to."""

import base64
import binascii
import hashlib
import hmac

import orjson

from atlas_desktop.contract.base import Json

_TAG = 12


class BadCursorError(ValueError):
    """The cursor was not issued by this server to this caller for this list."""


def encode_cursor(position: list[Json], *, secret: bytes, scope: str) -> str:
    """Seal a keyset position (JSON scalars) for one scope, such as organization and list name."""
    body = orjson.dumps(position)
    return base64.urlsafe_b64encode(_tag(body, secret, scope) + body).decode().rstrip("=")


def decode_cursor(cursor: str, *, secret: bytes, scope: str) -> list[Json]:
    """Open a cursor made by :func:`encode_cursor`. Raises BadCursorError for any other text."""
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    except (binascii.Error, ValueError) as error:
        raise BadCursorError(cursor) from error
    tag, body = raw[:_TAG], raw[_TAG:]
    if not hmac.compare_digest(tag, _tag(body, secret, scope)):
        raise BadCursorError(cursor)
    position: list[Json] = orjson.loads(body)
    return position


def _tag(body: bytes, secret: bytes, scope: str) -> bytes:
    return hmac.digest(secret, scope.encode() + b"\x00" + body, hashlib.sha256)[:_TAG]
