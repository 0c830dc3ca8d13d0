"""Tags by use: what I tag with, and what stands on the calls."""

from collections.abc import Sequence

import apsw
import orjson

from atlas_desktop.database.database import Database
from atlas_desktop.domain.opinion import UNSURE_TAG

_USED = """
INSERT INTO tag_use(tag, times, last_ms) VALUES (?, 1, ?)
ON CONFLICT DO UPDATE SET times = times + 1, last_ms = excluded.last_ms
"""
_MINE = "SELECT tag, times FROM tag_use WHERE tag <> ? ORDER BY times DESC, last_ms DESC, tag LIMIT ?"
_THEIRS = "SELECT tags, count(*) FROM head WHERE tags IS NOT NULL GROUP BY tags"


class Tags:
    """Reads only: use is counted where decisions are written."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def used_most(self, limit: int = 9) -> list[str]:
        """My tags, most used first."""
        return await self._database.read(
            lambda reader: [tag for tag, _ in reader.execute(_MINE, (UNSURE_TAG, limit))]
        )

    async def counts(self) -> dict[str, int]:
        """Every tag known, with how often it was given: by me on this computer, or on the calls as pulled."""
        return await self._database.read(_counts)


def used(writer: apsw.Connection, tags: Sequence[str], at_ms: int) -> None:
    """Count one act with these tags, inside the caller's transaction."""
    writer.executemany(_USED, [(tag, at_ms) for tag in tags])


def _counts(reader: apsw.Connection) -> dict[str, int]:
    found: dict[str, int] = {}
    for tags, times in reader.execute(_THEIRS):
        for tag in orjson.loads(tags):
            found[tag] = found.get(tag, 0) + times
    for tag, times in reader.execute(_MINE, (UNSURE_TAG, -1)):
        found[tag] = max(found.get(tag, 0), times)
    found.pop(UNSURE_TAG, None)
    return found
