"""Lines of recorded calls into the database: one part is read while the one before it is written."""

from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Final

import sqlalchemy as sa

from atlas_desktop.contract.calls import ImportAnswer, RejectedLine
from atlas_desktop.domain.recorded import Defaults, Recorded, Rejected, is_blank
from atlas_desktop.server.config import ServerConfig, StaticKey
from atlas_desktop.server.reading import Lines, Reading
from atlas_desktop.server.storage import recording
from atlas_desktop.server.storage.engine import UnusableDatabaseError
from atlas_desktop.server.storage.recording import Stored
from atlas_desktop.server.storage.scope import Scope
from atlas_desktop.server.storage.storage import Storage

_LINES: Final = 1000
_BYTES: Final = 2 * 1024 * 1024
"""A transaction of an import takes at most this many lines or bytes, so that feedback gets its turn."""


async def import_lines(
    storage: Storage, reading: Reading, scope: Scope, raw: bytes, defaults: Defaults, now: datetime
) -> ImportAnswer:
    """Store the lines that are new. When it raises, what was stored until then stays."""
    rejected: list[RejectedLine] = []
    stored: list[Stored] = []
    writing: Awaitable[Stored] | None = None
    with reading.of(len(raw)):
        for lines in _parts(raw):
            found = await reading.read(lines, defaults, now, scope.salt)
            rejected += [
                RejectedLine(line=bad.number, message=bad.message)
                for bad in found
                if isinstance(bad, Rejected)
            ]
            if writing is not None:
                stored.append(await writing)
            good = [item for item in found if isinstance(item, Recorded)]
            writing = storage.post(scope, partial(recording.record, calls=good)) if good else None
        if writing is not None:
            stored.append(await writing)
    imported, duplicates = (sum(part.imported for part in stored), sum(part.duplicates for part in stored))
    return ImportAnswer(imported=imported, duplicates=duplicates, rejected=rejected)


class LocalImport:
    """Imports into a database without a server around it: beside a running one, both write the same file."""

    def __init__(self, storage: Storage, reading: Reading, scope: Scope, now: datetime) -> None:
        self._storage = storage
        self._reading = reading
        self._scope = scope
        self._now = now

    async def send(self, raw: bytes, defaults: Defaults) -> ImportAnswer:
        """Store the lines that are new."""
        return await import_lines(self._storage, self._reading, self._scope, raw, defaults, self._now)


@contextmanager
def local_import(config: ServerConfig, key: StaticKey) -> Iterator[LocalImport]:
    """Open the database for imports as this key, one of the configuration's.

    Raises OSError; what the database refuses inside is UnusableDatabaseError, with its own words.
    """
    try:
        storage = Storage.open(config)
        reading = Reading(storage, config.beside)
        try:
            scope = storage.registry.remembered(key.key)
            if scope is None:
                raise ValueError("the key is not one of the configuration's")
            yield LocalImport(storage, reading, scope, config.clock.now())
        finally:
            reading.stop()
            storage.close()
    except sa.exc.DBAPIError as error:
        raise UnusableDatabaseError(f"The database says: {error.orig}") from error


def _parts(body: bytes) -> Iterator[Lines]:
    """The lines with their numbers from 1, blank ones left out, in parts of bounded size."""
    part: Lines = []
    size = 0
    for number, line in enumerate(_lines(body), 1):
        if is_blank(line):
            continue
        part.append((number, line))
        size += len(line)
        if len(part) >= _LINES or size >= _BYTES:
            yield part
            part, size = [], 0
    if part:
        yield part


def _lines(body: bytes) -> Iterator[bytes]:
    start = 0
    while start < len(body):
        end = body.find(b"\n", start)
        end = len(body) if end < 0 else end
        yield body[start:end]
        start = end + 1
