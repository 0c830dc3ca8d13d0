"""Whose file this is: small facts about the connection that must survive a restart."""

from atlas_desktop.database.database import Database


class Identity:
    """Key and value, both text."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, key: str) -> str | None:
        """The value kept under this key, or None."""
        raise NotImplementedError

    async def put(self, key: str, value: str) -> None:
        """Keep a value. The key ``reviewer`` tells which feedback of the server is mine."""
        raise NotImplementedError
