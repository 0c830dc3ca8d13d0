"""Where the program keeps what it writes, and how the process guards it."""

import errno
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import platformdirs

ENVIRONMENT: Final = "ATLAS_DESKTOP_HOME"
_PRIVATE: Final = 0o700
_PR_SET_DUMPABLE: Final = 4


@dataclass(frozen=True, slots=True)
class Home:
    """Every file of the program is under ``root``; nobody but its owner may enter."""

    root: Path

    @classmethod
    def find(cls, root: Path | None = None) -> "Home":
        """``root`` if given, else what the environment says, else this system's place for user data."""
        if root is not None:
            return cls(root.expanduser().absolute())
        if named := os.environ.get(ENVIRONMENT):
            return cls(Path(named).expanduser().absolute())
        return cls(Path(platformdirs.user_data_path("atlas-desktop", appauthor=False)))

    @property
    def settings_file(self) -> Path:
        """The settings, JSON; never a key in it."""
        return self.root / "settings.json"

    @property
    def workspaces_dir(self) -> Path:
        """One folder a connection."""
        return self.root / "workspaces"

    @property
    def log_dir(self) -> Path:
        """Logs of the app and of its child server."""
        return self.root / "logs"

    @property
    def server_db(self) -> Path:
        """The database of the Atlas on this computer."""
        return self.root / "server" / "atlas.db"

    @property
    def trash_dir(self) -> Path:
        """Folders of removed connections that held ratings which were not sent. Nothing here is used again."""
        return self.root / "trash"

    def workspace_dir(self, connection_id: str) -> Path:
        """The folder of one connection."""
        return self.workspaces_dir / connection_id

    def store_file(self, connection_id: str) -> Path:
        """The local store of one connection."""
        return self.workspace_dir(connection_id) / "atlas.db"

    def lock_file(self, connection_id: str) -> Path:
        """Held by the one process that has the workspace open."""
        return self.workspace_dir(connection_id) / "lock"

    def create(self) -> None:
        """Make the folders, and close to others those that are there. Raises OSError."""
        self._refuse_shared()
        for folder in (self.root, self.workspaces_dir, self.log_dir, self.server_db.parent):
            private_dir(folder)

    def _refuse_shared(self) -> None:
        """A folder used for other things is not ours to close: ``--home /tmp`` as root closed it to everybody."""
        if os.name != "posix" or not self.root.is_dir() or not self.root.stat().st_mode & 0o077:
            return
        if not self.workspaces_dir.is_dir() and any(self.root.iterdir()):
            words = "it holds other things and others may enter it: choose a folder of its own"
            raise PermissionError(errno.EPERM, words, str(self.root))


def private_dir(folder: Path) -> Path:
    """Make a folder (and what is above it) that only its owner may enter. Raises OSError."""
    folder.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
    if os.name == "posix" and folder.stat().st_mode & 0o077:
        folder.chmod(_PRIVATE)
    return folder


def guard_process() -> None:
    """New files are private, no core dump is written, and others may not read this process's memory.

    Malware that runs as the same user still wins; this only raises its cost (sync.md, threat 17).
    """
    os.umask(0o077)
    if os.name != "posix":
        return
    import resource  # noqa: PLC0415 - there is none on Windows

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        import ctypes  # noqa: PLC0415 - 8 ms that only this needs

        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
