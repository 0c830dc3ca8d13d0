"""The organization's operations, as last heard from the server."""

from collections.abc import Sequence

from atlas_desktop.contract.operations import Operation
from atlas_desktop.database.database import Database
from atlas_desktop.store.changed import Changed


class Operations:
    """A copy of the server's list."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def replace(self, operations: Sequence[Operation]) -> Changed:
        """Make the list exactly this."""
        raise NotImplementedError

    async def list(self) -> list[Operation]:
        """All of them, by key."""
        raise NotImplementedError
