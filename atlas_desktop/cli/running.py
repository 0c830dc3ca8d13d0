"""Waiting for an evaluation, with a bar for whoever watches."""

import asyncio
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Final

import typer

from atlas_desktop.api import AsyncAtlas
from atlas_desktop.api.errors import AtlasError
from atlas_desktop.cli.failing import on_terminal, stop
from atlas_desktop.cli.patience import patiently
from atlas_desktop.contract.datasets import Dataset
from atlas_desktop.contract.evaluations import Evaluation, EvaluationCreate
from atlas_desktop.contract.ids import new_id

_LOOK_AGAIN: Final = 0.5


async def completed(
    client: AsyncAtlas, dataset: Dataset, evaluators: list[str], predictions: str, seconds: float
) -> Evaluation:
    """A run that is through. Ends the command when it fails, is cancelled or takes longer; interrupted, cancels it."""
    asked = EvaluationCreate(dataset_id=dataset.id, evaluator_ids=evaluators)
    if predictions != "expected":
        # Left out where it is the default: a server may know the published fields only.
        asked = EvaluationCreate(dataset_id=dataset.id, evaluator_ids=evaluators, predictions=predictions)
    once = new_id("req_")
    run = await patiently(lambda: client.evaluations.create(asked, idempotency_key=once))
    try:
        async with asyncio.timeout(seconds):
            run = await _watched(client, run)
    except TimeoutError:
        await _cancelled(client, run)
        stop(f"The evaluation {run.id} was not through after {seconds:g} s, and was cancelled.")
    except asyncio.CancelledError:
        await _cancelled(client, run)
        raise
    if run.status != "completed":
        stop(f"The evaluation {run.id} is {run.status}", run.error or "")
    return run


async def _watched(client: AsyncAtlas, run: Evaluation) -> Evaluation:
    with _bar(run) as moved:
        while not run.finished:
            moved(run.progress.done)
            await asyncio.sleep(_LOOK_AGAIN)
            run = await patiently(lambda name=run.id: client.evaluations.get(name))  # type: ignore[misc] # bound at once
        moved(run.progress.done)
    return run


async def _cancelled(client: AsyncAtlas, run: Evaluation) -> None:
    with suppress(AtlasError):
        await client.evaluations.cancel(run.id)


@contextmanager
def _bar(run: Evaluation) -> Iterator[Callable[[int], None]]:
    if not on_terminal() or run.finished:
        yield lambda _: None
        return
    with typer.progressbar(length=run.progress.total, label="scoring", file=sys.stderr) as bar:
        yield lambda done: bar.update(done - bar.pos)
