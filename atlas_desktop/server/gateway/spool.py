"""Append-only files beside the database: what a call was and how it ended, before anybody is told.

A record that was written survives the end of this process however it ends; a power cut takes what no COMMIT has synced.
"""

from collections.abc import Iterator
from pathlib import Path


class SpoolError(OSError):
    """The spool cannot be written: a call that could not be recorded is not sent."""


class Spool:
    """The files of one server process. Used on one thread."""

    def __init__(self, base: Path) -> None:
        self._base = base

    def append(self, *parts: bytes) -> int:
        """Write one record; the number of the file that holds it. Raises SpoolError, and then nothing was written."""
        raise NotImplementedError

    def release(self, number: int) -> None:
        """A record of this file is committed; a file is deleted with its last."""
        raise NotImplementedError

    def sync(self) -> None:
        """Have what was written reach the disk. Called by the thread that commits."""
        raise NotImplementedError

    def close(self) -> None:
        """Delete the files that hold nothing any more."""
        raise NotImplementedError


def left_behind(base: Path) -> Iterator[Path]:
    """Files of processes that have ended, each locked while it is looked at."""
    raise NotImplementedError
