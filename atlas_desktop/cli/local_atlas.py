"""The Atlas on this computer, for commands that work without its process: the same code, called directly."""

from pathlib import Path

from atlas_desktop.app.home import Home
from atlas_desktop.server.config import sqlite_url


def database_url(home: Path | None, database: str | None = None, *, create: bool = True) -> str:
    """The URL given, or that of the database under the home, whose folders are made when missing (``create``)."""
    if database is not None:
        return database if "://" in database else sqlite_url(Path(database).absolute())
    found = Home.find(home)
    if create:
        found.create()
    return sqlite_url(found.server_db)
