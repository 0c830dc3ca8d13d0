"""Bringing a database to this version: Alembic, forward only."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

import sqlalchemy as sa

NEWEST: Final = "0001"
"""The last migration; a test compares it with the folder. Known here so that a start need not load Alembic."""


class NewerDatabaseError(RuntimeError):
    """The database was written by a newer version of the program."""


def migrate(engine: sa.Engine, *, before_commit: Callable[[], None] | None = None) -> None:
    """Run what is missing, in one transaction. Raises NewerDatabaseError for a database from the future."""
    found = version_of(engine)
    if found == NEWEST:
        return
    # Alembic and Mako take 100 ms to import: only a first start or an upgrade pays for them.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from alembic.util import CommandError  # noqa: PLC0415

    config = Config()
    # A % in the folder this program is in would be read as a placeholder.
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise NewerDatabaseError(
                f"the database is at step {found}, this program knows steps up to {NEWEST}"
            ) from error
        if before_commit is not None:
            before_commit()


def version_of(engine: sa.Engine) -> str | None:
    """The step the database is at; None when it is empty."""
    with engine.connect() as connection:
        if not sa.inspect(connection).has_table("alembic_version"):
            return None
        version: str | None = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
        return version
