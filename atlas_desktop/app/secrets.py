"""Keys live in the operating system's keyring, or in memory for this session: never in a file."""

import keyring
from collections.abc import Callable
from dataclasses import dataclass
from keyring.backend import KeyringBackend

from atlas_desktop.contract.secret import Secret


@dataclass(frozen=True, slots=True)
class Kept:
    """Where a key was put. ``why`` is a plain sentence when it is only in memory."""

    where: str
    why: str | None = None


class KeyVault:
    """The keys of the connections, by connection id."""

    def __init__(self, backend: Callable[[], KeyringBackend] = keyring.get_keyring, *, limit: float = 3.0) -> None:
        self.why: str | None = None

    async def get(self, connection_id: str) -> Secret | None:
        """The key of this connection, or None; then ``why`` may say what keeps us from it."""
        raise NotImplementedError

    async def set(self, connection_id: str, key: Secret) -> Kept:
        """Keep a key."""
        raise NotImplementedError

    async def delete(self, connection_id: str) -> None:
        """Forget a key, here and in the keyring."""
        raise NotImplementedError
