"""Migrated database files to copy: migrating anew for each schedule would take longer than the schedule."""

import asyncio
import os
import shutil
import tempfile
from pathlib import Path

import httpx
import orjson

from atlas_desktop.server.app import close_app, create_app
from atlas_desktop.server.config import ServerConfig, sqlite_url
from atlas_desktop.store.store import Inline, Store
from tests.faults.schedule import SIZES
from tests.faults.server_box import HOST, NO_LIMIT, key_of

_MEMORY = Path("/dev/shm")  # where the system has it: a schedule commits some hundred times


class Templates:
    """One empty device and one server for each size, made when first asked for. Close it to remove them."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(
            prefix="atlas-schedules-", dir=_MEMORY if os.access(_MEMORY, os.W_OK) else None
        )
        self.scratch = Path(self._folder.name)
        self._servers: dict[int, Path] = {}
        self._device: Path | None = None

    def warm(self) -> None:
        """Make everything now."""
        for calls in SIZES:
            if calls not in self._servers:
                self._servers[calls] = self._make_server(calls)
        self._device = self._device or self._make_device()

    def copy(self, calls: int, folder: Path, devices: int) -> None:
        """Fresh files for one schedule."""
        server = self._servers.get(calls)
        if server is None:
            server = self._servers[calls] = self._make_server(calls)
        if self._device is None:
            self._device = self._make_device()
        shutil.copyfile(server, folder / "server.db")
        for number in range(devices):
            shutil.copyfile(self._device, folder / f"device{number}.db")
        for file in folder.iterdir():
            file.chmod(0o600)

    def close(self) -> None:
        """Remove everything."""
        self._folder.cleanup()

    def _make_device(self) -> Path:
        path = self.scratch / "device-template.db"
        store = Store.open(path, threads=Inline(power_safe=False))
        asyncio.run(store.close())
        return path

    def _make_server(self, calls: int) -> Path:
        path = self.scratch / f"server-template-{calls}.db"
        key = key_of("seed", 0, "seed")
        app = create_app(
            ServerConfig(
                sqlite_url(path), executor="inline", static_keys=(key,), rate=NO_LIMIT, body_timeout=None
            )
        )
        try:
            asyncio.run(_import(app, key.key, calls))
        finally:
            close_app(app)
        return path


async def _import(app: object, key: str, calls: int) -> None:
    lines = b"\n".join(orjson.dumps(call_line(number)) for number in range(calls))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app)) as client:  # type: ignore[arg-type]
        answer = await client.post(
            f"{HOST}/v1/calls/import",
            content=lines,
            headers={"authorization": f"Bearer {key}", "content-type": "application/x-ndjson"},
        )
    assert answer.status_code == 200, answer.text
    assert answer.json()["imported"] == calls, answer.text


def call_line(number: int) -> dict[str, object]:
    return {
        "source_id": f"sim-{number}",
        "model": "atlas-1",
        "messages": [{"role": "user", "content": f"question {number}"}],
        "output": f"answer {number}",
        "operation": ("summarize", "classify")[number % 2],
        "customer": "northwind/prod",
        "created_at": f"2026-02-01T00:00:{number % 60:02}Z",
    }
