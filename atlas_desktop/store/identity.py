"""Whose file this is: small facts about the connection that must survive a restart."""

from typing import Final

from atlas_desktop.database.database import Database
from atlas_desktop.store import facts

_OURS: Final = frozenset({"cursor", "digest", "total", "synced_at_ms"})


class Identity:
    """Key and value, both text."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, key: str) -> str | None:
        """The value kept under this key, or None."""
        return await self._database.read(lambda reader: facts.read_text(reader, key))

    async def put(self, key: str, value: str) -> None:
        """Keep a value. The key ``reviewer`` tells which feedback of the server is mine."""
        if key in _OURS:
            raise ValueError(f"{key} is the store's own")
        await self._database.write(lambda writer: facts.write(writer, key, value))
