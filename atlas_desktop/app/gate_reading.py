"""The gates of a dataset as the server has them, with what its runs say: read, and put into words."""

from collections.abc import Iterable
from dataclasses import replace
from functools import partial

from atlas_desktop.app.asking import Ask
from atlas_desktop.app.daemon_thread import in_daemon_thread
from atlas_desktop.app.evaluations import every_result, look
from atlas_desktop.app.gate_state import GateView, with_results
from atlas_desktop.app.problems import Problem
from atlas_desktop.contract.evaluations import Evaluation
from atlas_desktop.contract.promotions import GateStanding
from atlas_desktop.wording import tr, trn


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
            if not standing.met or standing.evaluator_id == opened:
                results = await every_result(ask, evaluation, view.id)
                view = await in_daemon_thread("fix list", partial(with_results, view, results))
        elif old is not None:
            # What was said of the items as they were stays to be worked through until they are scored again.
            view = replace(view, run=old.run, fixes=old.fixes, entries=old.entries)
        views.append(view)
    return tuple(views)


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
