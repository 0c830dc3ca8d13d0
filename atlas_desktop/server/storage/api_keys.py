"""Keys of an organization as they are stored: a salt and a hash, never their text."""

from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa

from atlas_desktop.contract.ids import new_id
from atlas_desktop.server.storage.registry import hash_secret, new_key
from atlas_desktop.server.storage.tables import api_key


@dataclass(frozen=True, slots=True)
class MadeKey:
    """A key that was made just now, with the text that nobody can read again."""

    id: str
    key: str = field(repr=False)
    prefix: str


def fresh(org: int, name: str, customer: str | None, now: datetime) -> tuple[MadeKey, sa.Insert]:
    """A key for an organization, and the statement that stores it."""
    key, prefix, secret = new_key()
    salt = new_key()[2].encode()
    made = MadeKey(new_id("key_"), key, prefix)
    return made, sa.insert(api_key).values(
        id=made.id,
        org=org,
        prefix=prefix,
        salt=salt,
        hashed=hash_secret(salt, secret),
        name=name,
        customer=customer,
        created_ms=int(now.timestamp() * 1000),
    )
