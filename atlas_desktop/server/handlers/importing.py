"""Importing recorded calls: NDJSON in, counts and the numbers of bad lines out."""

from functools import partial
from typing import Final

from atlas_desktop.contract.listing import CallImportQuery
from atlas_desktop.domain.recorded import Defaults
from atlas_desktop.server.answers import Answered, answer
from atlas_desktop.server.asking import Asked
from atlas_desktop.server.atlas import Atlas
from atlas_desktop.server.importing import import_lines
from atlas_desktop.server.refusals import too_large
from atlas_desktop.server.storage import idempotency
from atlas_desktop.server.storage.idempotency import Token
from atlas_desktop.server.storage.scope import Tenant

MOST_LINES: Final = 200_000


async def import_calls(atlas: Atlas, asked: Asked) -> Answered:
    """Store the lines that are new."""
    if asked.raw.count(b"\n") > MOST_LINES:
        raise too_large(f"an import request may hold at most {MOST_LINES} lines", code="too_many_lines")
    if (before := await _replay(atlas, asked)) is not None:
        return before
    query: CallImportQuery = asked.query
    defaults = Defaults(query.operation, query.customer)
    now = atlas.config.clock.now()
    done = answer(
        (await import_lines(atlas.storage, atlas.reading, asked.scope, asked.raw, defaults, now)).model_dump()
    )
    if (token := asked.token) is not None:
        await atlas.storage.write(asked.scope, partial(_keep_first, token=token, done=done))
    return done


async def _replay(atlas: Atlas, asked: Asked) -> Answered | None:
    token = asked.token
    if token is None:
        return None
    return await atlas.storage.read(asked.scope, lambda tenant: idempotency.replay(tenant, token))


def _keep_first(tenant: Tenant, token: Token, done: Answered) -> None:
    """Two imports under one key may run side by side: the answer of the first to end is kept."""
    if idempotency.replay(tenant, token) is None:
        idempotency.keep(tenant, token, done)
