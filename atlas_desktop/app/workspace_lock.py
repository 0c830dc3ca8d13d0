"""One window a connection: a second one is told so."""

from filelock import FileLock, Timeout

from atlas_desktop.app.home import Home, private_dir
from atlas_desktop.app.problems import KnownError, Problem, problem_from
from atlas_desktop.app.settings import Connection
from atlas_desktop.wording import tr


def locked(home: Home, connection: Connection) -> FileLock:
    """The lock of a workspace, taken: to be released by the caller. Raises KnownError when another has it."""
    try:
        private_dir(home.workspace_dir(connection.id))
        lock = FileLock(home.lock_file(connection.id), thread_local=False)
        lock.acquire(blocking=False)
    except Timeout:
        raise KnownError(
            Problem(
                code="open_elsewhere",
                title=tr("This connection is open in another window"),
                detail=tr("Another Atlas Desktop on this computer works with {name}.", name=connection.title),
                safe=tr("Nothing was changed."),
                action=tr("Go on in that window, or close it and try again."),
                at="connection",
                retry=True,
            )
        ) from None
    except OSError as error:
        raise KnownError(problem_from(error, "connection")) from error
    return lock
