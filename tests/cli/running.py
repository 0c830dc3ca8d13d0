"""The real command, as a process, with a home of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

KEY = "nm_live_canary_Zq3vT9sLx0w7Rk5bYc2h"


@dataclass(frozen=True)
class Ran:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def environment(home: Path, **more: str) -> dict[str, str]:
    names = ("PATH", "LANG", "LC_ALL", "SYSTEMROOT", "QT_QPA_PLATFORM")
    kept = {name: os.environ[name] for name in names if name in os.environ}
    return kept | {"ATLAS_DESKTOP_HOME": str(home)} | more


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "atlas_desktop", *map(str, arguments)]


def run(home: Path, *arguments: object, stdin: bytes = b"", **variables: str) -> Ran:
    done = subprocess.run(
        command(*arguments), env=environment(home, **variables), input=stdin, capture_output=True, timeout=100
    )
    ran = Ran(done.returncode, done.stdout.decode(), done.stderr.decode())
    assert "Traceback" not in ran.err, ran.err
    return ran


@contextmanager
def serving(home: Path, database: Path | None = None, **variables: str) -> Iterator[str]:
    """The base URL of a real server process that takes ``KEY``; ``variables`` are in its environment."""
    given = {"secret": "00" * 32, "key": KEY, "database": str(database or home / "served.db")}
    with subprocess.Popen(
        command("serve", "--child"),
        env=environment(home, **variables),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(json.dumps(given).encode() + b"\n")
        process.stdin.flush()
        try:
            yield f"http://127.0.0.1:{json.loads(process.stdout.readline())['port']}/v1"
        finally:
            process.communicate(timeout=20)
    assert process.returncode == 0
