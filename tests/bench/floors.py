"""What this machine can do at best, measured in the same run: the floor under every number."""

import asyncio
import http.client
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import apsw
import orjson

from tests.bench.children import ROOT, environment
from tests.bench.corpus import Corpus
from tests.bench.importing import serving

_COMMITS: Final = 200
_ROUND_TRIPS: Final = 200
_STARTS: Final = 5
_IN_ONE_TRANSACTION: Final = 500


def empty_windows(times: int = _STARTS) -> dict[str, list[float]]:
    """An empty Qt window: from exec to painted, a key to its paint, the gaps of an idle loop, its memory."""
    found: dict[str, list[float]] = {}
    for _ in range(times):
        command = [sys.executable, "-m", "tests.bench.empty_window", str(time.monotonic_ns())]
        done = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, check=True)
        for name, values in orjson.loads(done.stdout).items():
            found.setdefault(name, []).extend(values)
    return found


def commits(folder: Path) -> list[float]:
    """Milliseconds of a small transaction with synchronous=FULL on this disk."""
    taken = []
    with tempfile.TemporaryDirectory(dir=folder) as inside:
        connection = apsw.Connection(str(Path(inside) / "floor.db"))
        connection.pragma("journal_mode", "wal")
        connection.pragma("synchronous", "full")
        connection.execute("CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT)")
        for _ in range(_COMMITS):
            start = time.perf_counter()
            with connection:
                connection.execute("INSERT INTO t(b) VALUES (?)", ("x" * 200,))
            taken.append((time.perf_counter() - start) * 1000)
        connection.close()
    return taken


def round_trips(folder: Path) -> list[float]:
    """Milliseconds of ``GET /healthz`` at the real server over loopback, with the barest client."""
    with tempfile.TemporaryDirectory(dir=folder) as inside:
        return asyncio.run(_round_trips(Path(inside)))


async def _round_trips(folder: Path) -> list[float]:
    async with serving(folder / "atlas.db", folder / "server.log") as client:
        port = int(client.base_url.rsplit(":", 1)[1].split("/")[0])
        return await asyncio.to_thread(_ask, port)


def _ask(port: int) -> list[float]:
    taken = []
    connection = http.client.HTTPConnection("127.0.0.1", port)
    for _ in range(_ROUND_TRIPS):
        start = time.perf_counter()
        connection.request("GET", "/healthz")
        connection.getresponse().read()
        taken.append((time.perf_counter() - start) * 1000)
    connection.close()
    return taken


def plain_inserts(corpus: Corpus) -> float:
    """Calls a second into one plain table with a full-text index: nothing checked, nothing derived."""
    with tempfile.TemporaryDirectory(dir=corpus.folder) as inside, corpus.more.open("rb") as file:
        connection = apsw.Connection(str(Path(inside) / "floor.db"))
        connection.pragma("journal_mode", "wal")
        connection.execute("CREATE TABLE call(id INTEGER PRIMARY KEY, body BLOB)")
        connection.execute("CREATE VIRTUAL TABLE search USING fts5(words, content = '')")
        lines = [(line, _words(line)) for line in file]
        start = time.perf_counter()
        for first in range(0, len(lines), _IN_ONE_TRANSACTION):
            with connection:
                for line, words in lines[first : first + _IN_ONE_TRANSACTION]:
                    connection.execute("INSERT INTO call(body) VALUES (?)", (line,))
                    connection.execute("INSERT INTO search(words) VALUES (?)", (words,))
        took = time.perf_counter() - start
        connection.close()
    return len(lines) / took


def _words(line: bytes) -> str:
    call: dict[str, Any] = orjson.loads(line)
    contents = [message.get("content") for message in call["messages"]]
    return "\n".join([*(each for each in contents if isinstance(each, str)), call["output"]])


@contextmanager
def watched_clock() -> Iterator[list[float]]:
    """Beside what is measured, a process that only looks at the clock every 2 ms: what the machine itself holds up.

    The list is filled at the end: milliseconds between looks.
    """
    gaps: list[float] = []
    command = [sys.executable, "-m", "tests.bench.clock_watch"]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        yield gaps
    finally:
        out, _ = process.communicate()
        gaps.extend(orjson.loads(out))
