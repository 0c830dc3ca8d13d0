"""The Atlases the user works with: add, test, remove."""

from typing import TYPE_CHECKING

from atlas_desktop.app.secrets import Kept
from atlas_desktop.app.settings import Connection
from atlas_desktop.contract.capabilities import Capabilities
from atlas_desktop.contract.secret import Secret

if TYPE_CHECKING:
    from dataclasses import dataclass
else:
    from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Added:
    """A new connection, and where its key is kept."""

    connection: Connection
    capabilities: Capabilities
    kept: Kept


def base_url_from(text: str) -> str:
    """The address as typed, made whole: scheme, no trailing slash, ``/v1``. Raises KnownError with what is wrong."""
    raise NotImplementedError


class Connections:
    """The list of connections and their keys."""

    @property
    def all(self) -> tuple[Connection, ...]:
        """In the order they were added."""
        raise NotImplementedError

    async def test(self, base_url: str, key: Secret) -> Capabilities:
        """Ask the server what it can do with this key. Raises KnownError that says what to do."""
        raise NotImplementedError

    async def add(self, title: str, base_url: str, key: Secret, reviewer: str | None = None) -> Added:
        """Test, then keep: the key in the keyring, the rest in the settings. Raises KnownError."""
        raise NotImplementedError

    async def replace_key(self, connection_id: str, key: Secret) -> Kept:
        """Another key for the same organization. Raises KnownError."""
        raise NotImplementedError

    async def remove(self, connection_id: str) -> None:
        """Forget the connection and its key. Its local store stays on disk."""
        raise NotImplementedError
