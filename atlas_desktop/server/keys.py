"""API keys: made, listed and revoked in the server's database. The CLI's ``keys`` commands call these."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from atlas_desktop.server.storage.api_keys import fresh
from atlas_desktop.server.storage.engine import NoDatabaseError, begin_writing, open_engine
from atlas_desktop.server.storage.migrate import migrate
from atlas_desktop.server.storage.registry import organization_named
from atlas_desktop.server.storage.tables import api_key, organization

__all__ = ["KeyInfo", "NoDatabaseError", "create_key", "list_keys", "revoke_key"]


@dataclass(frozen=True, slots=True)
class KeyInfo:
    """What is known of a key without its secret."""

    prefix: str
    name: str
    organization: str
    customer: str | None
    created_at: datetime
    revoked_at: datetime | None


def create_key(
    database_url: str, *, name: str, organization: str = "local", customer: str | None = None
) -> str:
    """Make a key and return its text, which is never shown again. Makes the organization when new.

    ``name`` is the reviewer its feedback is signed with. Raises ValueError for an empty name.
    """
    if not name.strip() or not organization.strip() or (customer is not None and not customer.strip()):
        raise ValueError("name, organization and customer must not be blank")
    now = datetime.now(UTC)
    with _database(database_url) as connection:
        made, statement = fresh(organization_named(connection, organization, now), name, customer, now)
        connection.execute(statement)
    return made.key


def list_keys(database_url: str) -> list[KeyInfo]:
    """All keys, oldest first. Raises NoDatabaseError, and makes none."""
    with _database(database_url, create=False) as connection:
        rows = connection.execute(
            sa.select(api_key, organization.c.name.label("organization"))
            .join(organization)
            .order_by(api_key.c.created_ms, api_key.c.id)
        ).all()
    return [
        KeyInfo(
            row.prefix,
            row.name,
            row.organization,
            row.customer,
            _moment(row.created_ms),
            None if row.revoked_ms is None else _moment(row.revoked_ms),
        )
        for row in rows
    ]


def revoke_key(database_url: str, prefix: str) -> bool:
    """Revoke a key by its 6-character prefix; False when there is none alive. Takes effect within 5 s.

    Raises NoDatabaseError, and makes none.
    """
    with _database(database_url, create=False) as connection:
        done = connection.execute(
            sa.update(api_key)
            .where(api_key.c.prefix == prefix, api_key.c.revoked_ms.is_(None))
            .values(revoked_ms=_milliseconds(datetime.now(UTC)))
        )
    return done.rowcount > 0


@contextmanager
def _database(database_url: str, *, create: bool = True) -> Iterator[sa.Connection]:
    engine = begin_writing(open_engine(database_url, pool_size=1, create=create))
    try:
        migrate(engine)
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
