"""``atlas-desktop sync``: one whole sync of a connection, without a window."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import typer

from atlas_desktop.app.home import Home, guard_process
from atlas_desktop.app.session import Session, Workspace
from atlas_desktop.app.settings import Connection
from atlas_desktop.cli.failing import DONE, NO, say, saying_why, shown, stop
from atlas_desktop.sync.status import SyncStatus

_SAFE: Final = "Everything you rated is safe on this computer."
# These wait for a person: no use in waiting for them here.
_STUCK: Final = frozenset({"auth", "tls", "redirect", "version", "lying"})


def run(home: Path | None, connection: str | None, seconds: float, *, as_json: bool) -> int:
    """Sync and say what happened; 1 when something waits for a person."""
    guard_process()
    with saying_why(_SAFE):
        status = asyncio.run(_sync(Home.find(home), connection, seconds))
    if as_json:
        counts = {
            name: getattr(status, name) for name in ("link", "pulled", "pending", "needs_you", "problem")
        }
        typer.echo(json.dumps(counts))
    else:
        typer.echo(
            f"{status.pulled} changes fetched, {status.pending} ratings still to send,"
            f" {status.needs_you} wait for you."
        )
        if status.problem:
            say(status.problem)
    return NO if status.needs_you or status.pending or status.link in _STUCK else DONE


async def _sync(home: Home, name: str | None, seconds: float) -> SyncStatus:
    home.create()
    session = Session(home)
    try:
        session.settings.load()
        workspace = await session.open(_choose(session, name).id)
        return await _settled(workspace, seconds)
    finally:
        await session.close()


def _choose(session: Session, name: str | None) -> Connection:
    known = session.settings.current.connections
    wanted = name or session.settings.current.last_connection
    found = [each for each in known if wanted in {each.id, each.title}]
    if len(found) != 1:
        names = ", ".join(shown(each.title) for each in known) or "none yet; open the app to add one"
        stop(f"Which connection? There are: {names}.")
    return found[0]


async def _settled(workspace: Workspace, seconds: float) -> SyncStatus:
    """Wait until everything is fetched and sent, or cannot be without a person."""
    with _changes(workspace) as changed:
        try:
            async with asyncio.timeout(seconds):
                while not _is_settled(workspace.sync.status):
                    changed.clear()
                    await changed.wait()
        except TimeoutError:
            status = workspace.sync.status
            stop(status.problem or f"Not done within {seconds:g} s.", _SAFE)
    return workspace.sync.status


@contextmanager
def _changes(workspace: Workspace) -> Iterator[asyncio.Event]:
    changed = asyncio.Event()
    disconnect = workspace.sync.status_changed.connect(lambda _: changed.set())
    try:
        yield changed
    finally:
        disconnect()


def _is_settled(status: SyncStatus) -> bool:
    if status.link in _STUCK:
        return True
    return (
        status.link == "online"
        and status.synced_at_ms is not None
        and status.pending == 0
        and not status.to_pull
    )
