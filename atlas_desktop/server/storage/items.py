"""The items of datasets. A row is never changed: a change ends it and begins another (``loop_tables``)."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any, Final

import orjson
import sqlalchemy as sa

from atlas_desktop.contract.ids import Kind
from atlas_desktop.server.dataset_rules import Content, content_hash, dataset_hash, expected_hash
from atlas_desktop.server.refusals import conflict, not_found
from atlas_desktop.server.storage.datasets import Standing, draft, standing, visible
from atlas_desktop.server.storage.loop_tables import NOW, dataset, dataset_item
from atlas_desktop.server.storage.scope import Row, Tenant

MOST_ITEMS: Final = 100_000
"""Items a dataset may have: its content hash is made of all of theirs at each change."""

_MOST_OTHERS: Final = 20


@dataclass(frozen=True, slots=True)
class ItemPage:
    """Items as documents, in their order, and the position of the last when there are more."""

    data: list[Any]
    position: int | None


@dataclass(slots=True)
class _Change:
    """What one request does to a dataset: rows that end, rows that begin, by the item's id."""

    at: Standing
    revision: int
    added: int = 0
    ended: list[dict[str, int]] = field(default_factory=list)
    begun: dict[str, dict[str, Any]] = field(default_factory=dict)

    def next(self) -> int:
        self.revision += 1
        return self.revision


def page(tenant: Tenant, dataset_id: str, after: int | None, limit: int) -> ItemPage:
    """Items in the order they were added. Raises Refusal (404)."""
    found = standing(tenant, dataset_id)
    statement = sa.select(dataset_item.c.position, dataset_item.c.document).where(*_current(tenant, found))
    if after is not None:
        statement = statement.where(dataset_item.c.position > after)
    ordered = statement.order_by(dataset_item.c.position)
    shown, more = tenant.page(ordered, limit, lambda row: len(row.document))
    data = [orjson.Fragment(row.document) for row in shown]
    return ItemPage(data, shown[-1].position if more else None)


def add(
    tenant: Tenant, dataset_id: str, contents: Sequence[Content], ids: Callable[[Kind], str]
) -> dict[str, Any]:
    """Add these to a draft; one whose source call is there already takes that item's place.

    The answer without what was rejected. Raises Refusal (404, 409).
    """
    change = _begin(draft(tenant, dataset_id))
    sources = {each.source_call_id for each in contents if each.source_call_id is not None}
    there = _by_source(tenant, change.at, sources)
    named: list[str] = []
    replaced = 0
    for each in contents:
        before = there.get(each.source_call_id) if each.source_call_id is not None else None
        made = _put(change, each, before, ids)
        named.append(made["id"])
        replaced += before is not None
        if each.source_call_id is not None:
            there[each.source_call_id] = made
    _settle(tenant, change)
    shown = {each["id"]: each["document"] for each in there.values()}
    shown |= {name: row["document"] for name, row in change.begun.items()}
    prompts = {each.fp_prompt for each in contents}
    return {
        "added": [orjson.Fragment(shown[name]) for name in named],
        "contradictions": _contradictions(tenant, change.at, prompts, set(named)),
        "replaced": replaced,
    }


def update(tenant: Tenant, dataset_id: str, item_id: str, given: dict[str, Any], base: int | None) -> bytes:
    """Change what is ``given`` of an item; its document. Raises Refusal (404, 409)."""
    change = _begin(draft(tenant, dataset_id))
    row = _known(tenant, change.at, item_id)
    if base is not None and row.revision > base:
        message = f"the item has changed since revision {base}: it is of revision {row.revision}"
        raise conflict("dataset_changed", message, beside={"item": orjson.Fragment(row.document)})
    after = orjson.loads(row.document) | given
    hashed = content_hash(after)
    if hashed == row.hash:
        return bytes(row.document)
    revision = change.next()
    document = orjson.dumps(after | {"revision": revision})
    changed = {
        "revision": revision,
        "hash": hashed,
        "expected_hash": expected_hash(after["expected_output"]),
        "weight": after["weight"],
        "split": after["split"],
        "document": document,
    }
    change.ended.append({"b_seq": row.seq, "until": revision})
    change.begun[row.id] = _columns(row) | changed
    _settle(tenant, change)
    return document


def remove(tenant: Tenant, dataset_id: str, item_id: str) -> dict[str, Any]:
    """Take an item out of a draft. Raises Refusal (404, 409)."""
    change = _begin(draft(tenant, dataset_id))
    row = _known(tenant, change.at, item_id)
    change.ended.append({"b_seq": row.seq, "until": change.next()})
    change.added = -1
    _settle(tenant, change)
    return {
        "id": item_id,
        "object": "dataset.item",
        "deleted": True,
        "dataset_id": change.at.id,
        "revision": change.revision,
    }


