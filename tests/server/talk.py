"""Talking to a server that runs in the test's own thread, without a socket."""

import asyncio
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import orjson
from starlette.applications import Starlette

from atlas_desktop.server.app import close_app, create_app
from atlas_desktop.server.config import ServerConfig, StaticKey, sqlite_url

ALICE = StaticKey("nm_live_aaaaaa_" + "a" * 32, organization="north", name="alice")
BOB = StaticKey("nm_live_bbbbbb_" + "b" * 32, organization="north", name="bob")
NARROW = StaticKey("nm_live_cccccc_" + "c" * 32, organization="north", customer="north/prod", name="carol")
OTHER = StaticKey("nm_live_dddddd_" + "d" * 32, organization="south", name="dora")
KEYS = (ALICE, BOB, NARROW, OTHER)


class HandClock:
    """Time that stands still until it is told to move."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> datetime:
        return datetime(2026, 11, 20, 12, tzinfo=UTC) + timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        return self.seconds


@dataclass
class Talk:
    """A server and the loop it is driven by; requests are plain calls."""

    app: Starlette
    path: Path
    config: ServerConfig
    runner: asyncio.Runner = field(repr=False)
    client: httpx.AsyncClient = field(repr=False)

    def __call__(
        self,
        method: str,
        target: str,
        *,
        key: StaticKey | str | None = ALICE,
        headers: Mapping[str, str | bytes] | None = None,
        **more: Any,
    ) -> httpx.Response:
        text = key.key if isinstance(key, StaticKey) else key
        given: dict[str, str | bytes] = {} if text is None else {"authorization": f"Bearer {text}"}
        given |= headers or {}
        own = {_bytes(name): _bytes(value) for name, value in given.items()}
        url = target if target.startswith("/healthz") else f"/v1{target}"
        return self.runner.run(self.client.request(method, url, headers=own, **more))

    def get(self, target: str, **more: Any) -> httpx.Response:
        return self("GET", target, **more)

    def post(self, target: str, json: Any = None, **more: Any) -> httpx.Response:
        return self("POST", target, json=json, **more)

    def lines(
        self, rows: Sequence[Mapping[str, Any] | bytes], target: str = "/calls/import", **more: Any
    ) -> Any:
        """Import these lines; the answer's JSON."""
        body = b"".join((row if isinstance(row, bytes) else orjson.dumps(row)) + b"\n" for row in rows)
        headers = {"content-type": "application/x-ndjson", **more.pop("headers", {})}
        response = self("POST", target, content=body, headers=headers, **more)
        assert response.status_code == 200, response.text
        return response.json()

    def changes(self, key: StaticKey = ALICE, after: int = 0, limit: int = 1000) -> list[dict[str, Any]]:
        """The whole feed after a revision, whatever the page size."""
        found: list[dict[str, Any]] = []
        while True:
            page = self.get(f"/calls/changes?after={after}&limit={limit}", key=key).json()
            found += page["data"]
            if not page["has_more"]:
                return found
            after = page["next_after"]

    def call_ids(self, key: StaticKey = ALICE) -> list[str]:
        """All live calls in the order of their last change."""
        return [item["call"]["id"] for item in self.changes(key) if item["type"] == "call"]


def _bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode("ascii")


def call_line(number: int, **more: Any) -> dict[str, Any]:
    """A recorded call."""
    return {
        "source_id": f"source-{number}",
        "model": "m-1",
        "messages": [{"role": "user", "content": f"question number {number}"}],
        "output": f"answer {number}",
        **more,
    }


def error_of(response: httpx.Response) -> tuple[int, str, str]:
    """Status, type and code."""
    error = response.json()["error"]
    return response.status_code, error["type"], error["code"]


def config_for(path: Path, **more: Any) -> ServerConfig:
    """A server in the test's thread with the four keys."""
    base = ServerConfig(
        database_url=sqlite_url(path),
        executor="inline",
        static_keys=KEYS,
        clock=HandClock(),
        body_timeout=None,
    )
    return replace(base, **more)


@contextmanager
def talking(path: Path, template: Path | None = None, **more: Any) -> Iterator[Talk]:
    """A server on this file, which starts as a copy of ``template``."""
    if template is not None:
        shutil.copy(template, path)
        path.chmod(0o600)
    config = config_for(path, **more)
    with asyncio.Runner() as runner:
        app = create_app(config)
        client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:8400", trust_env=False
        )
        try:
            yield Talk(app, path, config, runner, client)
        finally:
            runner.run(client.aclose())
            close_app(app)
