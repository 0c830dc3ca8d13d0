"""Looking at calls as items before anything is sent: in parts, so that neither the screen nor the memory suffers."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from typing import Any, Final

import orjson

from atlas_desktop.app.daemon_thread import in_daemon_thread
from atlas_desktop.domain.dataset_plan import (
    Candidate,
    Plan,
    Planned,
    Recipe,
    Target,
    brief,
    plan_all,
    plan_one,
)
from atlas_desktop.domain.item_words import apart, beginnings_of
from atlas_desktop.store.store import Store

_AT_ONCE: Final = 100
_SHOWN_EVERY: Final = 1_000


async def look_at(
    store: Store, calls: Sequence[int], recipe: Recipe, target: Target
) -> AsyncIterator[tuple[int, Plan | None]]:
    """How many calls are looked at so far, and now and then the plan of those; with the last one always."""
    found: list[Planned] = []
    beginnings: tuple[str, ...] = ()
    for start in range(0, len(calls), _AT_ONCE):
        candidates = await store.candidates.read(calls[start : start + _AT_ONCE])
        if not start:
            beginnings = beginnings_of([each.title for each in candidates])
        found += await in_daemon_thread(
            "dataset preview",
            lambda some=candidates, like=beginnings: _planned(some, recipe, target, like),  # type: ignore[misc]
        )
        read = min(start + _AT_ONCE, len(calls))
        if read % _SHOWN_EVERY == 0 or read == len(calls) or start == 0:
            yield read, await in_daemon_thread("dataset preview", lambda some=found: plan_all(some, recipe))  # type: ignore[misc]
        else:
            yield read, None


async def written(
    store: Store, calls: Sequence[int], recipe: Recipe, target: Target, splits: dict[int, str | None]
) -> list[tuple[int, bytes]]:
    """The items as (call, bytes to send). The texts are read again: the preview holds only their beginnings."""
    made: list[tuple[int, bytes]] = []
    for start in range(0, len(calls), _AT_ONCE):
        candidates = await store.candidates.read(calls[start : start + _AT_ONCE])
        made += await in_daemon_thread(
            "items are written",
            lambda some=candidates: _items(some, recipe, target, splits),  # type: ignore[misc]
        )
    return made


def _planned(
    candidates: list[Candidate], recipe: Recipe, target: Target, beginnings: tuple[str, ...]
) -> list[Planned]:
    return [
        brief(plan_one(replace(each, title=apart(each.title, beginnings)), recipe, target))
        for each in candidates
    ]


def _items(
    candidates: list[Candidate], recipe: Recipe, target: Target, splits: dict[int, str | None]
) -> list[tuple[int, bytes]]:
    made = []
    for each in candidates:
        item = plan_one(each, recipe, target)
        if item.state == "ready":
            body: dict[str, Any] = {"source_call_id": item.call_id, "expected_output": item.value}
            if (split := splits.get(item.call)) is not None:
                body["split"] = split
            made.append((item.call, orjson.dumps(body)))
    return made
