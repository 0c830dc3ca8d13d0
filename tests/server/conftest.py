"""A migrated empty database, made once, and servers on copies of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from atlas_desktop.server.app import close_app, create_app
from tests.server.talk import Talk, call_line, config_for, talking


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "atlas.db"
    close_app(create_app(config_for(path)))
    assert [file.name for file in path.parent.iterdir()] == ["atlas.db"]
    return path


@pytest.fixture
def talk(tmp_path: Path, template: Path) -> Iterator[Talk]:
    """A server with nothing in it."""
    with talking(tmp_path / "atlas.db", template) as server:
        yield server


@pytest.fixture
def five(talk: Talk) -> Talk:
    """A server with five calls of the first organization; two are of the narrowed key's customer."""
    talk.lines([call_line(n, operation="greet") for n in range(3)])
    talk.lines([call_line(n, operation="part", customer="north/prod") for n in (3, 4)])
    return talk
