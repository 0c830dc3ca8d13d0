"""Taking leave of a connection: what was not sent yet is counted before, and put aside instead of deleted."""

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from atlas_desktop.app.connections import Connections
from atlas_desktop.app.daemon_thread import in_daemon_thread
from atlas_desktop.app.home import Home, private_dir
from atlas_desktop.app.problems import KnownError, Problem, problem_from
from atlas_desktop.app.settings import Connection
from atlas_desktop.app.workspace_lock import locked
from atlas_desktop.store.store import unsent_in
from atlas_desktop.wording import tr


@dataclass(frozen=True, slots=True)
class Removed:
    """A connection that is gone. ``unsent`` as `count_unsent` says it; ``kept`` is where its folder is now."""

    unsent: int | None
    kept: Path | None
    key_deleted: bool
    """Whether the keyring holds the key no longer."""

    def problem(self, connection: Connection) -> Problem | None:
        """What the person should know; None when nothing is left of it."""
        if self.kept is None and self.key_deleted:
            return None
        copy = tr("Its copy, with what was not sent, is in {folder}.", folder=self.kept) if self.kept else ""
        key = "" if self.key_deleted else tr("The keyring did not answer, so it may still hold the key.")
        return Problem(
            "connection_removed",
            tr("{name} was removed", name=connection.title),
            key,
            copy,
            ""
            if self.key_deleted
            else tr("Delete the entry named atlas-desktop with the system's own program."),
            at="connection",
        )


async def count_unsent(home: Home, connection: Connection) -> int | None:
    """How many ratings of a connection that is not open are only here; None if that cannot be read.

    Raises KnownError when another process has it open.
    """
    path = home.store_file(connection.id)
    with locked(home, connection):
        return await in_daemon_thread("unsent ratings counted", lambda: unsent_in(path))


async def remove(home: Home, connections: Connections, connection: Connection) -> Removed:
    """Forget a connection that is not open, its key and its local copy. Raises KnownError; then nothing is lost.

    The copy goes to the trash folder when anything in it was not sent, or when that cannot be known.
    """
    unsent = await count_unsent(home, connection)
    key_deleted = await connections.remove(connection.id)
    try:
        kept = await in_daemon_thread(
            "connection removed", lambda: _put_away(home, connection.id, keep=unsent != 0)
        )
    except OSError as error:
        raise KnownError(problem_from(error, "connection")) from error
    return Removed(unsent, kept, key_deleted)


def _put_away(home: Home, connection_id: str, *, keep: bool) -> Path | None:
    folder = home.workspace_dir(connection_id)
    if not folder.exists():
        return None
    private_dir(home.trash_dir)
    # Moved first in any case: half a folder must never be found where a whole one is looked for.
    moved = home.trash_dir / f"{connection_id}-{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}"
    folder.rename(moved)
    if keep:
        return moved
    shutil.rmtree(moved)
    return None
