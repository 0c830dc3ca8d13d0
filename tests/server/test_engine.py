"""Which database a URL names, and what is not one."""

import os
from pathlib import Path

import pytest

from atlas_desktop.server.config import sqlite_url
from atlas_desktop.server.keys import create_key, list_keys
from atlas_desktop.server.storage.engine import UnusableDatabaseError, open_engine


@pytest.mark.parametrize("name", ["a?b", "a#b", "a%41b", "a b", "a:b@c", "é", "a&b=c", "%00", "a;b"])
def test_a_folder_may_have_any_name(tmp_path: Path, name: str) -> None:
    path = tmp_path / name / "atlas.db"
    url = sqlite_url(path)
    create_key(url, name="kim")
    assert [key.name for key in list_keys(url)] == ["kim"]
    assert [file.name for file in tmp_path.iterdir()] == [name]
    assert [file.name for file in path.parent.iterdir()] == ["atlas.db"]


@pytest.mark.parametrize(
    "url",
    [
        "", "x", "sqlite://", "sqlite:///:memory:", "sqlite:///x?mode=memory", "sqlite:///x%00y", "odd://h/x",
        "postgresql+odd://user:hidden-word@h/x", "mysql://user:hidden-word@h/x", "sqlite://user:hidden-word@",
        "://user:hidden-word", "x://user:hidden-word@[h",
    ],
)  # fmt: skip
def test_what_is_no_database_is_said_in_words(url: str) -> None:
    with pytest.raises(UnusableDatabaseError) as refused:
        open_engine(url, pool_size=1)
    assert "hidden-word" not in str(refused.value)


@pytest.mark.skipif(os.name != "posix", reason="makes a named pipe")
def test_what_is_no_file_keeps_its_modes(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    for name in ("pipe", "folder"):
        place = tmp_path / name
        place.chmod(0o755)
        with pytest.raises(UnusableDatabaseError, match="is no file"):
            open_engine(sqlite_url(place), pool_size=1)
        assert place.stat().st_mode & 0o777 == 0o755
