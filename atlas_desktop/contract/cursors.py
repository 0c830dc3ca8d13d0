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
    return _as_text(_tag(body, secret, scope) + body)


def decode_cursor(cursor: str, *, secret: bytes, scope: str) -> list[Json]:
    """Open a cursor made by :func:`encode_cursor`. Raises BadCursorError for any other text."""
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    except (binascii.Error, ValueError) as error:
        raise BadCursorError(cursor) from error
    tag, body = raw[:_TAG], raw[_TAG:]
    # Base64 has several spellings for the same bytes, with stray characters and loose last bits: one is ours.
    genuine = hmac.compare_digest(tag, _tag(body, secret, scope))
    if not genuine or _as_text(raw) != cursor:
        raise BadCursorError(cursor)
    position: list[Json] = orjson.loads(body)
    return position


def _as_text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _tag(body: bytes, secret: bytes, scope: str) -> bytes:
    return hmac.digest(secret, scope.encode() + b"\x00" + body, hashlib.sha256)[:_TAG]
