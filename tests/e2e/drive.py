"""Drives a `driven_app` process: keys in, what the window shows out; and kills it when asked to."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).resolve().parents[2]
Seen = dict[str, Any]


class App:
    """The application, running with this home."""

    def __init__(self, home: Path, **environment: str) -> None:
        self._errors = (home.parent / f"{home.name}.stderr").open("ab+")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.e2e.driven_app"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env={
                **os.environ,
                "ATLAS_DESKTOP_HOME": str(home),
                "QT_QPA_PLATFORM": "offscreen",
                **environment,
            },
        )

    def keys(self, *names: str) -> Seen:
        """Press these keys, one after the other, in one turn of the loop."""
        return self._ask(keys=list(names))

    def write(self, text: str) -> Seen:
        """Type this into whatever has the focus."""
        return self._ask(type=text)

    def until(self, seconds: float = 20.0, **wanted: object) -> Seen:
        """Wait until the window shows this."""
        seen = self._ask(until=wanted, seconds=seconds)
        assert not seen["late"], f"waited {seconds:.0f} s for {wanted}; it shows {seen}\n{self.errors()}"
        return seen

    def picture(self, path: Path) -> None:
        """Paint the window into a file, to look at."""
        self._ask(picture=str(path))

    def rate(self, key: str) -> str:
        """Press a rating key on the painted call, wait until the next one is painted; the call that was rated."""
        before = self.until(painted=True)
        self.keys(key)
        after = self.until(painted=True, position=before["position"] + 1)
        assert after["call"] != before["call"]
        rated: str = before["call"]
        return rated

    def room(self, size: int | None) -> None:
        """Its files may grow to this size and no further, as on a full disk; None: as they like."""
        import resource  # there is none on Windows

        limit = resource.RLIM_INFINITY if size is None else size
        resource.prlimit(self._process.pid, resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))

    def kill(self) -> None:
        """``kill -9``: it does not get to do anything more."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait(timeout=20)
        self._close_pipes()

    def quit(self) -> None:
        """Close it by its key, and see that it ends well and said nothing."""
        assert self._process.stdin is not None
        self._send({"keys": ["Ctrl+Q"]})
        self._process.stdin.close()
        code = self._process.wait(timeout=30)
        said = self.errors()
        self._close_pipes()
        assert code == 0, f"it ended with {code}\n{said}"
        assert said == "", said

    def errors(self) -> str:
        """What it wrote to standard error so far."""
        self._errors.flush()
        self._errors.seek(0)
        return self._errors.read().decode()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.poll() is None:
            self.kill()
        self._close_pipes()
        self._errors.close()

    def _ask(self, **order: object) -> Seen:
        self._send(order)
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, f"the application is gone\n{self.errors()}"
        seen: Seen = json.loads(line)
        return seen

    def _send(self, order: dict[str, object]) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        self._process.stdin.flush()

    def _close_pipes(self) -> None:
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None and not pipe.closed:
                pipe.close()
