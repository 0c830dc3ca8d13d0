"""The server that the app starts for itself: what it loads is what the app waits for."""

import json
import subprocess
import sys
from pathlib import Path

HEAVY = {
    "httpx",
    "typer",
    "alembic",
    "h11",
    "keyring",
    "PySide6",
    "sqlalchemy.dialects.postgresql",
    "atlas_desktop.api",
    "atlas_desktop.store",
}


def test_the_child_loads_nothing_it_does_not_serve_with() -> None:
    program = (
        f"import sys, json, atlas_desktop.cli.child; print(json.dumps(sorted({HEAVY!r} & set(sys.modules))))"
    )
    repository = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=repository,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert json.loads(done.stdout) == []
