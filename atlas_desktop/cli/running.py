"""Waiting for an evaluation, with a bar for whoever watches."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterator
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

_LOOK_FIRST: Final = 0.02
_LOOK_AGAIN: Final = 0.5


async def completed(
    client: AsyncAtlas,
    dataset: Dataset,
    evaluators: list[str],
    predictions: str,
    seconds: float,
    *,
    wait: float | None = None,
) -> Evaluation:
    """A run that is through. Ends the command when it fails, is cancelled or takes longer; interrupted, cancels it.

    ``wait`` 0 asks a server that knows it to answer at once: then there is a bar to see, and a run to cancel.
    """
    asked = EvaluationCreate(dataset_id=dataset.id, evaluator_ids=evaluators)
    if predictions != "expected":
        # Left out where it is the default: a server may know the published fields only.
        asked = EvaluationCreate(dataset_id=dataset.id, evaluator_ids=evaluators, predictions=predictions)
    once = new_id("req_")

    async def begun() -> Evaluation:
        return await client.evaluations.create(asked, wait=wait, idempotency_key=once)

    try:
        async with asyncio.timeout(seconds):
            run = await _watched(client, await patiently(begun))
    except (TimeoutError, asyncio.CancelledError) as ended:
        await _cancelled(client, begun)
        if isinstance(ended, TimeoutError):
            stop(f"The evaluation was not through after {seconds:g} s, and was cancelled.")
        raise
    if run.status != "completed":
        stop(f"The evaluation {run.id} is {run.status}", run.error or "")
    return run


async def _watched(client: AsyncAtlas, run: Evaluation) -> Evaluation:
    pause = _LOOK_FIRST
    with _bar(run) as moved:
        while not run.finished:
            moved(run.progress.done)
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LOOK_AGAIN)
            run = await patiently(lambda name=run.id: client.evaluations.get(name))  # type: ignore[misc] # bound at once
        moved(run.progress.done)
    return run


async def _cancelled(client: AsyncAtlas, begun: Callable[[], Awaitable[Evaluation]]) -> None:
    """Stop the run, also one whose beginning was never heard of: asked with the same key, it is the same run."""
    with suppress(AtlasError):
        await client.evaluations.cancel((await begun()).id)


@contextmanager
def _bar(run: Evaluation) -> Iterator[Callable[[int], None]]:
    if not on_terminal() or run.finished:
        yield lambda _: None
        return
    with typer.progressbar(length=run.progress.total, label="scoring", file=sys.stderr) as bar:
        yield lambda done: bar.update(done - bar.pos)
