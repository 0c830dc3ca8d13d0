"""The parts of ``dev.py`` that decide; setting up for real is what every CI run begins with."""

import importlib
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "packaging"))

import commands  # noqa: E402
import environment  # noqa: E402
import system_packages  # noqa: E402

# Without annotations: an old Python must be able to read it.
dev: Any = importlib.import_module("dev")


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 12, 9), (3, 13, 1)])
def test_these_versions_fit(version: tuple[int, ...]) -> None:
    assert dev.unfit(version) is None


@pytest.mark.parametrize("version", [(2, 7, 18), (3, 10, 13), (3, 14, 0)])
def test_these_do_not_and_are_told(version: tuple[int, ...]) -> None:
    said = dev.unfit(version)
    assert said is not None
    assert "3.11 to 3.13" in said
    assert f"{version[0]}.{version[1]}." in said


def test_the_versions_are_those_of_the_project_file() -> None:
    wanted = re.search(r'requires-python = "(.+)"', environment.PROJECT.read_text())
    assert wanted is not None
    assert wanted[1] == f">=3.{dev.OLDEST[1]},<3.{dev.NEWEST[1] + 1}"


def test_an_old_python_can_read_the_first_file() -> None:
    import ast

    ast.parse((ROOT / "packaging" / "dev.py").read_text(), feature_version=(3, 7))


def test_the_stamp_changes_with_each_of_its_parts() -> None:
    stamp = environment.wanted_stamp(b"lock", b"project", "3.11.7")
    others = {
        environment.wanted_stamp(b"lock2", b"project", "3.11.7"),
        environment.wanted_stamp(b"lock", b"project2", "3.11.7"),
        environment.wanted_stamp(b"lock", b"project", "3.12.1"),
        environment.wanted_stamp(b"lockproject", b"", "3.11.7"),
    }
    assert len(others) == 4
    assert stamp not in others
    assert stamp == environment.wanted_stamp(b"lock", b"project", "3.11.7")


def test_ready_needs_the_stamp_and_the_interpreter(tmp_path: Path) -> None:
    python = environment.python_of(tmp_path)
    assert not environment.is_ready(tmp_path, "s")
    (tmp_path / environment.STAMP).write_text("s")
    assert not environment.is_ready(tmp_path, "s")
    python.parent.mkdir()
    python.touch()
    assert environment.is_ready(tmp_path, "s")
    assert not environment.is_ready(tmp_path, "other")


class Pip:
    """Stands where commands are run, and fails at the given one, as a cut network would."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.fail_at: int | None = None
        self.ran: list[list[str]] = []
        monkeypatch.setattr(environment, "_run", self)

    def __call__(self, command: list[str], problem: str) -> None:
        if self.fail_at == len(self.ran):
            raise environment.SetupError(problem)
        self.ran.append(command)
        if "venv" in command:
            python = environment.python_of(Path(command[-1]))
            python.parent.mkdir(parents=True)
            python.symlink_to(sys.executable)


def test_an_interrupted_set_up_is_taken_up_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pip = Pip(monkeypatch)
    venv = tmp_path / ".venv"
    pip.fail_at = 2
    with pytest.raises(environment.SetupError):
        environment.ensure(venv)
    assert not environment.is_ready(venv, environment.current_stamp())
    pip.fail_at, pip.ran = None, []
    assert environment.ensure(venv) == environment.python_of(venv)
    assert environment.is_ready(venv, environment.current_stamp())
    assert ["venv" in command for command in pip.ran] == [False, False]
    pip.ran = []
    environment.ensure(venv)
    assert pip.ran == []


def test_packages_come_locked_hashed_and_unbuilt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pip = Pip(monkeypatch)
    environment.ensure(tmp_path / ".venv")
    packages, project = (" ".join(command) for command in pip.ran[1:])
    assert "--require-hashes --only-binary :all:" in packages
    assert "--no-deps --no-build-isolation --editable" in project


LDD = """/x/QtGui.abi3.so:
\tlinux-vdso.so.1 (0x00007ffd)
\tlibEGL.so.1 => not found
\tlibxcb-cursor.so.0 => not found
\tlibdbus-1.so.3 => /lib/x86_64-linux-gnu/libdbus-1.so.3 (0x00007f)
/x/QtWidgets.abi3.so:
\tlibEGL.so.1 => not found
\tlibnew.so.9 => not found
"""


def test_missing_libraries_and_their_packages() -> None:
    missing = system_packages.parse_ldd(LDD)
    assert missing == ["libEGL.so.1", "libnew.so.9", "libxcb-cursor.so.0"]
    assert system_packages.packages_for(missing) == ["libegl1", "libnew.so.9", "libxcb-cursor0"]
    assert system_packages.parse_ldd("\tlibc.so.6 => /lib/libc.so.6") == []


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="shared libraries are looked up on Linux")
def test_this_machine_runs_qt_so_nothing_is_missing() -> None:
    import PySide6

    assert system_packages.missing_libraries(Path(PySide6.__file__).parent, window=False) == []


def test_nothing_is_installed_where_that_is_not_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system_packages, "can_install", lambda: False)
    assert system_packages.install(["libegl1"]) is False


@pytest.mark.parametrize("arguments", [[], ["--demo"], ["--home", "x"]])
def test_these_open_a_window(arguments: list[str]) -> None:
    assert commands.opens_window(arguments)


@pytest.mark.parametrize(
    "arguments", [["serve"], ["import", "x"], ["--help"], ["--offscreen"], ["--demo", "--offscreen"]]
)
def test_these_do_not(arguments: list[str]) -> None:
    assert not commands.opens_window(arguments)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere there is always a display")
def test_a_display_is_any_of_three(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    for name in names:
        monkeypatch.delenv(name, raising=False)
    assert not commands.has_display()
    for name in names:
        with monkeypatch.context() as patch:
            patch.setenv(name, "x")
            assert commands.has_display()


def test_pytest_takes_arguments() -> None:
    python = Path("p")
    assert commands.pytest_command(python, ["-k", "x"]) == (
        ["p", "-m", "pytest", "-n", "2", "--dist", "loadfile", "-k", "x"]
    )
    assert commands.pytest_command(python, ["-n", "0"]) == ["p", "-m", "pytest", "-n", "0"]


def call(*arguments: str) -> subprocess.CompletedProcess[str]:
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "COV"))}
    command = [sys.executable, str(ROOT / "packaging" / "dev.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environ)


def test_the_real_script_explains_itself() -> None:
    usage = call()
    assert usage.returncode == 2
    assert all(f"  {name} " in usage.stdout for name in ("run", "test", "bench", "doctor"))
    assert call("nonsense").returncode == 2
    assert call("--help").returncode == 0


def test_the_real_doctor_changes_nothing_and_names_everything() -> None:
    answer = call("doctor")
    assert answer.returncode in (0, 1)
    assert [line[3:].split("  ")[0] for line in answer.stdout.splitlines()] == [
        "Python", ".venv", "libraries", "fonts", "display", "keyring tests", "recorded calls",
    ]  # fmt: skip
