"""Gates, promotion, training requests and their bundle."""

import tempfile
from collections.abc import Callable
from typing import BinaryIO, Final, cast

from atlas_desktop.contract.listing import ListQuery
from atlas_desktop.contract.promotions import BundleQuery, PromoteRequest, TrainingCreate
from atlas_desktop.server.answers import Answered, answer, page
from atlas_desktop.server.asking import Asked
from atlas_desktop.server.atlas import Atlas
from atlas_desktop.server.handlers.whole import whole_organization
from atlas_desktop.server.storage import promotion, training, training_bundle
from atlas_desktop.server.storage.scope import Tenant

_IN_MEMORY: Final = 8 * 1024 * 1024


async def gates(atlas: Atlas, asked: Asked) -> Answered:
    """The ship gates as they stand."""
    name = asked.path["dataset"]
    return await atlas.storage.read(asked.scope, lambda tenant: answer(promotion.gates(tenant, name)))


async def promote(atlas: Atlas, asked: Asked) -> Answered:
    """Make a draft golden: one transaction, all of it or nothing."""
    whole_organization(asked, "datasets")
    body: PromoteRequest = asked.body
    name = asked.path["dataset"]

    def work(tenant: Tenant) -> Answered:
        acknowledged = body.acknowledge_no_gates
        return answer(promotion.promote(tenant, name, acknowledge_no_gates=acknowledged))

    return await atlas.act(asked, work)


async def promotions(atlas: Atlas, asked: Asked) -> Answered:
    """Who promoted it."""
    return await _page(atlas, asked, promotion.page)


async def request_training(atlas: Atlas, asked: Asked) -> Answered:
    """Ask for training."""
    whole_organization(asked, "training requests")
    body: TrainingCreate = asked.body
    name = asked.path["dataset"]
    return await atlas.act(
        asked, lambda tenant: answer(training.create(tenant, name, body, atlas.config.ids))
    )


async def trainings(atlas: Atlas, asked: Asked) -> Answered:
    """Training requests."""
    return await _page(atlas, asked, training.page)


async def bundle(atlas: Atlas, asked: Asked) -> Answered:
    """The training bundle. Unveiled, that is written down first: who took it, and when."""
    query: BundleQuery = asked.query
    name, request = asked.path["dataset"], asked.path["training"]
    if query.unveiled:
        await atlas.storage.write(
            asked.scope, lambda tenant: training_bundle.note_unveiled(tenant, name, request)
        )

    def make(tenant: Tenant) -> bytes:
        return training_bundle.make(tenant, name, request, veil=not query.unveiled, open_file=_file)

    async with atlas.bundling:
        made = await atlas.storage.read(asked.scope, make)
    return Answered(made, headers={"content-disposition": f'attachment; filename="{request}.zip"'})


def _file() -> BinaryIO:
    return cast("BinaryIO", tempfile.SpooledTemporaryFile(_IN_MEMORY))


Found = promotion.PromotionPage | training.TrainingPage


async def _page(
    atlas: Atlas, asked: Asked, find: Callable[[Tenant, str, int | None, int], Found]
) -> Answered:
    query: ListQuery = asked.query
    after = cast("list[int] | None", atlas.unseal(asked))
    name = asked.path["dataset"]

    def ask(tenant: Tenant) -> Answered:
        found = find(tenant, name, after[0] if after else None, query.limit)
        return page(found.data, atlas.seal(asked, found.position))

    return await atlas.storage.read(asked.scope, ask)
