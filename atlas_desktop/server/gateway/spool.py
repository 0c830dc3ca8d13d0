"""Append-only files beside the database: what a call was and how it ended, before anybody is told.

A record that was written survives the end of this process however it ends; a power cut takes what no COMMIT has synced.
A record is its length, its CRC-32 and its bytes: one that was cut, or rotted, is known by that.
"""

import os
import secrets
import struct
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

import sqlalchemy as sa

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_HEAD: Final = struct.Struct("<II")
_FULL: Final = 16 * 1024 * 1024
"""A file of so many bytes is followed by the next."""
_LARGEST: Final = 128 * 1024 * 1024
"""No record is as long: a length beyond is no length."""
_OPEN: Final = os.O_RDWR | os.O_APPEND | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


class SpoolError(OSError):
    """The spool cannot be written: a call that could not be recorded is not sent."""


@dataclass(slots=True)
class _File:
    path: Path
    fd: int
    size: int = 0
    held: int = 0
    """Records that are not committed yet."""


class Spool:
    """The files of one server process, locked while it runs. Used on one thread, but for ``sync``."""

    def __init__(self, base: Path, *, full: int = _FULL) -> None:
        self._base = base
        self._full = full
        self._name = secrets.token_hex(8)
        self._files: dict[int, _File] = {}
        self._newest = 0

    def append(self, *parts: bytes) -> int:
        """Write one record; the number of the file that holds it. Raises SpoolError, and then nothing was written."""
        record = b"".join(parts)
        head = _HEAD.pack(len(record), zlib.crc32(record))
        try:
            number, file = self._file()
            self._write(file, head + record)
        except OSError as error:
            raise SpoolError(error.errno, f"the spool beside the database: {error.strerror}") from error
        file.size += len(head) + len(record)
        file.held += 1
        return number

    def release(self, number: int) -> None:
        """A record of this file is committed; a full file is deleted with its last."""
        file = self._files[number]
        file.held -= 1
        if file.held == 0 and number != self._newest:
            self._delete(number)

    def sync(self) -> None:
        """Have what was written reach the disk. Called by the thread that commits."""
        for file in list(self._files.values()):
            # Deleted meanwhile: then it is committed.
            with suppress(OSError):
                os.fsync(file.fd)

    def close(self) -> None:
        """Delete the files that hold nothing; whoever comes next reads the others."""
        for number, file in list(self._files.items()):
            if file.held == 0:
                self._delete(number)
            else:
                del self._files[number]
                os.close(file.fd)

    def abandon(self) -> None:
        """Let go of the files as they are, as the end of the process does."""
        for file in self._files.values():
            os.close(file.fd)
        self._files.clear()

    def _file(self) -> tuple[int, _File]:
        file = self._files.get(self._newest)
        if file is not None and file.size < self._full:
            return self._newest, file
        if file is not None and file.held == 0:
            # All of it is committed: the same file serves again.
            os.ftruncate(file.fd, 0)
            file.size = 0
            return self._newest, file
        path = self._base.with_name(f"{self._base.name}-spool-{self._name}-{self._newest + 1}")
        fd = os.open(path, _OPEN | os.O_CREAT | os.O_EXCL, 0o600)
        _lock(fd)
        self._newest += 1
        file = self._files[self._newest] = _File(path, fd)
        return self._newest, file

    def _write(self, file: _File, data: bytes) -> None:
        try:
            written = os.write(file.fd, data)
            while written < len(data):
                written += os.write(file.fd, data[written:])
        except OSError:
            # What follows half a record would be lost behind it.
            os.ftruncate(file.fd, file.size)
            raise

    def _delete(self, number: int) -> None:
        file = self._files.pop(number)
        _unlink(file.path, file.fd)


def beside_database(url: str) -> Path:
    """What the names of the spool's files begin with: the database's own, where that is a file."""
    parsed = sa.make_url(url)
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        return Path(parsed.database)
    from platformdirs import user_data_path  # noqa: PLC0415 - only a database elsewhere needs it

    name = sha256(f"{parsed.host}/{parsed.port}/{parsed.database}".encode()).hexdigest()[:16]
    return user_data_path("atlas-desktop", ensure_exists=True) / f"gateway-{name}"


def left_behind(base: Path) -> list[Path]:
    """The files of this database's spools: those of running processes too."""
    return sorted(base.parent.glob(f"{_escaped(base.name)}-spool-*-*"))


@contextmanager
def taken_over(path: Path) -> Iterator["Left | None"]:
    """A file whose process has ended; None while it runs. Nobody else takes it meanwhile."""
    try:
        fd = os.open(path, _OPEN)
    except OSError:
        yield None
        return
    left = Left(path, fd)
    try:
        # Unlinked between the two: whoever had it has committed it.
        yield left if _lock(fd) and path.exists() else None
    finally:
        left.close()


class Left:
    """A file that nobody writes any more."""

    def __init__(self, path: Path, fd: int) -> None:
        self.path = path
        self._fd = fd

    def records(self) -> Iterator[bytes]:
        """What is whole in it. Raises OSError."""
        return records(self.path.read_bytes())

    def delete(self) -> None:
        """All of it is committed."""
        _unlink(self.path, self._fd)
        self._fd = -1

    def close(self) -> None:
        """Let others have it."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1


def records(data: bytes) -> Iterator[bytes]:
    """The whole records of a file. One that rotted is left out; one that was cut ends it."""
    at = 0
    while at + _HEAD.size <= len(data):
        length, check = _HEAD.unpack_from(data, at)
        at += _HEAD.size
        if length > _LARGEST or at + length > len(data):
            return
        record = data[at : at + length]
        at += length
        if zlib.crc32(record) == check:
            yield record


def _lock(fd: int) -> bool:
    """Whether no other process has this file; from now on, none will while it is open here."""
    try:
        if sys.platform == "win32":
            # One byte, far behind all there is: those that are locked nobody can read.
            os.lseek(fd, 2**40, os.SEEK_SET)
            msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _unlink(path: Path, fd: int) -> None:
    if sys.platform == "win32":
        os.close(fd)
        path.unlink(missing_ok=True)
    else:
        # While it is locked: nobody finds it and reads it once more.
        path.unlink(missing_ok=True)
        os.close(fd)


def _escaped(name: str) -> str:
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in name)
