"""Processes around the app: ``serve`` on a port, and the app's own child server."""

import asyncio
import errno
import json
import logging
import os
import socket
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TextIO

import structlog
import uvicorn

from atlas_desktop import __version__
from atlas_desktop.logs import register_secret
from atlas_desktop.server.app import create_app
from atlas_desktop.server.config import ServerConfig, StaticKey, sqlite_url
from atlas_desktop.server.footing import stand
from atlas_desktop.server.port import RememberedPort
from atlas_desktop.server.protocol import http_protocol
from atlas_desktop.server.scoring.endpoint import EMBEDDER, JUDGE, ModelEndpoint, endpoint_from

_log = structlog.get_logger(__name__)

_KEEP_ALIVE_SECONDS: Final = 30
_GRACE_SECONDS: Final = 5
_LONGEST_HELLO: Final = 256 * 1024
PROVIDERS: Final = "ATLAS_PROVIDERS"
"""Environment variable: the file of the provider table, where it is not the one beside the database."""

Ready = Callable[[int], None]
KeyRing = Callable[[str], str | None]


def run_server(
    config: ServerConfig, *, host: str = "127.0.0.1", port: int = 8400, on_ready: Ready | None = None
) -> None:
    """Serve until interrupted; ``on_ready`` gets the port. Raises OSError when the port is taken."""
    _serve(_Server(config, host, port, on_ready))


def run_child(stdin: TextIO, stdout: TextIO, *, key_ring: KeyRing | None = None) -> int:
    """Serve the app that started us: one JSON line in, one out, until stdin closes. Returns the exit code.

    In: ``{"secret": "<hex>", "key": "nm_live_…", "database": "<path or URL>", "reviewer"?: "…",
    "judge"?: {"base_url": "…", "key": "…", "model": "…"}, "provider_keys"?: {"<provider>": "<key>"}}``; a judge named
    there goes before the environment's, and so do the keys.
    Out: ``{"port": 49152, "version": "0.1.0"}``.
    """
    try:
        config = _child_config(stdin.readline(_LONGEST_HELLO), key_ring)
    except (ValueError, KeyError, TypeError) as error:
        _log.error("the first line on stdin was not understood", kind=type(error).__name__)
        return 2

    def say_ready(port: int) -> None:
        server.remember(port)
        stdout.write(json.dumps({"port": port, "version": __version__}) + "\n")
        stdout.flush()

    server = _Server(config, "127.0.0.1", None, say_ready)
    threading.Thread(target=_end_with_parent, args=(stdin, server), name="atlas-parent", daemon=True).start()
    _serve(server)
    return 0


def _child_config(line: str, key_ring: KeyRing | None = None) -> ServerConfig:
    hello = json.loads(line)
    if not isinstance(hello, dict):
        raise TypeError("not an object")
    key, database = str(hello["key"]), str(hello["database"])
    register_secret(key)
    me = StaticKey(key, name=str(hello.get("reviewer") or "me"), operator=True)
    return ServerConfig(
        database_url=database if "://" in database else sqlite_url(Path(database)),
        static_keys=(me,),
        proof_secret=bytes.fromhex(hello["secret"]),
        judge=_judge_of(hello) or judge_of_environment(),
        embedder=embedder_of_environment(),
        providers=providers_of_environment(),
        provider_keys=_keys_of(hello),
        key_ring=key_ring,
    )


def providers_of_environment() -> Path | None:
    """The provider table this process was told of."""
    named = os.environ.get(PROVIDERS, "").strip()
    return Path(named) if named else None


def _keys_of(hello: dict[str, Any]) -> dict[str, str]:
    named = hello.get("provider_keys")
    if not isinstance(named, dict):
        return {}
    keys = {str(name): str(key) for name, key in named.items() if key}
    for key in keys.values():
        register_secret(key)
    return keys


def judge_of_environment() -> ModelEndpoint | None:
    """The judge this process was told of; its key will not be in the log."""
    return _unlogged(endpoint_from(os.environ, JUDGE))


def embedder_of_environment() -> ModelEndpoint | None:
    """The same for the embedding model."""
    return _unlogged(endpoint_from(os.environ, EMBEDDER))


def _judge_of(hello: dict[str, Any]) -> ModelEndpoint | None:
    named = hello.get("judge")
    if not isinstance(named, dict):
        return None
    return _unlogged(ModelEndpoint(str(named["base_url"]), str(named["key"]), str(named["model"]) or None))


def _unlogged(judge: ModelEndpoint | None) -> ModelEndpoint | None:
    if judge is not None and judge.key:
        register_secret(judge.key)
    return judge


def _end_with_parent(stdin: TextIO, server: "_Server") -> None:
    """The pipe closes when the parent ends, however it ends."""
    while stdin.read(1):
        continue
    server.should_exit = True


class _Server(uvicorn.Server):
    """uvicorn that lets asyncio bind the socket (binding it ourselves costs 44 ms a request instead of 0.8)."""

    def __init__(self, config: ServerConfig, host: str, port: int | None, on_ready: Ready | None) -> None:
        self._on_ready = on_ready
        self._app = create_app(config)
        self._ports = RememberedPort(self._app.state.atlas.storage)
        # It warns at every line that is not HTTP: any program of this computer could fill the disk with that.
        logging.getLogger("uvicorn.error").setLevel(logging.ERROR)
        super().__init__(
            uvicorn.Config(
                self._app,
                host=host,
                port=self._ports.free(host) if port is None else port,
                loop="none",
                http=http_protocol(),
                ws="none",
                lifespan="on",
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                timeout_keep_alive=_KEEP_ALIVE_SECONDS,
                timeout_graceful_shutdown=_GRACE_SECONDS,
            )
        )

    def remember(self, port: int) -> None:
        """Take this port the next time, where nobody else has it then."""
        self._ports.remember(port)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Bind, then tell the port."""
        try:
            await super().startup(sockets)
        except SystemExit as error:
            # uvicorn has logged the cause and asks to exit; here the caller decides what to say.
            raise OSError(errno.EADDRINUSE, os.strerror(errno.EADDRINUSE)) from error
        if self._on_ready is not None:
            self._on_ready(self.servers[0].sockets[0].getsockname()[1])


def _serve(server: _Server) -> None:
    stand()
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(server.serve())


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    if sys.platform == "win32":
        return None
    import uvloop  # noqa: PLC0415 - not there on Windows

    return uvloop.new_event_loop
