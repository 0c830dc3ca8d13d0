"""The gates of a dataset as the server has them, with what its runs say: read, and put into words."""

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import Final

from atlas_desktop.api.client import AsyncAtlas
from atlas_desktop.api.errors import EndpointMissingError
from atlas_desktop.app.asking import Ask
from atlas_desktop.app.daemon_thread import in_daemon_thread
from atlas_desktop.app.evaluations import every_result, look
from atlas_desktop.app.gate_state import GateView, with_results
from atlas_desktop.app.problems import Problem
from atlas_desktop.contract.datasets import Dataset
from atlas_desktop.contract.evaluations import Evaluation, EvaluationsQuery
from atlas_desktop.contract.evaluators import Evaluator
from atlas_desktop.contract.operations import ShipGate
from atlas_desktop.contract.promotions import Gates, GateStanding
from atlas_desktop.wording import tr, trn

_RUNS: Final = 100


async def gates_of(ask: Ask, dataset: Dataset) -> Gates:
    """The gates as they stand; of a server that does not tell, what its runs say. Raises NotOnline, AtlasError."""
    try:
        return await ask(lambda client: client.datasets.gates(dataset.id))
    except EndpointMissingError:
        return await ask(lambda client: _published(client, dataset))


async def _published(client: AsyncAtlas, dataset: Dataset) -> Gates:
    """The same from what is published: the operation's gates, and the newest completed run with each evaluator."""
    operation = await client.operations.get(dataset.operation_id)
    known = {each.id: each async for each in client.evaluators.iterate()}
    runs = (await client.evaluations.list(EvaluationsQuery(dataset_id=dataset.id, limit=_RUNS))).data
    mine = [run for run in runs if run.dataset_id == dataset.id and run.status == "completed"]
    standings = [
        _standing(gate, known.get(gate.evaluator_id), mine, dataset) for gate in operation.ship_gates
    ]
    return Gates(
        dataset_id=dataset.id,
        dataset_revision=dataset.revision,
        met=bool(standings) and all(each.met for each in standings),
        gates=standings,
    )


def _standing(
    gate: ShipGate, rule: Evaluator | None, runs: list[Evaluation], dataset: Dataset
) -> GateStanding:
    name = gate.evaluator_id
    scored = [run for run in runs if run.summary_scores.get(name) is not None]
    fresh = next((run for run in scored if run.dataset_revision == dataset.revision), None)
    score = fresh.summary_scores.get(name) if fresh is not None else None
    return GateStanding(
        evaluator_id=name,
        evaluator_version=rule.version if rule is not None else 1,
        name=rule.name if rule is not None else name,
        kind=rule.kind if rule is not None else "regex",
        min_score=gate.min_score,
        score=score,
        met=score is not None and score >= gate.min_score,
        reason=None if score is not None else "stale" if scored else "not_evaluated",
        evaluation_id=fresh.id if fresh is not None else None,
    )


async def gate_views(
    ask: Ask, standings: Iterable[GateStanding], before: Iterable[GateView] = (), opened: str | None = None
) -> tuple[GateView, ...]:
    """Each gate with its run; those that do not hold, and the one that is ``opened``, with their fix lists.

    Raises NotOnline, AtlasError.
    """
    known = {view.id: view for view in before}
    runs: dict[str, Evaluation] = {}
    views = []
    for standing in standings:
        old = known.get(standing.evaluator_id)
        last = standing.score if standing.score is not None else (old.last if old is not None else None)
        view = GateView(standing, last=last)
        evaluation = standing.evaluation_id
        if evaluation is not None and standing.score is not None:
            if evaluation not in runs:
                runs[evaluation] = await look(ask, evaluation)
            run = next((each for each in runs[evaluation].evaluators if each.id == view.id), None)
            view = replace(view, run=run)
            if old is not None and old.fixes is not None and _same(old.standing, standing):
                view = replace(view, fixes=old.fixes, entries=old.entries)
            elif not standing.met or standing.evaluator_id == opened:
                view = await _with_fixes(ask, view, evaluation)
        elif old is not None:
            # What was said of the items as they were stays to be worked through until they are scored again.
            view = replace(view, run=old.run, fixes=old.fixes, entries=old.entries)
        views.append(view)
    return tuple(views)


def _same(one: GateStanding, other: GateStanding) -> bool:
    """Whether the results are the same, and what they have to reach."""
    return (one.evaluation_id, one.min_score) == (other.evaluation_id, other.min_score)


async def _with_fixes(ask: Ask, view: GateView, evaluation: str) -> GateView:
    try:
        results = await every_result(ask, evaluation, view.id)
    except EndpointMissingError:
        return view  # the gate stands as it does; only which items would flip it stays unknown
    return await in_daemon_thread("fix list", partial(with_results, view, results))


def what_to_run(gates: tuple[GateView, ...], changed: bool) -> list[tuple[str, list[str]]]:
    """Which evaluators to run over which predictions."""
    lacking = [gate for gate in gates if gate.standing.score is None or gate.standing.reason is not None]
    wanted = gates if changed or not lacking else lacking
    expected = [gate.id for gate in wanted if gate.standing.kind != "embedding_match"]
    recorded = [gate.id for gate in wanted if gate.standing.kind == "embedding_match"]
    return [(what, names) for what, names in (("expected", expected), ("recorded", recorded)) if names]


def trouble_of(runs: list[Evaluation]) -> Problem | None:
    """What to say of runs that did not complete."""
    failed = next((run for run in runs if run.status == "failed"), None)
    if failed is None:
        return None
    return Problem(
        code="evaluation_failed",
        title=tr("The items could not all be scored"),
        detail=tr("The server says: {reason}.", reason=(failed.error or failed.id).rstrip(".")),
        safe=tr("The dataset is as it was."),
        action=tr("Score again; if it fails again, look at the evaluator."),
        retry=True,
    )


def standing_words(unmet: int, total: int) -> str:
    """How many gates hold, in a sentence."""
    if not unmet:
        return trn("The gate holds", "All {count} gates hold", total)
    if total == 1:
        return tr("The gate does not hold")
    return trn(
        "{count} of {total} gates does not hold", "{count} of {total} gates do not hold", unmet, total=total
    )
