"""What somebody has typed and not saved yet: kept by name, so that neither a look elsewhere nor a crash loses it."""

from typing import Final

import apsw

from atlas_desktop.database.database import Database
from atlas_desktop.store import facts

_PREFIX: Final = "unsaved/"


class Unsaved:
    """Texts by a name of the caller's."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> dict[str, str]:
        """Everything that is kept."""
        return await self._database.read(_all)

    async def keep(self, name: str, text: str | None) -> None:
        """Keep this text under the name; None: nothing is unsaved there any more."""
        await self._database.write(lambda writer: _keep(writer, name, text))


def _all(reader: apsw.Connection) -> dict[str, str]:
    rows = reader.execute("SELECT key, value FROM meta WHERE key >= ? AND key < ?", (_PREFIX, "unsaved0"))
    return {str(key).removeprefix(_PREFIX): str(value) for key, value in rows}


def _keep(writer: apsw.Connection, name: str, text: str | None) -> None:
    if text is None:
        writer.execute("DELETE FROM meta WHERE key = ?", (_PREFIX + name,))
    else:
        facts.write(writer, _PREFIX + name, text)
