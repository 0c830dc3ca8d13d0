"""Reading calls."""

from typing import cast

from atlas_desktop.contract.calls import CallFilters, ChangesQuery
from atlas_desktop.server.answers import Answered, answer, page
from atlas_desktop.server.asking import Asked
from atlas_desktop.server.atlas import Atlas
from atlas_desktop.server.storage import calls
from atlas_desktop.server.storage.scope import Tenant


async def listing(atlas: Atlas, asked: Asked) -> Answered:
    """Calls that match the filters."""
    filters: CallFilters = asked.query
    after = cast("list[int] | None", atlas.unseal(asked))

    def ask(tenant: Tenant) -> Answered:
        found = calls.page(tenant, filters, (after[0], after[1]) if after else None)
        return page(found.data, atlas.seal(asked, found.position))

    return await atlas.storage.read(asked.scope, ask)


async def get(atlas: Atlas, asked: Asked) -> Answered:
    """One call with all its feedback."""
    call_id = asked.path["call_id"]
    return await atlas.storage.read(asked.scope, lambda tenant: answer(calls.get(tenant, call_id)))


async def changes(atlas: Atlas, asked: Asked) -> Answered:
    """What changed since a revision."""
    query: ChangesQuery = asked.query
    return await atlas.storage.read(
        asked.scope, lambda tenant: answer(calls.changes(tenant, query.after, query.limit))
    )
