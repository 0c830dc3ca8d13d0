"""``atlas-desktop serve --child``: the Atlas that the app starts for itself; nobody types this."""

import logging
import sys

from atlas_desktop.app.home import guard_process
from atlas_desktop.logs import configure
from atlas_desktop.server.run import run_child


def set_up_server() -> None:
    """Guard the process and log to stderr, as every process that serves does."""
    guard_process()
    configure(to_stderr=True)
    # A line for every table that is there already.
    logging.getLogger("alembic").setLevel(logging.WARNING)


def serve_child() -> int:
    """Serve the app that started this process, until it closes our stdin. The exit code."""
    set_up_server()
    return run_child(sys.stdin, sys.stdout, key_ring=_key_ring)


def _key_ring(entry: str) -> str | None:
    # Loaded when a table names an entry: most do not.
    from atlas_desktop.cli.key_ring import provider_key  # noqa: PLC0415

    return provider_key(entry)
