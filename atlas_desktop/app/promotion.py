"""From draft to golden: the gates of the dataset at hand, what would flip them, promotion, training."""

import asyncio
from dataclasses import replace
from typing import Final, Literal

from atlas_desktop.api.errors import AtlasError, ConflictError, EndpointMissingError, ShipGatesUnmetError
from atlas_desktop.app.asking import Ask, phase_of, problem_of_asking
from atlas_desktop.app.errand import Errand
from atlas_desktop.app.evaluations import begin, look, stop
from atlas_desktop.app.gate_reading import gate_views, gates_of, standing_words, trouble_of, what_to_run
from atlas_desktop.app.gate_state import (
    Fixing,
    GateState,
    GateView,
    Scoring,
    place_of,
    with_edited,
)
from atlas_desktop.app.problems import problem_from
from atlas_desktop.app.signals import Signal
from atlas_desktop.app.standing_copy import KnownGates, StandingCopy
from atlas_desktop.app.sync_thread import NotOnline
from atlas_desktop.contract.datasets import Dataset
from atlas_desktop.contract.evaluations import Evaluation
from atlas_desktop.tasks import Tasks
from atlas_desktop.wording import tr

_LOOK_AGAIN: Final = 0.4
_ROWS: Final = 100


class Promotion:
    """Used on the UI's loop. ``follow`` names the dataset; ``changed`` tells the state whenever it is another.

    ``promoted`` tells the golden dataset; ``scored`` that runs for the gates have ended; ``announce`` what a screen
    reader should hear.
    """

    def __init__(
        self, ask: Ask, tasks: Tasks, copy: StandingCopy | None = None, *, look_again: float = _LOOK_AGAIN
    ) -> None:
        self._ask = ask
        self._copy = copy
        self._look_again = look_again
        self.state = GateState()
        self.changed: Signal[GateState] = Signal("gates")
        self.promoted: Signal[Dataset] = Signal("promoted")
        self.scored: Signal[str] = Signal("gates were scored")
        self.announce: Signal[str] = Signal("gates say")
        self._reading = Errand(tasks, "gates are read", self._read, self._failed)
        self._scoring = Errand(tasks, "gates are scored", self._score, self._failed)

    def follow(self, dataset: Dataset | None) -> None:
        """Another dataset, or none. The same one with another revision: its gates are read again."""
        before = self.state.dataset
        if dataset is None:
            self._put(GateState())
            return
        if before is None or before.id != dataset.id:
            self._put(GateState(dataset=dataset, phase="loading"))
            self._reading.ask()
        elif before != dataset:
            self._put(replace(self.state, dataset=dataset))
            if before.status != dataset.status or not self.state.edited:
                self._reading.ask()

    def refresh(self) -> None:
        """Read the gates again."""
        if self.state.dataset is not None:
            self._reading.ask()

    def known(self, dataset_id: str) -> tuple[GateView, ...]:
        """The gates of this dataset, when it is the one at hand."""
        here = self.state.dataset
        return self.state.gates if here is not None and here.id == dataset_id else ()

    def item_changed(self, item_id: str, text: str) -> None:
        """An item of the dataset at hand was changed here: its scores are of another text now than ``text``."""
        if not self.state.gates:
            return
        again = item_id in self.state.edited
        edited, texts = self.state.edited | {item_id}, {**self.state.texts, item_id: text}
        gates = with_edited(self.state.gates, edited, texts)
        self._put(replace(self.state, edited=edited, texts=texts, gates=gates))
        entry = self.state.entry
        if entry is not None and entry.item_id == item_id and not again:
            self._go_on()

    def back_online(self) -> None:
        """The server is reached again: read what could not be read."""
        if self.state.phase == "away":
            self.refresh()

    # the fix list

    def open_fixes(self, evaluator_id: str | None = None) -> bool:
        """Open the fix list of this gate, else of the first that does not hold. False when there is none."""
        wanted = self.state.gate(evaluator_id) if evaluator_id else self._worst()
        if wanted is None:
            return False
        self._put(replace(self.state, fixing=Fixing(wanted.id)))
        if wanted.fixes is None:
            self._reading.ask()
        return True

    def close_fixes(self) -> bool:
        """Close it. False when none was open."""
        if self.state.fixing is None:
            return False
        self._put(replace(self.state, fixing=None, refused=()))
        return True

    def step(self, direction: Literal[1, -1]) -> None:
        """The next item of the fix list that way."""
        if self.state.fixing is not None:
            self.go(self.state.fixing.at + direction)

    def go(self, at: int) -> None:
        """This item of the fix list."""
        gate, fixing = self.state.open_gate, self.state.fixing
        if gate is None or fixing is None or not 0 <= at < len(gate.entries):
            return
        self._put(replace(self.state, fixing=replace(fixing, at=at)))

    def _go_on(self) -> None:
        """To the next item that is needed and not changed yet, if there is one after this."""
        gate, fixing = self.state.open_gate, self.state.fixing
        if gate is not None and fixing is not None:
            rest = enumerate(gate.entries[fixing.at + 1 :], fixing.at + 1)
            self.go(next((at for at, each in rest if each.needed and not each.edited), fixing.at))

    # scoring

    def score(self) -> None:
        """Run what the gates lack a score of; when they lack nothing, all of it again."""
        if self.state.dataset is not None and self.state.scoring is None and self.state.gates:
            self._put(replace(self.state, scoring=Scoring(), problem=None))
            self._scoring.ask()

    async def cancel_scoring(self) -> None:
        """Stop the runs that were begun for the gates."""
        scoring = self.state.scoring
        for run in scoring.runs if scoring is not None else ():
            try:
                await stop(self._ask, run)
            except (NotOnline, AtlasError) as error:
                self._put(replace(self.state, problem=problem_of_asking(error)))

    # promotion and training

    async def promote(self, *, acknowledge_no_gates: bool = False) -> Literal["golden", "unmet", "ask", "no"]:
        """Make the dataset at hand golden.

        ``unmet``: gates do not hold, and the fix list of the first is open. ``ask``: the operation has no gates,
        which a person must acknowledge. ``no``: see ``state.problem``.
        """
        dataset = self.state.dataset
        if dataset is None or self.state.promoting or self.state.golden:
            return "no"
        self._put(replace(self.state, promoting=True, problem=None, refused=()))
        try:
            golden = await self._ask(
                lambda client: client.datasets.promote(dataset.id, acknowledge_no_gates=acknowledge_no_gates)
            )
        except ShipGatesUnmetError as error:
            await self._refused(error)
            return "unmet"
        except (NotOnline, AtlasError) as error:
            return self._not_promoted(error)
        self._put(replace(self.state, promoting=False, dataset=golden, fixing=None, edited=frozenset()))
        self.announce.emit(
            tr("{name} is golden, version {version}", name=golden.name, version=golden.version)
        )
        self.promoted.emit(golden)
        self._reading.ask()
        return "golden"

    async def request_training(self, notes: str) -> bool:
        """Ask for training on the golden dataset at hand. False: see ``state.problem``."""
        dataset = self.state.dataset
        if dataset is None or self.state.asking is not None:
            return False
        self._put(replace(self.state, asking="training", problem=None))
        try:
            asked = await self._ask(lambda client: client.datasets.training(dataset.id, notes=notes))
        except (NotOnline, AtlasError) as error:
            self._put(replace(self.state, asking=None, problem=problem_of_asking(error)))
            return False
        if self.state.dataset is not None and self.state.dataset.id == dataset.id:
            self._put(replace(self.state, asking=None, trainings=(asked, *self.state.trainings)))
        self.announce.emit(tr("Training was requested"))
        return True

    async def settled(self) -> None:
        """Wait until nothing is read or scored."""
        while await self._reading.through() or await self._scoring.through():
            continue

    def dismiss(self) -> None:
        """The problem was read."""
        self._put(replace(self.state, problem=None))

    # reading

    async def _read(self) -> None:
        dataset = self.state.dataset
        if dataset is None:
            return
        try:
            answer = await gates_of(self._ask, dataset)
            views = await gate_views(self._ask, answer.gates, self.state.gates, self._opened())
            state = replace(self.state, phase="ready", met=answer.met)
            if dataset.status == "golden":
                state = await self._history(dataset, state)
        except (NotOnline, AtlasError) as error:
            await self._show_copy(dataset)
            self._unread(dataset, error)
            return
        if self.state.dataset is not None and self.state.dataset.id == dataset.id:
            self._put(self._kept(state, views))
        if self._copy is not None:
            await self._copy.keep_gates(dataset.id, KnownGates(views, answer.met))

    async def _show_copy(self, dataset: Dataset) -> None:
        """As they stood when they were read last, where nothing is shown of them yet."""
        known = (
            await self._copy.gates(dataset.id) if self._copy is not None and not self.state.gates else None
        )
        now = self.state.dataset
        if known is not None and now is not None and now.id == dataset.id and not self.state.gates:
            self._put(replace(self.state, gates=known.views, met=known.met))

    def _kept(self, state: GateState, views: tuple[GateView, ...]) -> GateState:
        """What was read, with what is of the screen as it is now: nothing may be lost by reading."""
        now = self.state
        stale = any(view.standing.reason == "stale" for view in views)
        edited = now.edited if stale or now.scoring is not None else frozenset()
        entry = now.entry
        kept = replace(
            now,
            phase=state.phase,
            met=state.met,
            gates=with_edited(views, edited, now.texts),
            edited=edited,
            promotions=state.promotions,
            trainings=state.trainings,
        )
        if now.fixing is None or (gate := kept.open_gate) is None:
            return replace(kept, fixing=None)
        return replace(kept, fixing=Fixing(gate.id, place_of(gate, entry.item_id if entry else None)))

    def _opened(self) -> str | None:
        return self.state.fixing.evaluator_id if self.state.fixing is not None else None

    async def _history(self, dataset: Dataset, state: GateState) -> GateState:
        try:
            made = await self._ask(lambda client: client.datasets.promotions(dataset.id, limit=_ROWS))
            asked = await self._ask(lambda client: client.datasets.trainings(dataset.id, limit=_ROWS))
        except EndpointMissingError:
            return state
        return replace(state, promotions=tuple(made.data), trainings=tuple(asked.data))

    def _unread(self, dataset: Dataset, error: Exception) -> None:
        if self.state.dataset is None or self.state.dataset.id != dataset.id:
            return
        problem = None if isinstance(error, NotOnline | EndpointMissingError) else problem_from(error)
        phase = phase_of(error)
        if self.state.gates and phase == "failed":
            phase = self.state.phase
        self._put(replace(self.state, phase=phase, problem=problem))

    # scoring

    async def _score(self) -> None:
        dataset = self.state.dataset
        if dataset is None:
            return
        try:
            runs = [
                await begin(self._ask, dataset.id, names, predictions)
                for predictions, names in what_to_run(self.state.gates, bool(self.state.edited))
            ]
            runs = await self._watched(runs)
        except (NotOnline, AtlasError) as error:
            self._put(replace(self.state, scoring=None, problem=problem_of_asking(error)))
            return
        if self.state.dataset is None or self.state.dataset.id != dataset.id:
            return
        self._put(replace(self.state, scoring=None, problem=trouble_of(runs)))
        if all(run.status == "completed" for run in runs):
            self._put(replace(self.state, edited=frozenset()))
        await self._read()
        self.scored.emit(dataset.id)
        self._say_standing()

    async def _watched(self, runs: list[Evaluation]) -> list[Evaluation]:
        while True:
            done = sum(run.progress.done for run in runs)
            total = sum(run.progress.total for run in runs)
            self._put(replace(self.state, scoring=Scoring(done, total, tuple(run.id for run in runs))))
            if all(run.finished for run in runs):
                return runs
            await asyncio.sleep(self._look_again)
            runs = [run if run.finished else await look(self._ask, run.id) for run in runs]

    def _say_standing(self) -> None:
        """After scoring: what holds now; an open fix list goes on to the next gate that does not."""
        if self.state.phase != "ready" or self.state.scoring is not None:
            return
        unmet = [gate for gate in self.state.gates if not gate.standing.met]
        if not unmet:
            self.close_fixes()
            self.announce.emit(tr("Every gate holds: this can be promoted"))
            return
        gate = self.state.open_gate
        if gate is not None and gate.standing.met:
            self.open_fixes()
        self.announce.emit(standing_words(len(unmet), len(self.state.gates)))

    # promotion

    async def _refused(self, error: ShipGatesUnmetError) -> None:
        self._put(replace(self.state, promoting=False, refused=error.failed_gates))
        await self._read()
        self.open_fixes()
        self.announce.emit(standing_words(len(error.failed_gates), max(len(self.state.gates), 1)))

    def _not_promoted(self, error: Exception) -> Literal["ask", "no"]:
        if isinstance(error, ConflictError) and error.code == "no_ship_gates":
            self._put(replace(self.state, promoting=False))
            return "ask"
        self._put(replace(self.state, promoting=False, problem=problem_of_asking(error)))
        return "no"

    def _worst(self) -> GateView | None:
        """The first gate that does not hold and has items to fix, else the first that does not hold."""
        unmet = [gate for gate in self.state.gates if not gate.standing.met]
        return next((gate for gate in unmet if gate.entries), unmet[0] if unmet else None)

    def _put(self, state: GateState) -> None:
        if state != self.state:
            self.state = state
            self.changed.emit(state)

    def _failed(self, error: Exception) -> None:
        self._put(replace(self.state, scoring=None, promoting=False, problem=problem_of_asking(error)))
