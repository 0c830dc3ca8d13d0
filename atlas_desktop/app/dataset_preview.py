"""Looking at calls as items before anything is sent: in parts, so that neither the screen nor the memory suffers."""

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import replace
from typing import Any, Final

import orjson

from atlas_desktop.app.daemon_thread import in_daemon_thread
from atlas_desktop.domain.dataset_plan import (
    Candidate,
    Expects,
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


class Preview:
    """Calls as planned items, kept as long as nothing about them changes: what was read is not read again."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._how: tuple[Expects, bool, Target] | None = None
        self._found: dict[int, Planned | None] = {}
        """None: the call is gone."""
        self._beginnings: tuple[str, ...] = ()

    def forget(self, calls: Iterable[int] | None = None) -> None:
        """These calls, or all, read differently now."""
        if calls is None:
            self._how = None
        else:
            for call in calls:
                self._found.pop(call, None)

    async def look(
        self, calls: Sequence[int], recipe: Recipe, target: Target
    ) -> AsyncIterator[tuple[int, Plan | None]]:
        """How many calls are looked at so far, and now and then the plan of those; with the last one always."""
        how = (recipe.expects, recipe.objects, target)
        if how != self._how:
            self._how, self._found, self._beginnings = how, {}, ()
        found = self._found
        missing = [call for call in calls if call not in found]
        before = len(calls) - len(missing)
        for start in range(0, len(missing), _AT_ONCE):
            await self._read(found, missing[start : start + _AT_ONCE], recipe, target)
            read = before + min(start + _AT_ONCE, len(missing))
            if read == len(calls):
                break
            shown = start == 0 or read % _SHOWN_EVERY == 0
            yield read, await _together(calls, found, recipe) if shown else None
        if calls:
            yield len(calls), await _together(calls, found, recipe)

    async def _read(
        self, found: dict[int, Planned | None], calls: Sequence[int], recipe: Recipe, target: Target
    ) -> None:
        candidates = await self._store.candidates.read(calls)
        if not found:
            self._beginnings = beginnings_of([each.title for each in candidates])
        like = self._beginnings
        planned = await in_daemon_thread(
            "dataset preview", lambda: _planned(candidates, recipe, target, like)
        )
        found.update(dict.fromkeys(calls))
        found.update({each.call: each for each in planned})


async def _together(calls: Sequence[int], found: dict[int, Planned | None], recipe: Recipe) -> Plan:
    def work() -> Plan:
        known = (found.get(call) for call in calls)
        return plan_all((each for each in known if each is not None), recipe)

    return await in_daemon_thread("dataset preview", work)


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
