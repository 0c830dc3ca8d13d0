"""``atlas-desktop gate``: the ship gates of a dataset, for a script. Runs what is not scored yet, then says."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

import typer

from atlas_desktop.api import AsyncAtlas
from atlas_desktop.api.errors import EndpointMissingError
from atlas_desktop.cli.dataset_named import dataset_named
from atlas_desktop.cli.failing import DONE, NO, say, saying_why, shown, stop, stopped_in_order
from atlas_desktop.cli.gate_table import row_of, table
from atlas_desktop.cli.patience import patiently
from atlas_desktop.cli.reaching import Target, keyed, reached
from atlas_desktop.cli.running import completed
from atlas_desktop.contract.datasets import Dataset
from atlas_desktop.contract.evaluations import Evaluation, ResultsQuery
from atlas_desktop.contract.promotions import Gates, GateStanding

_SAFE: Final = "The dataset is as it was; what was scored is kept."


@dataclass(frozen=True, slots=True)
class Answer:
    """The gates at the end, and the runs that were made for them."""

    dataset: Dataset
    gates: Gates
    runs: tuple[Evaluation, ...]
    why: dict[str, str] = field(default_factory=dict)
    """By evaluator: the server's words about an item that it could give no score."""


def run(target: Target, name: str, seconds: float, *, as_json: bool) -> int:
    """Score what is missing and say how the gates stand: 0 all hold, 1 they do not, 2 nobody can say."""
    with stopped_in_order(), saying_why(_SAFE):
        answer = asyncio.run(_answer(keyed(target), name, seconds))
        if not answer.gates.gates:
            stop(f"The operation {answer.dataset.operation_id} has no ship gates: there is nothing to check.")
        (_say_json if as_json else _say)(answer)
        return DONE if answer.gates.met else NO


async def _answer(target: Target, name: str, seconds: float) -> Answer:
    async with reached(target, _SAFE) as client:
        dataset = await dataset_named(client, name)
        try:
            gates = await patiently(lambda: client.datasets.gates(dataset.id))
        except EndpointMissingError:
            return await _published(client, dataset, seconds)
        runs = [
            await completed(client, dataset, names, predictions, seconds, wait=0)
            for predictions, names in _lacking(gates.gates)
        ]
        if runs:
            gates = await patiently(lambda: client.datasets.gates(dataset.id))
        return Answer(dataset, _checked(gates), tuple(runs), await _reasons(client, gates))


def _checked(gates: Gates) -> Gates:
    """The gates, met only where the figures say so too: what a script ships on is not one word of a server."""
    told = [
        gate.model_copy(update={"met": gate.met and gate.score is not None and gate.score >= gate.min_score})
        for gate in gates.gates
    ]
    met = gates.met and bool(told) and all(gate.met for gate in told)
    return gates.model_copy(update={"gates": told, "met": met})


async def _reasons(client: AsyncAtlas, gates: Gates) -> dict[str, str]:
    """Why items have no score: mostly all for the same reason, such as a judge that is not set up."""
    found: dict[str, str] = {}
    for gate in gates.gates:
        if gate.evaluation_id is None or not gate.unscored:
            continue
        query = ResultsQuery(evaluator_id=gate.evaluator_id, order="worst", limit=1)
        try:
            page = await patiently(partial(client.evaluations.results, gate.evaluation_id, query))
        except EndpointMissingError:
            return found
        for each in page.data:
            if each.score is None and each.message:
                found[gate.evaluator_id] = each.message
    return found


def _lacking(gates: Sequence[GateStanding]) -> list[tuple[str, list[str]]]:
    """The evaluators to run, by what they have to look at: an embedding has nothing to compare the expected with."""
    wanted = [gate for gate in gates if gate.reason is not None]
    expected = [gate.evaluator_id for gate in wanted if gate.kind != "embedding_match"]
    recorded = [gate.evaluator_id for gate in wanted if gate.kind == "embedding_match"]
    return [(what, names) for what, names in (("expected", expected), ("recorded", recorded)) if names]


async def _published(client: AsyncAtlas, dataset: Dataset, seconds: float) -> Answer:
    """A server that does not say how gates stand: everything is scored, and the published summary compared."""
    operation = await patiently(lambda: client.operations.get(dataset.operation_id))
    names = [gate.evaluator_id for gate in operation.ship_gates]
    runs = [await completed(client, dataset, names, "expected", seconds)] if names else []
    standings = []
    for gate in operation.ship_gates:
        evaluator = await patiently(lambda name=gate.evaluator_id: client.evaluators.get(name))  # type: ignore[misc] # bound at once
        score = runs[0].summary_scores.get(gate.evaluator_id)
        standings.append(
            GateStanding(
                evaluator_id=evaluator.id,
                evaluator_version=evaluator.version,
                name=evaluator.name,
                kind=evaluator.kind,
                min_score=gate.min_score,
                score=score,
                met=score is not None and score >= gate.min_score,
                reason="not_evaluated" if score is None else None,
                evaluation_id=runs[0].id,
            )
        )
    gates = Gates(
        dataset_id=dataset.id,
        dataset_revision=dataset.revision,
        item_count=dataset.item_count,
        met=bool(standings) and all(gate.met for gate in standings),
        gates=standings,
    )
    return Answer(dataset, gates, tuple(runs))


def _say(answer: Answer) -> None:
    dataset, gates = answer.dataset, answer.gates
    typer.echo(table([row_of(gate) for gate in gates.gates]))
    for name, reason in answer.why.items():
        say(f"{name}: {reason}")
    unmet = sum(not gate.met for gate in gates.gates)
    total = len(gates.gates)
    words = "every ship gate holds" if not unmet else f"{unmet} of {total} ship gates unmet"
    say(shown(f"{dataset.name} ({dataset.id}, revision {gates.dataset_revision}): {words}."))


def _say_json(answer: Answer) -> None:
    typer.echo(
        json.dumps(
            {
                **answer.gates.model_dump(mode="json"),
                "dataset_name": answer.dataset.name,
                "operation_id": answer.dataset.operation_id,
                "evaluations": [run.id for run in answer.runs],
                "unscored_because": answer.why,
            }
        )
    )
