"""Releases: begun, looked at, advanced, rolled back. They belong to the whole organization."""

from collections.abc import Callable
from typing import Any, Final, cast

from atlas_desktop.contract.releases import ReleaseAdvance, ReleaseCreate, ReleaseRollback, ReleasesQuery
from atlas_desktop.server.answers import Answered, answer, page
from atlas_desktop.server.asking import Asked
from atlas_desktop.server.atlas import Atlas
from atlas_desktop.server.gateway.candidates import check_candidate
from atlas_desktop.server.handlers.whole import whole_organization
from atlas_desktop.server.storage import releases
from atlas_desktop.server.storage.scope import Tenant

_WHAT: Final = "releases"


async def create(atlas: Atlas, asked: Asked) -> Answered:
    """Begin one in the shadow."""
    whole_organization(asked, _WHAT)
    body: ReleaseCreate = asked.body
    if (before := await atlas.replayed(asked)) is not None:
        return before
    check_candidate(atlas.gateway.book.table, body)
    return await _act(atlas, asked, lambda tenant: releases.create(tenant, body, atlas.config.ids))


async def listing(atlas: Atlas, asked: Asked) -> Answered:
    """Releases, newest first."""
    whole_organization(asked, _WHAT)
    query: ReleasesQuery = asked.query
    after = cast("list[int] | None", atlas.unseal(asked))

    def ask(tenant: Tenant) -> Answered:
        found = releases.page(tenant, query, after[0] if after else None)
        return page(found.data, atlas.seal(asked, found.position))

    return await atlas.storage.read(asked.scope, ask)


async def get(atlas: Atlas, asked: Asked) -> Answered:
    """One release, as it stands."""
    whole_organization(asked, _WHAT)
    name = asked.path["release"]
    return await atlas.storage.read(asked.scope, lambda tenant: answer(releases.get(tenant, name)))


async def advance(atlas: Atlas, asked: Asked) -> Answered:
    """The next stage, or a wider canary."""
    whole_organization(asked, _WHAT)
    body: ReleaseAdvance = asked.body
    name = asked.path["release"]
    return await _act(atlas, asked, lambda tenant: releases.advance(tenant, name, body))


async def rollback(atlas: Atlas, asked: Asked) -> Answered:
    """Out of the traffic."""
    whole_organization(asked, _WHAT)
    body: ReleaseRollback = asked.body
    name = asked.path["release"]
    return await _act(atlas, asked, lambda tenant: releases.roll_back(tenant, name, body.reason))


async def _act(atlas: Atlas, asked: Asked, work: Callable[[Tenant], dict[str, Any]]) -> Answered:
    """Do it once for its key; traffic follows before the answer goes out."""
    done = await atlas.act(asked, lambda tenant: answer(work(tenant)))
    if (live := atlas.gateway.releases) is not None:
        await live.follow(asked.scope)
    return done
