"""Calls put aside for later: a list on this computer only, last put aside first."""

from collections.abc import Sequence
from datetime import datetime

from atlas_desktop.database.database import Database


class Asides:
    """Every method returns after COMMIT."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, calls: Sequence[int], *, now: datetime) -> None:
        """Put these aside; those that are already keep their place."""
        rows = [(call, round(now.timestamp() * 1000)) for call in calls]
        sql = "INSERT OR IGNORE INTO later(call, at_ms) VALUES (?, ?)"
        await self._database.write(lambda writer: writer.executemany(sql, rows), soon=True)

    async def remove(self, calls: Sequence[int]) -> None:
        """Take these off the list."""
        rows = [(call,) for call in calls]
        sql = "DELETE FROM later WHERE call = ?"
        await self._database.write(lambda writer: writer.executemany(sql, rows), soon=True)

    async def all(self) -> list[int]:
        """The calls on the list; those that are gone are left out."""
        sql = "SELECT later.call FROM later JOIN call ON call.seq = later.call AND gone = 0 ORDER BY at_ms DESC, call"
        return await self._database.read(lambda reader: [row[0] for row in reader.execute(sql)])
