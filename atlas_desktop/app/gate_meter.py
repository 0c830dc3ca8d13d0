"""The gate meter under Review: how far the newest draft of the operation at hand is from golden."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from time import monotonic
from typing import Final

from atlas_desktop.api.errors import AtlasError
from atlas_desktop.app.asking import Ask, Phase, phase_of
from atlas_desktop.app.errand import Errand
from atlas_desktop.app.gate_reading import gate_views, gates_of
from atlas_desktop.app.gate_state import GateView
from atlas_desktop.app.signals import Signal
from atlas_desktop.app.sync_thread import NotOnline
from atlas_desktop.contract.datasets import Dataset
from atlas_desktop.contract.listing import DatasetsQuery
from atlas_desktop.contract.promotions import GateStanding
from atlas_desktop.store.evaluators import Bound
from atlas_desktop.store.store import Store
from atlas_desktop.tasks import Tasks

_REST: Final = 0.4
"""Seconds one has to stay with an operation until the server is asked: stepping through a mixed list asks nothing."""
_FRESH: Final = 30.0
"""Seconds after which what is known is asked again, when one comes back to it."""


@dataclass(frozen=True, slots=True)
class Meter:
    """The gates of an operation. ``dataset`` is its newest draft, None where there is none (or nobody could say).

    ``phase``: ready, away (the gates are from the copy here, without scores), limited, loading; nothing: no gates.
    """

    operation: str | None = None
    dataset: Dataset | None = None
    gates: tuple[GateView, ...] = ()
    met: bool = False
    phase: Phase = "nothing"

    @property
    def to_fix(self) -> int | None:
        """How many items stand between it and golden at least; None where that is not known."""
        unmet = [gate for gate in self.gates if not gate.standing.met]
        if not all(gate.fixes for gate in unmet):
            return None
        return len({name for gate in unmet if gate.fixes for name in gate.fixes.needed})


class GateMeter:
    """Used on the UI's loop. ``known`` are the gates of a dataset as its own screen has them. ``follow`` names the operation at hand, at every call; it costs nothing when it is the same.

    ``failed`` tells what should not happen.
    """

    def __init__(
        self,
        store: Store,
        ask: Ask,
        tasks: Tasks,
        *,
        known: Callable[[str], tuple[GateView, ...]] = lambda _: (),
        rest: float = _REST,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._store = store
        self._ask = ask
        self._elsewhere = known
        self._rest = rest
        self._clock = clock
        self._known: dict[str, tuple[float, Meter]] = {}
        self._timer: asyncio.TimerHandle | None = None
        self.state = Meter()
        self.changed: Signal[Meter] = Signal("gate meter")
        self.failed: Signal[Exception] = Signal("gate meter failed")
        self._reading = Errand(tasks, "gate meter", self._read, self._failed)

    def follow(self, operation: str | None) -> None:
        """The operation of the call at hand."""
        if operation == self.state.operation:
            return
        at, known = self._known.get(operation or "", (0.0, Meter(operation)))
        self._put(known)
        if operation is not None and self._clock() - at > _FRESH:
            self._soon()

    def refresh(self) -> None:
        """Gates or scores may be others now."""
        self._known.clear()
        if self.state.operation is not None:
            self._soon()

    def back_online(self) -> None:
        """The server is reached again."""
        if self.state.phase == "away":
            self.refresh()

    async def settled(self) -> None:
        """Wait until nothing is read that was asked for."""
        while self._timer is not None or await self._reading.through():
            if self._timer is not None:
                self._timer.cancel()
                self._due()

    def close(self) -> None:
        """Ask nobody any more."""
        if self._timer is not None:
            self._timer.cancel()

    def _soon(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(self._rest, self._due)

    def _due(self) -> None:
        self._timer = None
        self._reading.ask()

    async def _read(self) -> None:
        operation = self.state.operation
        if operation is None:
            return
        bound = await self._store.evaluators.bound_to(operation)
        meter = Meter(operation)
        if bound is not None and bound.operation.ship_gates:
            meter = await self._asked(operation, bound)
        if meter.phase != "away":
            self._known[operation] = (self._clock(), meter)
        if operation == self.state.operation:
            self._put(meter)

    async def _asked(self, operation: str, bound: Bound) -> Meter:
        unscored = tuple(GateView(each) for each in _unscored(bound))
        wanted = DatasetsQuery(operation_id=operation, status="draft", limit=1)
        try:
            drafts = await self._ask(lambda client: client.datasets.list(wanted))
            if not drafts.data:
                return Meter(operation, None, unscored, phase="ready")
            dataset = drafts.data[0]
            answer = await gates_of(self._ask, dataset)
            views = await gate_views(self._ask, answer.gates, self._before(dataset))
        except (NotOnline, AtlasError) as error:
            return Meter(operation, None, unscored, phase=phase_of(error))
        return Meter(operation, dataset, views, answer.met, "ready")

    def _before(self, dataset: Dataset) -> tuple[GateView, ...]:
        """What is known of the same dataset, on its own screen or here: nothing is read twice."""
        known = self.state.dataset
        here = self.state.gates if known is not None and known.id == dataset.id else ()
        return self._elsewhere(dataset.id) or here

    def _put(self, meter: Meter) -> None:
        if meter != self.state:
            self.state = meter
            self.changed.emit(meter)

    def _failed(self, error: Exception) -> None:
        self._put(replace(self.state, phase="failed"))
        self.failed.emit(error)


def _unscored(bound: Bound) -> list[GateStanding]:
    """The gates as the copy here has them."""
    known = {each.id: each for each in bound.evaluators}
    return [
        GateStanding(
            evaluator_id=gate.evaluator_id,
            evaluator_version=known[gate.evaluator_id].version if gate.evaluator_id in known else 1,
            name=known[gate.evaluator_id].name if gate.evaluator_id in known else gate.evaluator_id,
            kind=known[gate.evaluator_id].kind if gate.evaluator_id in known else "regex",
            min_score=gate.min_score,
            reason="not_evaluated",
        )
        for gate in bound.operation.ship_gates
    ]
