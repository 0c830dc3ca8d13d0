"""``atlas-desktop sync``: one whole sync of a connection, without a window."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import typer

from atlas_desktop.app.home import Home, guard_process
from atlas_desktop.app.problems import KnownError, Problem
from atlas_desktop.app.session import Session, Workspace
from atlas_desktop.app.settings import Connection
from atlas_desktop.cli.failing import DONE, FAILED, NO, say, saying_why, shown, stop
from atlas_desktop.sync.status import SyncStatus

_SAFE: Final = "Everything you rated is safe on this computer."
# These wait for a person: no use in waiting for them here.
_STUCK: Final = frozenset({"auth", "tls", "redirect", "version", "lying"})


def run(home: Path | None, connection: str | None, seconds: float, *, as_json: bool) -> int:
    """Sync and say what happened; 1 when ratings wait for a person, 2 when the server was not reached."""
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
    if status.link in _STUCK:
        return FAILED
    return NO if status.needs_you else DONE


async def _sync(home: Home, name: str | None, seconds: float) -> SyncStatus:
    session = Session(home)
    try:
        connection = _choose(session, name)
        if session.offline:
            stop("You are set to work offline: go online in the app first.", _SAFE)
        with _news(session) as news:
            workspace = await session.open(connection.id)
            return await _settled(workspace, news, seconds)
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


@dataclass(slots=True)
class _News:
    """What the session says while it works: that something changed, and what keeps it from the server."""

    changed: asyncio.Event = field(default_factory=asyncio.Event)
    problem: Problem | None = None

    def status(self, _: SyncStatus) -> None:
        self.changed.set()

    def trouble(self, problem: Problem) -> None:
        self.problem = problem
        self.changed.set()


@contextmanager
def _news(session: Session) -> Iterator[_News]:
    news = _News()
    ends = (session.status_changed.connect(news.status), session.problem.connect(news.trouble))
    try:
        yield news
    finally:
        for end in ends:
            end()


async def _settled(workspace: Workspace, news: _News, seconds: float) -> SyncStatus:
    """Wait until everything is fetched and sent, or cannot be without a person. Raises KnownError."""
    try:
        async with asyncio.timeout(seconds):
            while not _is_settled(workspace.sync.status):
                news.changed.clear()
                await news.changed.wait()
                if news.problem is not None and not workspace.sync.running:
                    raise KnownError(news.problem)
    except TimeoutError:
        stop(workspace.sync.status.problem or f"Not done within {seconds:g} s.", _SAFE)
    return workspace.sync.status


def _is_settled(status: SyncStatus) -> bool:
    if status.link in _STUCK:
        return True
    return status.link == "online" and status.caught_up and status.pending == 0 and not status.to_pull
