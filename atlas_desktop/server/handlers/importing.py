"""Importing recorded calls: NDJSON in, counts and the numbers of bad lines out."""

from collections.abc import Awaitable, Iterator
from datetime import datetime
from functools import partial
from typing import Any, Final

from atlas_desktop.contract.listing import CallImportQuery
from atlas_desktop.domain.recorded import Defaults, Recorded, Rejected, is_blank, read_line
from atlas_desktop.server.answers import Answered, answer
from atlas_desktop.server.asking import Asked
from atlas_desktop.server.atlas import Atlas
from atlas_desktop.server.refusals import too_large
from atlas_desktop.server.storage import idempotency, recording
from atlas_desktop.server.storage.idempotency import Token
from atlas_desktop.server.storage.recording import Stored
from atlas_desktop.server.storage.scope import Scope, Tenant

MOST_LINES: Final = 200_000
_LINES: Final = 1000
_BYTES: Final = 2 * 1024 * 1024
"""A transaction of an import takes at most this many lines or bytes, so that feedback gets its turn."""

Lines = list[tuple[int, bytes]]


async def import_calls(atlas: Atlas, asked: Asked) -> Answered:
    """Store the lines that are new. One part is parsed while the one before it is written."""
    if asked.raw.count(b"\n") > MOST_LINES:
        raise too_large(f"an import request may hold at most {MOST_LINES} lines", code="too_many_lines")
    if (before := await _replay(atlas, asked)) is not None:
        return before
    counts = {"imported": 0, "duplicates": 0}
    rejected: list[dict[str, Any]] = []
    now = atlas.config.clock.now()
    writing: Awaitable[Stored] | None = None
    for lines in _parts(asked.raw):
        found = await atlas.storage.compute(partial(_read, lines, asked, now))
        rejected += [
            {"line": bad.number, "message": bad.message} for bad in found if isinstance(bad, Rejected)
        ]
        if writing is not None:
            _count(counts, await writing)
        good = [item for item in found if isinstance(item, Recorded)]
        writing = atlas.storage.post(asked.scope, partial(recording.record, calls=good)) if good else None
    if writing is not None:
        _count(counts, await writing)
    done = answer({**counts, "rejected": rejected})
    if (token := asked.token) is not None:
        await atlas.storage.write(asked.scope, partial(_keep_first, token=token, done=done))
    return done


def _count(counts: dict[str, int], stored: Stored) -> None:
    counts["imported"] += stored.imported
    counts["duplicates"] += stored.duplicates


async def _replay(atlas: Atlas, asked: Asked) -> Answered | None:
    token = asked.token
    if token is None:
        return None
    return await atlas.storage.read(asked.scope, lambda tenant: idempotency.replay(tenant, token))


def _keep_first(tenant: Tenant, token: Token, done: Answered) -> None:
    """Two imports under one key may run side by side: the answer of the first to end is kept."""
    if idempotency.replay(tenant, token) is None:
        idempotency.keep(tenant, token, done)


def _read(lines: Lines, asked: Asked, now: datetime) -> list[Recorded | Rejected]:
    query: CallImportQuery = asked.query
    scope: Scope = asked.scope
    defaults = Defaults(query.operation, query.customer)
    return [read_line(line, number, defaults, now, organization=scope.salt) for number, line in lines]


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
