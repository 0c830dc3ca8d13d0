"""API keys: made, listed and revoked in the server's database. The CLI's ``keys`` commands call these."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class KeyInfo:
    """What is known of a key without its secret."""

    prefix: str
    name: str
    organization: str
    customer: str | None
    created_at: datetime
    revoked_at: datetime | None


def create_key(database_url: str, *, name: str, organization: str = "local", customer: str | None = None) -> str:
    """Make a key and return its text, which is never shown again. Makes the organization when new."""
    raise NotImplementedError


def list_keys(database_url: str) -> list[KeyInfo]:
    """All keys, oldest first."""
    raise NotImplementedError


def revoke_key(database_url: str, prefix: str) -> bool:
    """Revoke a key by its 6-character prefix; False when there is none. Takes effect within 5 s."""
    raise NotImplementedError
