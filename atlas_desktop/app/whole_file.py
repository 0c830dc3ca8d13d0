"""A file that is there whole, or as it was before."""

import contextlib
import errno
import os
import tempfile
import threading
from pathlib import Path
from typing import BinaryIO, Final, cast

from atlas_desktop.wording import tr

_MODE: Final = 0o600


def is_file_place(path: Path) -> bool:
    """Whether a file may be put there: nothing is there yet, or a file.

    Put in the place of a device, a pipe or ``/dev/stdout``, it would take that away from every program.
    """
    if path.is_symlink() and str(path.readlink()).startswith("/proc/"):
        return False
    return path.is_file() or not path.exists()


class DroppedError(Exception):
    """Nobody wants the file any more."""


class WholeFile:
    """Begun beside its place and put there by ``keep``; ``drop`` leaves nothing. All of them block.

    ``drop`` may come from another thread at any time, before ``begin`` has ended too.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._part: Path | None = None
        self._sink: BinaryIO | None = None
        self._dropped = False
        self._lock = threading.Lock()

    @property
    def dropped(self) -> bool:
        """Whether nobody wants it any more."""
        return self._dropped

    @property
    def sink(self) -> BinaryIO:
        """Where to write. Raises DroppedError before ``begin`` and at the end."""
        if self._sink is None:
            raise DroppedError
        return self._sink

    def begin(self) -> None:
        """Make the part beside the place. Raises OSError, DroppedError."""
        with self._lock:
            if self._dropped:
                raise DroppedError
            if not is_file_place(self.path):
                raise FileExistsError(errno.EEXIST, tr("This is no file"), str(self.path))
            if not self.path.parent.is_dir():
                # Else the system names a file of ours that nobody asked for.
                raise FileNotFoundError(errno.ENOENT, tr("There is no such folder"), str(self.path.parent))
            name = self.path.name
            descriptor, part = tempfile.mkstemp(prefix=f".{name}.", suffix=".part", dir=self.path.parent)
            self._part = Path(part)
            self._sink = cast("BinaryIO", os.fdopen(descriptor, "wb"))

    def keep(self) -> None:
        """Put it in its place, over what was there. Raises OSError, DroppedError."""
        with self._lock:
            sink, part = self.sink, self._part
            sink.flush()
            os.fsync(sink.fileno())
            sink.close()
            self._sink = None
            if part is not None:
                # The part is its owner's alone; a file that was there goes on letting in whom it let in.
                with contextlib.suppress(FileNotFoundError):
                    part.chmod(self.path.stat().st_mode & 0o777 | _MODE)
                part.replace(self.path)
                self._part = None

    def drop(self) -> None:
        """Leave no trace; harmless after ``keep``."""
        with self._lock:
            self._dropped = True
            if self._sink is not None:
                with contextlib.suppress(OSError):
                    self._sink.close()
            if self._part is not None:
                with contextlib.suppress(OSError):
                    self._part.unlink(missing_ok=True)
            self._sink = self._part = None
