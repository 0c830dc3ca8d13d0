"""The other end of the contract: an Atlas that runs on this computer (Starlette, SQLAlchemy Core, SQLite)."""

from atlas_desktop.server.app import close_app, create_app
from atlas_desktop.server.config import Clock, CommitHooks, RateLimit, ServerConfig, StaticKey

__all__ = [
    "Clock",
    "CommitHooks",
    "RateLimit",
    "ServerConfig",
    "StaticKey",
    "close_app",
    "create_app",
]
