"""What ``dev.py`` can do: run, test, bench, doctor."""

import os
import subprocess
import sys
import time
from pathlib import Path

import environment
import system_packages
from environment import ROOT, SetupError

USAGE = """usage: python3 packaging/dev.py COMMAND [ARGUMENTS]

  run [ARGUMENTS]       set up what is missing and open the app (with --demo when no arguments are given)
  test [ARGUMENTS]      style, types, import directions, tests; arguments go to pytest
  bench [ARGUMENTS]     measure against the limits, as a table (--calls N)
  doctor                say what is there and what is missing; changes nothing
"""
_NEEDS_NO_WINDOW = frozenset({"--help", "-h", "--version", "--offscreen"})


def main(arguments: list[str]) -> int:
    """Run one command. Gives the exit code: 2 when it could not be done."""
    commands = {"run": run, "test": test, "bench": bench, "doctor": doctor}
    if not arguments or arguments[0] not in commands:
        print(USAGE, end="")
        return 0 if arguments and arguments[0] in _NEEDS_NO_WINDOW else 2
    try:
        return commands[arguments[0]](arguments[1:])
    except SetupError as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def run(arguments: list[str]) -> int:
    """Open the app, or write the screenshots where there is no display to open it on."""
    python = _ready(window=has_display())
    if opens_window(arguments) and not has_display():
        folder = ROOT / "screenshots"
        print(
            f"There is no display here, so no window: writing the screenshots to {folder} instead.",
            flush=True,
        )
        return _call([str(python), "-m", "atlas_desktop", "screenshots", str(folder)])
    return _call([str(python), "-m", "atlas_desktop", *(arguments or ["--demo"])])


def test(arguments: list[str]) -> int:
    """All checks; every one runs, whatever the others said, and pytest comes last."""
    python = _ready(window=False)
    packages = system_packages.missing_test_packages()
    if packages and not system_packages.install(packages):
        print(f"The keyring tests will be skipped: they need {' '.join(packages)}.")
    tools = python.parent
    failed = [
        name
        for name, command in (
            ("ruff check", [tools / "ruff", "check"]),
            ("ruff format", [tools / "ruff", "format", "--check"]),
            ("mypy", [tools / "mypy"]),
            ("lint-imports", [tools / "lint-imports"]),
            ("pytest", pytest_command(python, arguments)),
        )
        if not _check(name, [str(part) for part in command])
    ]
    if failed:
        print(f"failed: {', '.join(failed)}")
    return 1 if failed else 0


def bench(arguments: list[str]) -> int:
    """The measurements, with this machine's limit beside each."""
    return _call([str(_ready(window=False)), "-m", "tests.bench", *arguments])


def doctor(arguments: list[str]) -> int:
    """Each need with its state. Gives 1 when something needed is missing."""
    rows = list(_findings())
    width = max(len(name) for name, _, _ in rows)
    for name, fine, said in rows:
        print(f"{'ok' if fine else '--'} {name:<{width}}  {said}")
    return 0 if all(fine for _, fine, _ in rows) else 1


def has_display() -> bool:
    """Whether a window can be opened: always, but on Linux only with X11, Wayland or a platform of choice."""
    if not sys.platform.startswith("linux"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def opens_window(arguments: list[str]) -> bool:
    """Whether these arguments to ``atlas-desktop`` open the app: it has options only, and none that just prints."""
    return not arguments or (arguments[0].startswith("-") and not _NEEDS_NO_WINDOW & set(arguments))


def pytest_command(python: Path, arguments: list[str]) -> list[str]:
    """pytest in two processes, the tests of a file always in one; in one alone where ``-n`` or ``--pdb`` say so."""
    spread = [] if "-n" in arguments or "--pdb" in arguments else ["-n", "2", "--dist", "loadfile"]
    return [str(python), "-m", "pytest", *spread, *arguments]


def _ready(*, window: bool) -> Path:
    python = environment.ensure()
    missing = system_packages.missing_libraries(
        _pyside(python), window=window or system_packages.can_install()
    )
    packages = system_packages.packages_for(missing)
    if not system_packages.has_fonts():
        packages.append(system_packages.FONT_PACKAGE)
    if packages and not system_packages.install(packages):
        raise SetupError(f"Qt needs these packages of the system; install them first: {' '.join(packages)}")
    return python


def _pyside(python: Path) -> Path:
    venv = python.parent.parent
    found = [*venv.glob("lib/python3*/site-packages/PySide6"), *venv.glob("Lib/site-packages/PySide6")]
    return found[0] if found else venv


def _call(command: list[str]) -> int:
    return subprocess.run(command, cwd=ROOT, env=environment.clean_environment(), check=False).returncode


def _check(name: str, command: list[str]) -> bool:
    print(f"\n== {name}", flush=True)
    start = time.monotonic()
    fine = _call(command) == 0
    print(f"== {name}: {'passed' if fine else 'FAILED'} in {time.monotonic() - start:.0f} s", flush=True)
    return fine


def _findings() -> list[tuple[str, bool, str]]:
    python = environment.python_of(environment.VENV)
    ready = environment.is_ready(environment.VENV, environment.current_stamp())
    libraries = system_packages.missing_libraries(_pyside(python), window=has_display()) if ready else []
    tests = system_packages.missing_test_packages()
    shared = ROOT.parent / "shared" / "data"
    return [
        ("Python", True, f"{sys.version.split()[0]} at {sys.executable}"),
        (
            ".venv",
            ready,
            "finished and up to date" if ready else "not set up for this Python and lock: run makes it",
        ),
        (
            "libraries",
            not libraries,
            ", ".join(system_packages.packages_for(libraries)) or _libraries_said(ready),
        ),
        (
            "fonts",
            system_packages.has_fonts(),
            "found" if system_packages.has_fonts() else "none: fonts-dejavu-core",
        ),
        ("display", True, "found" if has_display() else "none: run writes screenshots instead"),
        ("keyring tests", True, f"skipped without {' '.join(tests)}" if tests else "can run"),
        (
            "recorded calls",
            True,
            f"{shared}" if shared.is_dir() else "no ../shared/data: tests on them are skipped",
        ),
    ]


def _libraries_said(ready: bool) -> str:
    return "all that Qt loads are here" if ready else "known once .venv is set up"
