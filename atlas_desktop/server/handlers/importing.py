"""Importing recorded calls: NDJSON in, counts and the numbers of bad lines out."""

from typing import Final

from atlas_desktop.contract.listing import CallImportQuery
from atlas_desktop.domain.recorded import Defaults
from atlas_desktop.server.answers import Answered, answer
from atlas_desktop.server.asking import Asked
from atlas_desktop.server.atlas import Atlas
from atlas_desktop.server.importing import import_lines
from atlas_desktop.server.refusals import too_large

MOST_LINES: Final = 200_000


async def import_calls(atlas: Atlas, asked: Asked) -> Answered:
    """Store the lines that are new."""
    if asked.raw.count(b"\n") > MOST_LINES:
        raise too_large(f"an import request may hold at most {MOST_LINES} lines", code="too_many_lines")
    if (before := await atlas.replayed(asked)) is not None:
        return before
    query: CallImportQuery = asked.query
    defaults = Defaults(query.operation, query.customer)
    now = atlas.config.clock.now()
    done = answer(
        (await import_lines(atlas.storage, atlas.reading, asked.scope, asked.raw, defaults, now)).model_dump()
    )
    await atlas.keep_first(asked, done)
    return done
