"""Recorded calls into the real server: over HTTP into its process, and by the command line."""

import asyncio
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import orjson

from atlas_desktop.api.client import AsyncAtlas
from atlas_desktop.app.local_server import LocalServer, Reachable
from atlas_desktop.cli.batches import TooLong, batches, numbered_lines
from atlas_desktop.contract.capabilities import Health
from atlas_desktop.contract.secret import Secret

_AT_ONCE: Final = 4
ROOT: Final = Path(__file__).resolve().parents[2]


@asynccontextmanager
async def reached(database: Path, log: Path) -> AsyncIterator[Reachable]:
    """The server as the app's own child process."""
    server = LocalServer(database, log, _health)
    try:
        yield await server.start(lambda _: None)
    finally:
        await server.stop()


@asynccontextmanager
async def serving(database: Path, log: Path) -> AsyncIterator[AsyncAtlas]:
    """The same, and a client of it."""
    async with reached(database, log) as server, AsyncAtlas(server.base_url, server.key) as client:
        yield client


async def import_lines(client: AsyncAtlas, path: Path) -> int:
    """A file in requests of 4 MiB, four of them on their way, as the command sends them; how many calls were new."""
    imported = 0
    room = asyncio.Semaphore(_AT_ONCE)

    async def send(body: bytes) -> None:
        nonlocal imported
        try:
            answer = await client.calls.import_lines(body, customer="bench")
        finally:
            room.release()
        assert not answer.rejected, answer.rejected[:3]
        imported += answer.imported

    with path.open("rb") as file:
        async with asyncio.TaskGroup() as sending:
            for batch in batches(numbered_lines(file)):
                assert not isinstance(batch, TooLong)
                await room.acquire()
                sending.create_task(send(batch.body))
    return imported


def import_over_http(path: Path, lines: int, folder: Path) -> tuple[float, float]:
    """Calls a second into an empty server, and of a second import of the same file."""
    return asyncio.run(_import_over_http(path, lines, folder))


async def _import_over_http(path: Path, lines: int, folder: Path) -> tuple[float, float]:
    async with serving(folder / "atlas.db", folder / "server.log") as client:
        start = time.perf_counter()
        assert await import_lines(client, path) == lines
        middle = time.perf_counter()
        assert await import_lines(client, path) == 0
        end = time.perf_counter()
    return lines / (middle - start), lines / (end - middle)


def import_by_command(path: Path, lines: int, home: Path) -> float:
    """Calls a second, the start of the command included."""
    command = [sys.executable, "-m", "atlas_desktop", "import", str(path), "--customer", "bench", "--json"]
    start = time.perf_counter()
    done = subprocess.run([*command, "--home", str(home)], cwd=ROOT, capture_output=True, check=True)
    took = time.perf_counter() - start
    answer = orjson.loads(done.stdout)
    assert (answer["imported"], answer["rejected"]) == (lines, []), answer
    return lines / took


async def _health(base_url: str, nonce: str) -> Health:
    async with AsyncAtlas(base_url, Secret("none")) as client:
        return await client.health(nonce)
