"""Migrations: what they build, and what they leave when they die or meet the future."""

from pathlib import Path
from typing import Any

import apsw
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from atlas_desktop.server.config import sqlite_url
from atlas_desktop.server.storage import migrate as migrations
from atlas_desktop.server.storage.engine import begin_writing, open_engine
from atlas_desktop.server.storage.migrate import NEWEST, NewerDatabaseError, migrate, version_of
from atlas_desktop.server.storage.tables import metadata
from tests.server.talk import talking


def test_migrations_build_what_a_new_database_gets_at_once(template: Path, tmp_path: Path) -> None:
    engine = open_engine(sqlite_url(tmp_path / "a.db"), pool_size=1)
    migrations.upgrade(begin_writing(engine))
    new = open_engine(sqlite_url(template), pool_size=1)
    with engine.connect() as stepwise, new.connect() as at_once:
        assert _built(stepwise) == _built(at_once)
    new.dispose()
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": _not_full_text})
        assert compare_metadata(context, metadata) == []
    assert version_of(engine) == NEWEST
    engine.dispose()


def _built(connection: sa.Connection) -> dict[str, set[str]]:
    """The parts of every statement that made something: only their order, and the order of columns, is free."""
    rows = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
    return {name: {part.strip(" \t,)") for part in sql.splitlines()} for name, sql in rows}


def _not_full_text(_item: Any, name: str | None, kind: str, *_: Any) -> bool:
    return not (kind == "table" and (name or "").startswith("call_text"))


def test_the_newest_step_is_the_folders_last() -> None:
    steps = sorted((Path(migrations.__file__).parent / "migrations" / "versions").glob("0*.py"))
    assert steps[-1].name.startswith(f"{NEWEST}_")


def test_a_migration_that_dies_leaves_nothing(tmp_path: Path) -> None:
    class Crash(BaseException):
        pass

    def die() -> None:
        raise Crash

    engine = begin_writing(open_engine(sqlite_url(tmp_path / "a.db"), pool_size=1))
    with pytest.raises(Crash):
        migrate(engine, before_commit=die)
    assert sa.inspect(engine).get_table_names() == []
    migrate(engine)
    assert version_of(engine) == NEWEST
    engine.dispose()


def test_a_database_from_the_future_is_left_alone(tmp_path: Path, template: Path) -> None:
    path = tmp_path / "a.db"
    path.write_bytes(template.read_bytes())
    connection = apsw.Connection(str(path))
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(NewerDatabaseError, match="9999"), talking(path):
        pass
    assert path.read_bytes() == before