def _begin(at: Standing) -> _Change:
    return _Change(at, at.revision)


def _put(
    change: _Change, content: Content, before: dict[str, Any] | None, ids: Callable[[Kind], str]
) -> dict[str, Any]:
    """The row of an item that is added, or that takes the place of the one ``before``."""
    if before is not None and before["hash"] == content.hash:
        return before
    revision = change.next()
    if before is None:
        name, position = ids("di_"), revision
        change.added += 1
    else:
        name, position = before["id"], before["position"]
        if "seq" in before:
            change.ended.append({"b_seq": before["seq"], "until": revision})
    said = {"id": name, "object": "dataset.item", **content.wire, "revision": revision}
    row = {
        "org": None,
        "dataset": change.at.seq,
        "id": name,
        "position": position,
        "revision": revision,
        "until": NOW,
        "source_call_id": content.source_call_id,
        "fp_prompt": content.fp_prompt,
        "hash": content.hash,
        "expected_hash": content.expected_hash,
        "weight": content.weight,
        "split": content.split,
        "document": orjson.dumps(said),
    }
    change.begun[name] = row
    return row


def _settle(tenant: Tenant, change: _Change) -> None:
    """Write the change down: what ends, what begins, and the dataset as it is then."""
    if change.revision == change.at.revision:
        return
    count = change.at.item_count + change.added
    if count > MOST_ITEMS:
        raise conflict("dataset_full", f"a dataset may have {MOST_ITEMS:,} items")
    tenant.run(
        sa.update(dataset_item).where(tenant.mine(dataset_item), dataset_item.c.seq == sa.bindparam("b_seq")),
        change.ended,
    )
    tenant.insert(dataset_item, [row | {"org": tenant.scope.org} for row in change.begun.values()])
    hashes = tenant.all(sa.select(dataset_item.c.hash).where(*_current(tenant, change.at)))
    tenant.run(
        sa.update(dataset)
        .where(tenant.mine(dataset), dataset.c.seq == change.at.seq)
        .values(
            revision=change.revision,
            item_count=count,
            content_hash=dataset_hash(row.hash for row in hashes),
        )
    )


def _current(tenant: Tenant, at: Standing) -> tuple[sa.ColumnElement[bool], ...]:
    return (*visible(tenant, dataset_item), dataset_item.c.dataset == at.seq, dataset_item.c.until == NOW)


def _known(tenant: Tenant, at: Standing, item_id: str) -> Row:
    row = tenant.first(sa.select(dataset_item).where(*_current(tenant, at), dataset_item.c.id == item_id))
    if row is None:
        raise not_found("item")
    return row


def _columns(row: Row) -> dict[str, Any]:
    """A row's values, to begin another with."""
    return {name: value for name, value in _whole(row).items() if name != "seq"}


def _whole(row: Row) -> dict[str, Any]:
    return dict(zip(dataset_item.c.keys(), row, strict=True))


def _by_source(tenant: Tenant, at: Standing, call_ids: Collection[str]) -> dict[str | None, dict[str, Any]]:
    if not call_ids:
        return {}
    rows = tenant.all(
        sa.select(dataset_item).where(*_current(tenant, at), dataset_item.c.source_call_id.in_(call_ids))
    )
    return {row.source_call_id: _whole(row) for row in rows}


def _contradictions(
    tenant: Tenant, at: Standing, prompts: Collection[str], added: Collection[str]
) -> list[dict[str, Any]]:
    """Which of the added items expect another output than others of the same prompt."""
    rows = tenant.all(
        sa.select(dataset_item.c.id, dataset_item.c.fp_prompt, dataset_item.c.expected_hash)
        .where(*_current(tenant, at), dataset_item.c.fp_prompt.in_(prompts))
        .order_by(dataset_item.c.position)
    )
    groups: dict[str, dict[bytes, list[str]]] = {}
    for row in rows:
        groups.setdefault(row.fp_prompt, {}).setdefault(row.expected_hash, []).append(row.id)
    found = []
    for row in rows:
        group = groups[row.fp_prompt]
        if row.id in added and len(group) > 1:
            others = chain.from_iterable(
                ids for expected, ids in group.items() if expected != row.expected_hash
            )
            found.append(
                {"item_id": row.id, "others": [*islice(others, _MOST_OTHERS)], "fp_prompt": row.fp_prompt}
            )
    return found
