"""Processes around the app: ``serve`` on a port, and the app's own child server."""

from typing import TextIO

from atlas_desktop.server.config import ServerConfig


def run_server(config: ServerConfig, *, host: str = "127.0.0.1", port: int = 8400) -> None:
    """Serve until interrupted. Raises OSError when the port is taken."""
    raise NotImplementedError


def run_child(stdin: TextIO, stdout: TextIO) -> int:
    """Serve the app that started us: one JSON line in, one out, until stdin closes. Returns the exit code.

    In: ``{"secret": "<hex>", "key": "nm_live_…", "database": "<path or URL>", "reviewer"?: "…"}``.
    Out: ``{"port": 49152, "version": "0.1.0"}``.
    """
    raise NotImplementedError
