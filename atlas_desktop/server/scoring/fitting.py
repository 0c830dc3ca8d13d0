"""Expected outputs held against a schema in the process beside: nothing that takes long stops anybody else."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import BrokenExecutor
from functools import partial
from typing import Final

import orjson

from atlas_desktop.contract.base import Json
from atlas_desktop.deadline import Overdue
from atlas_desktop.domain.expected import Fault, Fit, fit_all
from atlas_desktop.domain.scoring.json_schema import compiled
from atlas_desktop.server.refusals import unprocessable
from atlas_desktop.server.scoring.scorer import Scorer, is_small

_AT_ONCE: Final = 50
_FEW_CHARACTERS: Final = 64 * 1024
_FEW_STEPS: Final = 1_000_000
_SECONDS: Final = 30.0
"""For all the items of one request."""


def fit_at_once(schema: Json, values: Sequence[Json]) -> list[Fit] | None:
    """How each is kept, when finding out takes some milliseconds; else None. For a thread: 50 ms at most.

    A process beside takes 300 ms to be there: too long to wait for after a change of one item.
    """
    if schema is not None:
        texts = [value if isinstance(value, str) else orjson.dumps(value).decode() for value in values]
        if len(values) > _AT_ONCE or sum(map(len, texts)) > _FEW_CHARACTERS or not is_small(schema):
            return None
        check = compiled(schema)
        if sum(map(check.steps, texts)) > _FEW_STEPS:
            return None
    return fit_all(schema, values)


async def fit_beside(scorer: Scorer, schema: Json, values: Sequence[Json]) -> list[Fit]:
    """How each is kept. One that takes too long to check is not. Raises Refusal (422) when all of them do."""
    fits: list[Fit] = []
    try:
        async with asyncio.timeout(_SECONDS):
            for start in range(0, len(values), _AT_ONCE):
                fits += await _some(scorer, schema, values[start : start + _AT_ONCE])
    except TimeoutError:
        message = "checking these items takes too long: add fewer at once"
        raise unprocessable("too_expensive", message) from None
    return fits


async def _some(scorer: Scorer, schema: Json, values: Sequence[Json]) -> list[Fit]:
    try:
        found: list[Fit] = await scorer.beside(partial(fit_all, schema, values))
    except (Overdue, BrokenExecutor):
        if len(values) == 1:
            fault = Fault((), "checking it against the schema took too long and was stopped")
            return [Fit(values[0], (fault,))]
        # Which one of them it was: each by itself.
        return [fit for value in values for fit in await _some(scorer, schema, [value])]
    return found
