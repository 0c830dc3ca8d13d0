"""The other end of the contract: an Atlas that runs on this computer (Starlette, SQLAlchemy Core, SQLite)."""
