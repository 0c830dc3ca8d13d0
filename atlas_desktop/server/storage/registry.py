"""Who is who: organizations and the keys that open them. The one place that reads across organizations."""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from atlas_desktop.contract.ids import new_id
from atlas_desktop.server.config import ServerConfig, StaticKey
from atlas_desktop.server.storage.scope import Scope
from atlas_desktop.server.storage.tables import api_key, organization

KEY: Final = re.compile(r"nm_live_([0-9a-z]{6})_([0-9a-z]{32,64})", re.ASCII)
REMEMBERED_SECONDS: Final = 1.0
"""How long a key that was looked up is trusted: a revocation is effective after this (at most 5 s)."""

_REMEMBERED_KEYS: Final = 10_000
_ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"
_SERVER: Final = "server"
_DUMMY_SALT: Final = bytes(16)
_DUMMY_HASH: Final = bytes(32)


@dataclass(frozen=True, slots=True)
class _Known:
    salt: bytes
    hashed: bytes
    scope: Scope
    until: float


@dataclass(frozen=True, slots=True)
class _Static:
    hashed: bytes
    scope: Scope


class Registry:
    """Finds the scope a key opens. A key looked up is remembered for a second."""

    def __init__(self, readers: sa.Engine, writer: sa.Engine, config: ServerConfig) -> None:
        self._readers = readers
        self._clock = config.clock
        self._known: dict[str, _Known] = {}
        self._static: tuple[_Static, ...] = ()
        if config.static_keys:
            with writer.begin() as connection:
                self._static = tuple(
                    _static(connection, key, config.clock.now()) for key in config.static_keys
                )

    def remembered(self, key: str) -> Scope | None:
        """The scope of a static key or of one looked up a moment ago; None means: look it up."""
        found = None
        digest = hash_secret(_DUMMY_SALT, key)
        for static in self._static:
            if hmac.compare_digest(digest, static.hashed):
                found = static.scope
        if found is not None:
            return found
        parts = KEY.fullmatch(key)
        known = self._known.get(parts[1]) if parts else None
        if parts is None or known is None or known.until <= self._clock.monotonic():
            return None
        return known.scope if hmac.compare_digest(known.hashed, hash_secret(known.salt, parts[2])) else None

    def look_up(self, key: str) -> Scope | None:
        """The scope a key opens now, from the database; None when it is malformed, unknown or revoked."""
        parts = KEY.fullmatch(key)
        prefix, secret = (parts[1], parts[2]) if parts else ("", key)
        row = self._row(prefix)
        salt, hashed = (row.salt, row.hashed) if row is not None else (_DUMMY_SALT, _DUMMY_HASH)
        # An unknown prefix is compared too, with a dummy, so that the time taken tells nothing.
        same = hmac.compare_digest(hashed, hash_secret(salt, secret))
        if row is None or not same or row.revoked_ms is not None:
            self._known.pop(prefix, None)
            return None
        scope = Scope(row.org, row.organization, row.organization_id, row.customer, row.name)
        if len(self._known) >= _REMEMBERED_KEYS:
            self._known.clear()
        self._known[prefix] = _Known(salt, hashed, scope, self._clock.monotonic() + REMEMBERED_SECONDS)
        return scope

    def organizations(self) -> list[Scope]:
        """Every organization, as the server itself works for it."""
        with self._readers.connect() as connection:
            rows = connection.execute(sa.select(organization).order_by(organization.c.org)).all()
        return [Scope(row.org, row.name, row.id, None, _SERVER) for row in rows]

    def _row(self, prefix: str) -> sa.Row[Any] | None:
        with self._readers.connect() as connection:
            return connection.execute(
                sa.select(
                    api_key,
                    organization.c.name.label("organization"),
                    organization.c.id.label("organization_id"),
                )
                .join(organization)
                .where(api_key.c.prefix == prefix)
            ).first()


def new_key() -> tuple[str, str, str]:
    """A fresh key (160 random bits): its text, its prefix, its secret part."""
    prefix = "".join(secrets.choice(_ALPHABET) for _ in range(6))
    secret = "".join(secrets.choice(_ALPHABET) for _ in range(32))
    return f"nm_live_{prefix}_{secret}", prefix, secret


def hash_secret(salt: bytes, secret: str) -> bytes:
    """What is stored of a secret. 160 random bits need no slow hash, and a slow one would be a lever."""
    return hmac.digest(salt, secret.encode("utf-8", "surrogatepass"), hashlib.sha256)


def organization_named(connection: sa.Connection, name: str, now: datetime) -> int:
    """The number of the organization of this name, made when there is none."""
    found = connection.scalar(sa.select(organization.c.org).where(organization.c.name == name))
    if found is not None:
        return int(found)
    created_ms = int(now.timestamp() * 1000)
    row = sa.insert(organization).values(
        id=new_id("org_"), name=name, revision=0, live=0, digest=0, created_ms=created_ms
    )
    return int(connection.execute(row.returning(organization.c.org)).scalar_one())


def _static(connection: sa.Connection, key: StaticKey, now: datetime) -> _Static:
    org = organization_named(connection, key.organization, now)
    public_id = connection.scalar(sa.select(organization.c.id).where(organization.c.org == org))
    scope = Scope(org, key.organization, str(public_id), key.customer, key.name, key.operator)
    return _Static(hash_secret(_DUMMY_SALT, key.key), scope)
