"""Bringing a database to this version: Alembic, forward only."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from atlas_desktop.server.storage.every_table import metadata
from atlas_desktop.server.storage.search import create_index

NEWEST: Final = "0001"
"""The last migration; a test compares it with the folder. Known here so that a start need not load Alembic."""


version: Final = sa.Table(
    "alembic_version", sa.MetaData(), sa.Column("version_num", sa.String(32), nullable=False)
)
sa.PrimaryKeyConstraint(version.c.version_num, name="alembic_version_pkc")


class NewerDatabaseError(RuntimeError):
    """The database was written by a newer version of the program."""


def migrate(engine: sa.Engine, *, before_commit: Callable[[], None] | None = None) -> None:
    """Run what is missing, in one transaction. Raises NewerDatabaseError for a database from the future."""
    found = version_of(engine)
    if found == NEWEST:
        return
    if found is None and engine.dialect.name == "sqlite":
        _build(engine, before_commit)
        return
    upgrade(engine, before_commit=before_commit)


def upgrade(engine: sa.Engine, *, before_commit: Callable[[], None] | None = None) -> None:
    """Run what is missing, by Alembic."""
    found = version_of(engine)
    # Alembic and Mako take 100 ms to import: only an upgrade pays for them.
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


def _build(engine: sa.Engine, before_commit: Callable[[], None] | None) -> None:
    """A new database, as all the migrations together would leave it: a test compares the two."""
    with engine.begin() as connection:
        metadata.create_all(connection)
        create_index(connection)
        version.create(connection)
        connection.execute(sa.insert(version).values(version_num=NEWEST))
        if before_commit is not None:
            before_commit()


def version_of(engine: sa.Engine) -> str | None:
    """The step the database is at; None when it is empty."""
    with engine.connect() as connection:
        if not sa.inspect(connection).has_table(version.name):
            return None
        found: str | None = connection.scalar(sa.select(version.c.version_num))
        return found
