"""The virtual environment beside the clone: made once, from hash-locked requirements, and then left alone."""

import hashlib
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import system_packages

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LOCK = ROOT / "packaging" / "requirements.lock"
PROJECT = ROOT / "pyproject.toml"
STAMP = "atlas-desktop.stamp"


class SetupError(Exception):
    """Something the person at the keyboard has to do first; the text says what."""


def python_of(venv: Path) -> Path:
    """The interpreter inside a virtual environment."""
    return venv / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


def wanted_stamp(lock: bytes, project: bytes, version: str) -> str:
    """What identifies a finished environment: the locked packages, the project file, the Python."""
    digest = hashlib.sha256()
    for part in (lock, project, version.encode()):
        digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()


def current_stamp() -> str:
    """The stamp an environment of this clone and this Python must carry."""
    return wanted_stamp(LOCK.read_bytes(), PROJECT.read_bytes(), sys.version)


def is_ready(venv: Path, stamp: str) -> bool:
    """Whether the last set-up of this environment ran to its end, for this stamp."""
    try:
        return (venv / STAMP).read_text() == stamp and python_of(venv).exists()
    except OSError:
        return False


def ensure(venv: Path = VENV) -> Path:
    """Make the environment if it is not there, or not finished. Gives its interpreter."""
    stamp = current_stamp()
    if not is_ready(venv, stamp):
        print(
            f"Setting up {venv.name} with Python {sys.version.split()[0]}: the first time takes a few minutes.",
            flush=True,
        )
        (venv / STAMP).unlink(missing_ok=True)
        if not _has_working_pip(venv):
            _make(venv)
        _install(venv)
        # Last of all, and in one step: an interrupted set-up leaves no stamp and is taken up again.
        fresh = venv / (STAMP + ".new")
        fresh.write_text(stamp)
        fresh.replace(venv / STAMP)
    return python_of(venv)


def _has_working_pip(venv: Path) -> bool:
    """Whether this is an environment of this very Python, whole enough for pip to run."""
    python = python_of(venv)
    if not python.exists():
        return False
    ask = "import pip, sys; print(sys.version)"
    try:
        answer = subprocess.run([python, "-c", ask], capture_output=True, text=True, check=False)
    except OSError:
        return False
    return answer.returncode == 0 and answer.stdout.strip() == sys.version.strip()


def _make(venv: Path) -> None:
    if importlib.util.find_spec("ensurepip") is None:
        package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
        if not system_packages.install([package]):
            raise SetupError(f"This Python cannot make virtual environments. Install the package {package}.")
    _run([sys.executable, "-m", "venv", "--clear", str(venv)], "The virtual environment could not be made.")


def _install(venv: Path) -> None:
    pip = [
        str(python_of(venv)),
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-input",
        "--disable-pip-version-check",
    ]
    _run(
        [*pip, "--require-hashes", "--only-binary", ":all:", "--requirement", str(LOCK)],
        "The packages could not be installed: see above. What was fetched is kept; run this again to go on.",
    )
    _run(
        [*pip, "--no-deps", "--no-build-isolation", "--editable", str(ROOT)],
        "The project could not be installed.",
    )


def _run(command: list[str], problem: str) -> None:
    if subprocess.run(command, cwd=ROOT, env=clean_environment(), check=False).returncode != 0:
        raise SetupError(problem)


def clean_environment() -> dict[str, str]:
    """This process's environment without what would point Python elsewhere."""
    return {
        name: value
        for name, value in os.environ.items()
        if name not in ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")
    }
