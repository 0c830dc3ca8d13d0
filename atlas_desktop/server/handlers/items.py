"""The items of datasets: read, checked one by one, kept."""

from dataclasses import dataclass, replace
from typing import Any, cast

from atlas_desktop.contract.base import Json
from atlas_desktop.contract.datasets import DatasetItemCreate, DatasetItemsAdd, DatasetItemUpdate
from atlas_desktop.contract.listing import ListQuery
from atlas_desktop.domain.expected import Fit
from atlas_desktop.server.answers import Answered, answer, page
from atlas_desktop.server.asking import Asked
from atlas_desktop.server.atlas import Atlas
from atlas_desktop.server.dataset_rules import (
    Content,
    Rejected,
    Source,
    Wanted,
    all_rejected,
    check_tagged,
    content_of,
    misfit,
    read_items,
    rejected_wire,
)
from atlas_desktop.server.handlers.whole import whole_organization
from atlas_desktop.server.refusals import unprocessable
from atlas_desktop.server.scoring.fitting import fit_at_once, fit_beside
from atlas_desktop.server.storage import datasets, items
from atlas_desktop.server.storage.scope import Tenant
from atlas_desktop.server.storage.sources import sources, still_there


@dataclass(frozen=True, slots=True)
class _Material:
    """What the items of a request are checked against."""

    wanted: Wanted
    schema: Json
    sources: dict[str, Source]


async def add(atlas: Atlas, asked: Asked) -> Answered:
    """Add items: those that can be are, the others are told why not."""
    whole_organization(asked, "datasets")
    if (before := await atlas.replayed(asked)) is not None:
        return before
    body: DatasetItemsAdd = asked.body
    read, rejected = await atlas.storage.compute(lambda: read_items(body.items))
    name = asked.path["dataset"]
    material = await atlas.storage.read(asked.scope, lambda tenant: _material(tenant, name, read))
    check_tagged(read, material.sources)
    contents = await atlas.storage.compute(lambda: _contents(read, material, rejected))
    fits = await _fitted(atlas, material.schema, [each.expected_output for each in contents])
    kept = await atlas.storage.compute(lambda: _kept(contents, fits, rejected))

    def work(tenant: Tenant) -> Answered:
        return answer(_added(atlas, tenant, name, kept, rejected))

    return await atlas.act(asked, work)


async def listing(atlas: Atlas, asked: Asked) -> Answered:
    """Items in their order."""
    query: ListQuery = asked.query
    after = cast("list[int] | None", atlas.unseal(asked))
    name = asked.path["dataset"]

    def ask(tenant: Tenant) -> Answered:
        found = items.page(tenant, name, after[0] if after else None, query.limit)
        return page(found.data, atlas.seal(asked, found.position))

    return await atlas.storage.read(asked.scope, ask)


async def update(atlas: Atlas, asked: Asked) -> Answered:
    """Change an item."""
    whole_organization(asked, "datasets")
    body: DatasetItemUpdate = asked.body
    name, item = asked.path["dataset"], asked.path["item"]
    given = body.model_dump(exclude_unset=True, exclude={"base_revision"})
    if "expected_output" in given:
        schema = await atlas.storage.read(asked.scope, lambda tenant: _schema(tenant, name))
        (fit,) = await _fitted(atlas, schema, [given["expected_output"]])
        if problems := misfit(fit):
            details = [{"loc": [problem["path"]], "message": problem["message"]} for problem in problems]
            message = f"{problems[0]['path']}: {problems[0]['message']}"
            raise unprocessable("invalid_item", message, param="expected_output", details=details)
        given["expected_output"] = fit.value
    return await atlas.act(
        asked,
        lambda tenant: Answered(items.update(tenant, name, item, given, body.base_revision)),
    )


async def remove(atlas: Atlas, asked: Asked) -> Answered:
    """Take an item out."""
    whole_organization(asked, "datasets")
    name, item = asked.path["dataset"], asked.path["item"]
    return await atlas.act(asked, lambda tenant: answer(items.remove(tenant, name, item)))


def _material(tenant: Tenant, name: str, read: dict[int, DatasetItemCreate]) -> _Material:
    wanted, schema = datasets.wanted(tenant, datasets.draft(tenant, name))
    named = {item.source_call_id for item in read.values() if item.source_call_id is not None}
    return _Material(wanted, schema, sources(tenant, named))


def _schema(tenant: Tenant, name: str) -> Json:
    return datasets.wanted(tenant, datasets.draft(tenant, name))[1]


def _contents(read: dict[int, DatasetItemCreate], material: _Material, rejected: Rejected) -> list[Content]:
    contents = []
    for index, item in read.items():
        made = content_of(index, item, material.sources.get(item.source_call_id or ""), material.wanted)
        if isinstance(made, Content):
            contents.append(made)
        else:
            rejected[index] = made
    return contents


async def _fitted(atlas: Atlas, schema: Json, values: list[Json]) -> list[Fit]:
    fits = await atlas.storage.compute(lambda: fit_at_once(schema, values))
    return await fit_beside(atlas.scorer, schema, values) if fits is None else fits


def _kept(contents: list[Content], fits: list[Fit], rejected: Rejected) -> list[Content]:
    kept = []
    for content, fit in zip(contents, fits, strict=True):
        if fit.faults:
            rejected[content.index] = misfit(fit)
        else:
            whole = replace(content, expected_output=fit.value)
            # Made here, not while everybody's writes wait.
            _ = whole.hash, whole.expected_hash
            kept.append(whole)
    return kept


def _added(
    atlas: Atlas, tenant: Tenant, name: str, kept: list[Content], rejected: Rejected
) -> dict[str, Any]:
    """Raises Refusal (422) when nothing is left to add."""
    named = {content.source_call_id for content in kept if content.source_call_id is not None}
    there = still_there(tenant, named)
    gone = {
        content.index: [{"path": "$.source_call_id", "message": "there is no such call"}]
        for content in kept
        if content.source_call_id is not None and content.source_call_id not in there
    }
    told = rejected | gone
    if len(gone) == len(kept):
        raise all_rejected(told)
    left = [content for content in kept if content.index not in gone]
    done = items.add(tenant, name, left, atlas.config.ids)
    return {"added": done["added"], "rejected": rejected_wire(told), **done}
