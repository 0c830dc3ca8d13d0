"""The real server of a schedule: it dies at commits, comes back from its file, and stands behind a gateway."""

import asyncio
import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import orjson
from pysqlite3 import dbapi2

from atlas_desktop.server.app import close_app, create_app
from atlas_desktop.server.config import CommitHooks, RateLimit, ServerConfig, StaticKey, sqlite_url
from tests.faults.network import ServerDiedError, ServerDownError
from tests.faults.virtual import VirtualClock

HOST = "http://127.0.0.1:8400"
ORGANIZATION = "acme"
NO_LIMIT = RateLimit(burst=10**9, per_second=1e9, concurrent=10**6)


class Crash(BaseException):
    """The process ends here."""


def key_of(prefix: str, number: int, reviewer: str) -> StaticKey:
    """The n-th key of a device of this reviewer."""
    key = f"nm_live_{prefix:x<6}_{number:02}{prefix * 3}" + "k" * 20
    return StaticKey(key, ORGANIZATION, None, reviewer)


@dataclass
class ServerBox:
    """``acknowledged`` are the ids the server ever answered for with success: they must never be missing."""

    path: Path
    rng: random.Random
    keys: tuple[StaticKey, ...]
    clock: VirtualClock
    crash_rate: float = 0.0
    poison: frozenset[str] = frozenset()
    odd_items: float = 0.0
    without: tuple[str, ...] = ()
    acknowledged: set[str] = field(default_factory=set)
    crashes: int = 0
    poisoned: int = 0
    _app: Any = None
    _transport: httpx.ASGITransport | None = None
    _dying: bool = False
    _restart: "asyncio.Task[None] | None" = None

    def open(self) -> None:
        self._dying = False
        self._app = create_app(
            ServerConfig(
                database_url=sqlite_url(self.path),
                executor="inline",
                clock=self.clock,
                hooks=CommitHooks(self._maybe_die, self._maybe_die),
                static_keys=self.keys,
                rate=NO_LIMIT,
                body_timeout=None,
            )
        )
        self._transport = httpx.ASGITransport(app=self._app)

    def close(self) -> None:
        if self._restart is not None:
            self._restart.cancel()
        if self._app is not None:
            close_app(self._app)
        self._app = self._transport = None

    async def up(self) -> None:
        """Faults are over: come back now and stay."""
        self.crash_rate = self.odd_items = 0.0
        if self._restart is not None:
            await self._restart

    def _maybe_die(self) -> None:
        if self._dying or self.rng.random() < self.crash_rate:
            self._dying = True
            raise Crash

    async def serve(self, request: httpx.Request) -> httpx.Response:
        """What the gateway in front of the server makes of a request."""
        if self._transport is None:
            raise ServerDownError
        if self.poison and _names_any(request, self.poison):
            self.poisoned += 1
            return _refusal()
        request = self._shorten(request)
        try:
            response = await self._transport.handle_async_request(request)
            body = await response.aread()
        except BaseException:
            if not self._dying:
                raise
            self._die()
            raise ServerDiedError from None
        if self._dying:  # while another request was being answered
            self._die()
            raise ServerDiedError
        return self._tamper(
            request, httpx.Response(response.status_code, headers=response.headers, content=body)
        )

    def _die(self) -> None:
        if self._transport is None:
            return
        self.crashes += 1
        close_app(self._app)
        self._app = self._transport = None
        self._restart = asyncio.get_running_loop().create_task(self._come_back(self.rng.uniform(0.1, 20)))

    async def _come_back(self, after: float) -> None:
        await asyncio.sleep(after)
        self.open()

    def _tamper(self, request: httpx.Request, response: httpx.Response) -> httpx.Response:
        if response.status_code != 200:
            return response
        if request.url.path.endswith("/capabilities") and self.without:
            answer = orjson.loads(response.content)
            answer["features"] = [name for name in answer["features"] if name not in self.without]
            return httpx.Response(200, json=answer)
        if request.method == "POST":
            answer = orjson.loads(response.content)
            if self.odd_items and request.url.path.endswith("/batch"):
                self._make_odd(answer["results"])
                response = httpx.Response(200, json=answer)
            self._remember(answer)
        return response

    def _make_odd(self, results: list[dict[str, Any]]) -> None:
        """Some items get no answer, or one that says to come back, whatever became of them."""
        for index in range(len(results)):
            if self.rng.random() < self.odd_items:
                status = self.rng.choice((429, 500, 503))
                error = {"type": "internal_error", "message": "not now", "code": None}
                results[index] = {"status": status, "error": error}

    def _shorten(self, request: httpx.Request) -> httpx.Request:
        """Some batches are only taken in part: the rest has no result."""
        if not request.url.path.endswith("/batch") or self.rng.random() >= self.odd_items:
            return request
        items = orjson.loads(request.content)["items"]
        taken = items[: self.rng.randrange(1, len(items) + 1)]
        headers = {name: value for name, value in request.headers.items() if name != "content-length"}
        return httpx.Request("POST", request.url, headers=headers, content=orjson.dumps({"items": taken}))

    def _remember(self, answer: dict[str, Any]) -> None:
        for result in answer.get("results", [{"feedback": answer}]):
            feedback = result.get("feedback") or {}
            if feedback.get("object") == "feedback" and result.get("status", 200) < 300:
                self.acknowledged.add(feedback["id"])

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Read the database file, past the server."""
        connection = dbapi2.connect(f"file:{self.path}?mode=ro", uri=True)  # type: ignore[attr-defined]
        try:
            return list(connection.execute(sql))
        finally:
            connection.close()


def _names_any(request: httpx.Request, poison: frozenset[str]) -> bool:
    if request.method != "POST":
        return False
    document = orjson.loads(request.content)
    return any(item.get("call_id") in poison for item in document.get("items", [document]))


def _refusal() -> httpx.Response:
    error = {"type": "invalid_request_error", "message": "not like this", "code": "poison", "param": None}
    return httpx.Response(422, json={"error": error})
