"""The file of the provider table on the disk: what is in it, whether it has changed, and its replacement as a whole."""

import contextlib
import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

EMPTY: Final = "empty"
"""The revision of a file that is not there."""
MOST_BYTES: Final = 2 * 1024 * 1024
_LOCK_SECONDS: Final = 3.0

Signature = tuple[int, int, int] | None


@dataclass(frozen=True, slots=True)
class OnDisk:
    """The file as it was read. ``unreadable``: why it could not be."""

    data: bytes
    revision: str
    signature: Signature
    unreadable: str | None = None


class ChangedError(Exception):
    """The file is another than the one that was to be replaced."""


class BusyError(Exception):
    """Another process is writing it."""


def signature_of(path: Path) -> Signature:
    """What is another for another file; None for none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return (found.st_mtime_ns, found.st_size, found.st_ino)


def read(path: Path) -> OnDisk:
    """The file as it is now."""
    signature = signature_of(path)
    try:
        with path.open("rb") as file:
            # One byte more than may be there, to find that there is more.
            data = file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        return OnDisk(b"", EMPTY, None)
    except OSError as error:
        why = f"the file could not be read: {(error.strerror or type(error).__name__).lower()}"
        return OnDisk(b"", f"unreadable-{signature}", signature, why)
    return OnDisk(data, hashlib.sha256(data).hexdigest()[:32], signature)


def replace(path: Path, revision: str, data: bytes, *, keep_before: bool) -> OnDisk:
    """Put this in the place of the file of that revision; a crash leaves one or the other, whole.

    ``keep_before``: the one before stays beside it, as ``….before``. Raises ChangedError, BusyError, OSError.
    """
    from filelock import FileLock, Timeout  # noqa: PLC0415 - who only reads the table spares it

    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # A person may have made it a link into a folder of dotfiles: the link stays, its target is replaced.
    path = path.resolve()
    try:
        with FileLock(path.with_name(f".{path.name}.lock"), timeout=_LOCK_SECONDS, mode=0o600):
            before = read(path)
            if before.revision != revision:
                raise ChangedError
            if keep_before and before.data:
                _write(path.with_name(f"{path.name}.before"), before.data)
            _write(path, data)
    except Timeout:
        raise BusyError from None
    return read(path)


def _write(path: Path, data: bytes) -> None:
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise
    if os.name != "nt":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
