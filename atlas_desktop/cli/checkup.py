"""``atlas-desktop doctor``: what this program needs, checked one by one."""

import asyncio
import json
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Literal

import typer

from atlas_desktop import __version__
from atlas_desktop.app.home import Home
from atlas_desktop.app.problems import reason_of
from atlas_desktop.cli.failing import DONE, NO, shown

# Older ones can lose committed pages of a WAL file (sync.md, section 1).
_LEAST_SQLITE: Final = (3, 51, 3)
_LEAST_FREE: Final = 500 * 1024 * 1024

_ELSEWHERE: Final = "Choose another place with --home or ATLAS_DESKTOP_HOME."

State = Literal["ok", "limited", "missing"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One check. ``limited`` works with less; ``missing`` must be put right."""

    name: str
    state: State
    detail: str


def run(home: Path | None, *, as_json: bool) -> int:
    """Check everything and say it; 1 when something is missing."""
    findings = list(_findings(Home.find(home)))
    if as_json:
        typer.echo(json.dumps([asdict(finding) for finding in findings]))
    else:
        for finding in findings:
            typer.echo(shown(f"{finding.state:8} {finding.name}: {finding.detail}"))
    return NO if any(finding.state == "missing" for finding in findings) else DONE


def _findings(home: Home) -> Iterator[Finding]:
    yield Finding("program", "ok", f"atlas-desktop {__version__}")
    python = f"{platform.python_version()} on {platform.platform()}"
    yield Finding("python", "ok" if (3, 11) <= sys.version_info < (3, 14) else "missing", python)
    yield _guarded("sqlite of the store", _store_sqlite)
    yield _guarded("sqlite of the server", _server_sqlite)
    yield _guarded("qt", _qt)
    yield _screen()
    yield _guarded("keyring", _keyring)
    yield _guarded("home", lambda: _home(home))
    yield _local_atlas(home)


def _guarded(name: str, check: Callable[[], tuple[State, str]]) -> Finding:
    """A check whose failure is its answer: a library that is not there, or not for this computer."""
    try:
        state, detail = check()
    except (ImportError, OSError) as error:
        return Finding(name, "missing", reason_of(error))
    return Finding(name, state, detail)


def _store_sqlite() -> tuple[State, str]:
    import apsw  # noqa: PLC0415 - a missing library is a finding, not a crash

    return _sqlite(tuple(map(int, apsw.sqlite_lib_version().split("."))))


def _server_sqlite() -> tuple[State, str]:
    from pysqlite3 import dbapi2  # noqa: PLC0415

    return _sqlite(dbapi2.sqlite_version_info)


def _sqlite(version: tuple[int, ...]) -> tuple[State, str]:
    said, least = (".".join(map(str, numbers)) for numbers in (version, _LEAST_SQLITE))
    return ("ok", said) if version >= _LEAST_SQLITE else ("missing", f"{said}, needs {least} or newer")


def _qt() -> tuple[State, str]:
    # Loading the widgets is the check: on a bare Linux their shared libraries are what is missing.
    from PySide6 import QtCore, QtWidgets  # noqa: PLC0415

    _ = QtWidgets.QWidget
    return "ok", QtCore.qVersion()


def _screen() -> Finding:
    if sys.platform != "linux":
        return Finding("screen", "ok", sys.platform)
    found = [name for name in ("WAYLAND_DISPLAY", "DISPLAY") if os.environ.get(name)]
    if found:
        return Finding("screen", "ok", ", ".join(f"{name}={os.environ[name]}" for name in found))
    return Finding("screen", "limited", "no display: --offscreen, screenshots and the commands work")


def _keyring() -> tuple[State, str]:
    from atlas_desktop.app.secrets import KeyVault  # noqa: PLC0415

    vault = KeyVault()
    asyncio.run(vault.get("doctor"))
    return ("limited", vault.why) if vault.why else ("ok", "keys are kept by the operating system")


def _home(home: Home) -> tuple[State, str]:
    # What is there already, of the way to it: the rest would be made inside.
    folder = next(found for found in (home.root, *home.root.parents) if os.path.lexists(found))
    if not folder.is_dir():
        return "missing", f"{home.root} cannot be made: {folder} is no folder. {_ELSEWHERE}"
    try:
        with tempfile.TemporaryFile(dir=folder):
            free = shutil.disk_usage(folder).free
    except OSError as error:
        why = f"nothing can be written in {folder} ({reason_of(error)})"
        return "missing", f"{home.root} cannot be used: {why}. {_ELSEWHERE}"
    said = f"{home.root}, {free // 1024**2} MB free"
    return ("ok" if free >= _LEAST_FREE else "limited"), said


def _local_atlas(home: Home) -> Finding:
    if not home.server_db.is_file():
        return Finding("local atlas", "ok", "none yet")
    return Finding("local atlas", "ok", f"{home.server_db.stat().st_size / 1024**2:.1f} MB")
