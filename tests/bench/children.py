"""Starts the app's process for a scene and brings home what it measured."""

import subprocess
import sys
import tempfile
import time
from os import environ
from pathlib import Path
from typing import Any, Final

import orjson

ROOT: Final = Path(__file__).resolve().parents[2]
_LONGEST: Final = 900.0


class SceneFailed(Exception):  # noqa: N818 - it is the scene that failed
    """What went wrong in the app's process."""


def play(scene: str, home: Path, *, scale: float = 1.0) -> dict[str, Any]:
    """Run a scene in a process of its own. Raises SceneFailed."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out.json"
        command = [sys.executable, "-m", "tests.bench.launch", scene, str(home), str(out)]
        started = str(time.monotonic_ns())
        done = subprocess.run(
            [*command, started, str(scale)],
            cwd=ROOT,
            env=environment(),
            capture_output=True,
            text=True,
            timeout=_LONGEST,
        )
        answer: dict[str, Any] = orjson.loads(out.read_bytes()) if out.exists() else {}
    if not answer or "failed" in answer or done.returncode != 0:
        raise SceneFailed(
            f"{scene}: exit code {done.returncode}\n{answer.get('failed', '')}\n{done.stderr[-4000:]}"
        )
    return answer


def environment() -> dict[str, str]:
    """No screen, and nobody's keyring."""
    kept = {name: value for name, value in environ.items() if not name.startswith(("NEWMEN_", "ATLAS_"))}
    return kept | {"QT_QPA_PLATFORM": "offscreen", "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent/bus"}
