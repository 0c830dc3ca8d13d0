"""How a dataset last stood, gates and runs: kept beside the copy of it, to be read where its server is not reached."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import orjson

from atlas_desktop.app.daemon_thread import in_daemon_thread
from atlas_desktop.app.gate_state import GateView
from atlas_desktop.contract.base import Answer
from atlas_desktop.contract.evaluations import Evaluation, EvaluatorRun
from atlas_desktop.contract.evaluators import Evaluator
from atlas_desktop.contract.promotions import GateStanding
from atlas_desktop.store.store import Store


@dataclass(frozen=True, slots=True)
class KnownGates:
    """The gates without their fix lists, and whether they were met."""

    views: tuple[GateView, ...]
    met: bool


@dataclass(frozen=True, slots=True)
class KnownRuns:
    """The runs without their results, and the evaluators there were."""

    runs: tuple[Evaluation, ...]
    evaluators: tuple[Evaluator, ...]


class StandingCopy:
    """What is kept of a dataset that is not in the store is forgotten."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def keep_gates(self, dataset: str, known: KnownGates) -> None:
        """The gates stand like this now."""
        views = [
            {
                "standing": _said(view.standing),
                "run": _said(view.run) if view.run else None,
                "last": view.last,
            }
            for view in known.views
        ]
        await self._store.datasets.keep_standing(
            dataset, "gates", orjson.dumps({"views": views, "met": known.met})
        )

    async def gates(self, dataset: str) -> KnownGates | None:
        """As they stood when they were read last."""
        kept = await self._store.datasets.standing(dataset, "gates")
        return None if kept is None else _gates(orjson.loads(kept))

    async def keep_runs(self, dataset: str, known: KnownRuns) -> None:
        """There are these runs now."""
        body = await in_daemon_thread("runs are kept", partial(_written, known))
        await self._store.datasets.keep_standing(dataset, "runs", body)

    async def runs(self, dataset: str) -> KnownRuns | None:
        """Those there were when they were read last."""
        kept = await self._store.datasets.standing(dataset, "runs")
        return None if kept is None else await in_daemon_thread("runs are read", partial(_runs, kept))


def _said(answer: Answer) -> dict[str, Any]:
    return answer.model_dump(mode="json", by_alias=True, exclude_unset=True)


def _gates(kept: dict[str, Any]) -> KnownGates:
    views = (
        GateView(
            GateStanding.model_validate(each["standing"]),
            EvaluatorRun.model_validate(each["run"]) if each["run"] else None,
            last=each["last"],
        )
        for each in kept["views"]
    )
    return KnownGates(tuple(views), kept["met"])


def _written(known: KnownRuns) -> bytes:
    return orjson.dumps({"runs": _all(known.runs), "evaluators": _all(known.evaluators)})


def _all(answers: Sequence[Answer]) -> list[dict[str, Any]]:
    return [_said(each) for each in answers]


def _runs(kept: bytes) -> KnownRuns:
    said = orjson.loads(kept)
    return KnownRuns(
        tuple(Evaluation.model_validate(each) for each in said["runs"]),
        tuple(Evaluator.model_validate(each) for each in said["evaluators"]),
    )
