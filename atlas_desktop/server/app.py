"""The ASGI app: one Starlette route per line of the contract's table."""

from starlette.applications import Starlette

from atlas_desktop.server.config import ServerConfig


def create_app(config: ServerConfig) -> Starlette:
    """An app with its database open (migrated when needed). Close it with :func:`close_app`."""
    raise NotImplementedError


def close_app(app: Starlette) -> None:
    """Finish queued writes, close the database and the threads. Also done at ASGI lifespan shutdown."""
    raise NotImplementedError
