import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from atlas_desktop.app.home import ENVIRONMENT, Home, private_dir

posix = pytest.mark.skipif(os.name != "posix", reason="modes of POSIX")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_home_is_what_is_given_then_what_the_environment_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ENVIRONMENT, str(tmp_path / "env"))
    assert Home.find(tmp_path / "given").root == tmp_path / "given"
    assert Home.find().root == tmp_path / "env"
    monkeypatch.delenv(ENVIRONMENT)
    assert Home.find().root.name == "atlas-desktop"


@posix
def test_a_folder_that_holds_other_things_is_not_closed_to_others(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o1777)
    (shared / "somebody's").touch()
    with pytest.raises(PermissionError, match="a folder of its own"):
        Home(shared).create()
    assert mode(shared) == 0o1777
    assert [file.name for file in shared.iterdir()] == ["somebody's"]
    shared.chmod(0o700)
    Home(shared).create()


@posix
def test_every_folder_is_closed_to_others_also_one_that_was_open(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.workspaces_dir.mkdir(parents=True, mode=0o755)
    home.root.chmod(0o755)
    home.create()
    home.create()
    folders = [home.root, home.workspaces_dir, home.log_dir, home.server_db.parent]
    assert {mode(folder) for folder in folders} == {0o700}
    assert mode(private_dir(home.workspace_dir("abc"))) == 0o700


def test_all_files_are_under_the_root(tmp_path: Path) -> None:
    home = Home(tmp_path)
    for path in (home.settings_file, home.server_db, home.log_dir, home.store_file("x"), home.lock_file("x")):
        assert path.is_relative_to(tmp_path)


@pytest.mark.skipif(sys.platform != "linux", reason="prctl and rlimits of Linux")
def test_the_guarded_process_writes_private_files_and_no_core(tmp_path: Path) -> None:
    program = """
import ctypes, json, pathlib, resource, sys
from atlas_desktop.app.home import guard_process
guard_process()
path = pathlib.Path(sys.argv[1]); path.write_text("x")
print(json.dumps([
    oct(path.stat().st_mode & 0o777),
    resource.getrlimit(resource.RLIMIT_CORE),
    ctypes.CDLL(None).prctl(3, 0, 0, 0, 0),
]))
"""
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "file")], capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == ["0o600", [0, 0], 0]
