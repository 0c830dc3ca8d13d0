"""The Atlas on this computer, for commands that work without its process: the same code, called directly."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from atlas_desktop.app.home import Home
from atlas_desktop.server.app import close_app, create_app
from atlas_desktop.server.config import ServerConfig, StaticKey, sqlite_url

if TYPE_CHECKING:
    from atlas_desktop.api import AsyncAtlas


def database_url(home: Path | None, database: str | None = None, *, create: bool = True) -> str:
    """The URL given, or that of the database under the home, whose folders are made when missing (``create``)."""
    if database is not None:
        return database if "://" in database else sqlite_url(Path(database).absolute())
    found = Home.find(home)
    if create:
        found.create()
    return sqlite_url(found.server_db)


@asynccontextmanager
async def local_client(home: Path | None, database: str | None = None) -> "AsyncIterator[AsyncAtlas]":
    """A client of the Atlas on this computer. Works beside a running one: both write the same database."""
    # The HTTP client takes 90 ms to load, and serving and keys have no use for it.
    from atlas_desktop.api import AsyncAtlas  # noqa: PLC0415
    from atlas_desktop.api.transport import in_process  # noqa: PLC0415
    from atlas_desktop.app.local_server import new_key  # noqa: PLC0415

    key = new_key()
    static = StaticKey(key.reveal(), organization="local", name="import")
    app = create_app(ServerConfig(database_url(home, database), static_keys=(static,)))
    try:
        async with AsyncAtlas("http://127.0.0.1/v1", key, transport=in_process(app)) as client:
            yield client
    finally:
        close_app(app)
