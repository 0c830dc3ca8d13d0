"""Whole datasets scored in the real server process: items a second, and what others wait meanwhile."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import orjson

from atlas_desktop.api.client import AsyncAtlas
from atlas_desktop.contract.datasets import DatasetCreate
from atlas_desktop.contract.evaluations import Evaluation, EvaluationCreate
from atlas_desktop.contract.evaluators import EvaluatorCreate
from atlas_desktop.contract.operations import OperationCreate
from tests.bench.importing import serving

_AT_ONCE: Final = 500
_PII: Final = {"pattern": r"\b\d{3}-\d{2}-\d{4}\b|\b(?:\d[ -]?){13,16}\b", "must_match": False}
_SHAPE: Final = {
    "schema": {
        "type": "object",
        "required": ["output", "length"],
        "additionalProperties": False,
        "properties": {
            "output": {"type": "string", "minLength": 1},
            "length": {"type": "integer", "minimum": 2},
        },
    }
}


def evaluate(path: Path, items: int, folder: Path, runs: int) -> dict[str, list[float]]:
    """Items a second by a pattern and a schema, and milliseconds that ``GET /healthz`` takes meanwhile."""
    return asyncio.run(_evaluate(path, items, folder, runs))


async def _evaluate(path: Path, items: int, folder: Path, runs: int) -> dict[str, list[float]]:
    speeds: list[float] = []
    waits: list[float] = []
    async with serving(folder / "atlas.db", folder / "server.log") as client:
        dataset = await _dataset(client, path, items)
        for _ in range(runs):
            start = time.perf_counter()
            run = await client.evaluations.create(
                EvaluationCreate(dataset_id=dataset, evaluator_ids=["ev_pii", "ev_shape"]), wait=0
            )
            while not run.finished:
                asked = time.perf_counter()
                await client.health("00")
                waits.append((time.perf_counter() - asked) * 1000)
                run = await client.evaluations.get(run.id)
            speeds.append(items / (time.perf_counter() - start))
            _check(run, items)
    return {"evaluate": speeds, "evaluate_health": waits}


def _check(run: Evaluation, items: int) -> None:
    assert (run.status, run.progress.done) == ("completed", 2 * items), run
    assert [one.scored for one in run.evaluators] == [items, items], run


async def _dataset(client: AsyncAtlas, path: Path, items: int) -> str:
    await client.evaluators.create(EvaluatorCreate(id="ev_pii", kind="regex", config=_PII))
    await client.evaluators.create(EvaluatorCreate(id="ev_shape", kind="json_schema", config=_SHAPE))
    await client.operations.create(OperationCreate(key="bench"))
    dataset = await client.datasets.create(DatasetCreate(operation_id="bench", name="Bench"))
    made = list(_items(path, items))
    for start in range(0, items, _AT_ONCE):
        added = await client.datasets.items.add(dataset.id, made[start : start + _AT_ONCE])
        assert len(added.added) == len(made[start : start + _AT_ONCE]), added.rejected[:2]
    return dataset.id


def _items(path: Path, number: int) -> Iterator[dict[str, Any]]:
    """Recorded calls with their own answers as what is expected, as an object."""
    with path.open("rb") as lines:
        for _, line in zip(range(number), lines, strict=False):
            call = orjson.loads(line)
            expected = {"output": call["output"], "length": len(call["output"])}
            yield {
                "input": {"messages": call["messages"]},
                "expected_output": expected,
                "predicted": call["output"],
            }
