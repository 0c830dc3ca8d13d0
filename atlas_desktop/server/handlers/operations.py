"""Defining, listing and changing operations."""

from typing import cast

from atlas_desktop.contract.listing import ListQuery
from atlas_desktop.contract.operations import OperationCreate, OperationUpdate
from atlas_desktop.server.answers import Answered, answer, page
from atlas_desktop.server.asking import Asked
from atlas_desktop.server.atlas import Atlas
from atlas_desktop.server.refusals import forbidden
from atlas_desktop.server.storage import audit, operations
from atlas_desktop.server.storage.scope import Tenant


async def create(atlas: Atlas, asked: Asked) -> Answered:
    """Define an operation."""
    _whole_organization(asked)
    body: OperationCreate = asked.body
    await atlas.scorer.check_schema(body.output_schema)
    return await atlas.act(asked, lambda tenant: answer(operations.create(tenant, body, atlas.config.ids)))


async def listing(atlas: Atlas, asked: Asked) -> Answered:
    """All operations, by key."""
    query: ListQuery = asked.query
    after = cast("list[str] | None", atlas.unseal(asked))

    def ask(tenant: Tenant) -> Answered:
        found = operations.page(tenant, after[0] if after else None, query.limit)
        return page(found.data, atlas.seal(asked, found.position))

    return await atlas.storage.read(asked.scope, ask)


async def get(atlas: Atlas, asked: Asked) -> Answered:
    """One operation, by id or key."""
    name = asked.path["operation"]
    return await atlas.storage.read(asked.scope, lambda tenant: answer(operations.get(tenant, name)))


async def update(atlas: Atlas, asked: Asked) -> Answered:
    """Change an operation."""
    _whole_organization(asked)
    body: OperationUpdate = asked.body
    await atlas.scorer.check_schema(body.output_schema)
    name = asked.path["operation"]
    return await atlas.act(asked, lambda tenant: answer(operations.update(tenant, name, body)))


async def schemas(atlas: Atlas, asked: Asked) -> Answered:
    """The schema versions of an operation."""
    _whole_organization(asked)
    query: ListQuery = asked.query
    after = cast("list[str] | None", atlas.unseal(asked))

    def ask(tenant: Tenant) -> Answered:
        found = operations.schemas(tenant, asked.path["operation"], after[0] if after else None, query.limit)
        return page(found.data, atlas.seal(asked, found.position))

    return await atlas.storage.read(asked.scope, ask)


async def audited(atlas: Atlas, asked: Asked) -> Answered:
    """What was changed about an operation, and by whom."""
    _whole_organization(asked)
    query: ListQuery = asked.query
    after = cast("list[int] | None", atlas.unseal(asked))

    def ask(tenant: Tenant) -> Answered:
        subjects = operations.judged_by(tenant, asked.path["operation"])
        found = audit.page(tenant, subjects, after[0] if after else None, query.limit)
        return page(found.data, atlas.seal(asked, found.position))

    return await atlas.storage.read(asked.scope, ask)


def _whole_organization(asked: Asked) -> None:
    """Operations belong to the organization: a key for one customer does not change them for the others."""
    if asked.scope.customer is not None:
        raise forbidden(
            "organization_key_required",
            "a key narrowed to one customer cannot define or change operations, nor see how they changed",
        )
