"""Starting, listing and branching datasets."""

from typing import cast

from atlas_desktop.contract.datasets import BranchRequest, DatasetCreate
from atlas_desktop.contract.listing import DatasetsQuery
from atlas_desktop.server.answers import Answered, answer, page
from atlas_desktop.server.asking import Asked
from atlas_desktop.server.atlas import Atlas
from atlas_desktop.server.handlers.whole import whole_organization
from atlas_desktop.server.storage import datasets
from atlas_desktop.server.storage.scope import Tenant


async def create(atlas: Atlas, asked: Asked) -> Answered:
    """Start a draft."""
    whole_organization(asked, "datasets")
    body: DatasetCreate = asked.body
    return await atlas.act(asked, lambda tenant: answer(datasets.create(tenant, body, atlas.config.ids)))


async def listing(atlas: Atlas, asked: Asked) -> Answered:
    """Datasets, newest first."""
    query: DatasetsQuery = asked.query
    after = cast("list[int] | None", atlas.unseal(asked))

    def ask(tenant: Tenant) -> Answered:
        found = datasets.page(tenant, query, after[0] if after else None)
        return page(found.data, atlas.seal(asked, found.position))

    return await atlas.storage.read(asked.scope, ask)


async def get(atlas: Atlas, asked: Asked) -> Answered:
    """One dataset."""
    name = asked.path["dataset"]
    return await atlas.storage.read(asked.scope, lambda tenant: answer(datasets.get(tenant, name)))


async def branch(atlas: Atlas, asked: Asked) -> Answered:
    """A new draft with the same items."""
    whole_organization(asked, "datasets")
    body: BranchRequest = asked.body
    name = asked.path["dataset"]
    return await atlas.act(
        asked, lambda tenant: answer(datasets.branch(tenant, name, body.name, atlas.config.ids))
    )
