"""What is known about the ship gates of one dataset, and the fix list that is open. Frozen values, pure rules."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from atlas_desktop.app.asking import Phase
from atlas_desktop.app.fix_entry import FixEntry
from atlas_desktop.app.problems import Problem
from atlas_desktop.contract.datasets import Dataset
from atlas_desktop.contract.errors import FailedGate
from atlas_desktop.contract.evaluations import EvaluatorRun
from atlas_desktop.contract.promotions import GateStanding, Promotion, Training
from atlas_desktop.domain.fix_list import FixList, Scored, fix_list


@dataclass(frozen=True, slots=True)
class GateView:
    """A gate as it stands, what its evaluator said of all items, and what would flip it.

    ``last`` is the score it had when it had one: shown, quietly, while there is none for the items as they are now.
    """

    standing: GateStanding
    run: EvaluatorRun | None = None
    fixes: FixList | None = None
    entries: tuple[FixEntry, ...] = ()
    last: float | None = None

    @property
    def id(self) -> str:
        """The evaluator's."""
        return self.standing.evaluator_id

    @property
    def unscored(self) -> bool:
        """Whether there is no score for the items as they are."""
        return self.standing.score is None


@dataclass(frozen=True, slots=True)
class Fixing:
    """The open fix list: of this gate, at this entry."""

    evaluator_id: str
    at: int = 0


@dataclass(frozen=True, slots=True)
class Scoring:
    """Runs that are going on for the gates: results done, of how many."""

    done: int = 0
    total: int = 0
    runs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GateState:
    """``edited`` holds the items that were changed here since the gates were scored, ``texts`` how they begin now.

    ``refused`` are the gates by which the last promotion was refused. ``asks``: the operation has no gates, and a
    promotion needs a person to say so.
    """

    dataset: Dataset | None = None
    phase: Phase = "nothing"
    gates: tuple[GateView, ...] = ()
    met: bool = False
    fixing: Fixing | None = None
    scoring: Scoring | None = None
    promoting: bool = False
    edited: frozenset[str] = frozenset()
    texts: Mapping[str, str] = field(default_factory=dict)
    refused: tuple[FailedGate, ...] = ()
    promotions: tuple[Promotion, ...] = ()
    trainings: tuple[Training, ...] = ()
    asking: Literal["training"] | None = None
    problem: Problem | None = None

    def gate(self, evaluator_id: str | None) -> GateView | None:
        """The gate of this evaluator."""
        return next((gate for gate in self.gates if gate.id == evaluator_id), None)

    @property
    def golden(self) -> bool:
        """Whether the dataset at hand can change no more."""
        return self.dataset is not None and self.dataset.status == "golden"

    @property
    def open_gate(self) -> GateView | None:
        """The one whose fix list is open."""
        return self.gate(self.fixing.evaluator_id) if self.fixing is not None else None

    @property
    def entry(self) -> FixEntry | None:
        """The item of the fix list at hand."""
        gate = self.open_gate
        if gate is None or self.fixing is None or not 0 <= self.fixing.at < len(gate.entries):
            return None
        return gate.entries[self.fixing.at]

    @property
    def can_promote(self) -> bool:
        """Whether a promotion can succeed, as far as is known here."""
        return self.phase == "ready" and self.met and not (self.golden or self.promoting or self.edited)


def with_results(view: GateView, results: Sequence[FixEntry]) -> GateView:
    """The gate with its fix list. Of ten thousand results this takes some 200 ms: not on the UI's thread."""
    found = fix_list(
        [Scored(each.item_id, each.score, each.weight) for each in results], view.standing.min_score
    )
    by_id = {each.item_id: each for each in results}
    needed = tuple(replace(by_id[name], needed=True) for name in found.needed)
    return replace(view, fixes=found, entries=(*needed, *(by_id[name] for name in found.others)))


def with_edited(
    gates: tuple[GateView, ...], edited: frozenset[str], texts: Mapping[str, str]
) -> tuple[GateView, ...]:
    """The entries that were changed here, marked, with their text as it is now; the rest as it was scored."""
    return tuple(
        replace(gate, entries=tuple(_marked(each, edited, _texts(gate, texts)) for each in gate.entries))
        for gate in gates
    )


def _texts(gate: GateView, texts: Mapping[str, str]) -> Mapping[str, str]:
    """Similarity is of what production answered, which no edit changes."""
    return {} if gate.standing.kind == "embedding_match" else texts


def _marked(entry: FixEntry, edited: frozenset[str], texts: Mapping[str, str]) -> FixEntry:
    """The same object where nothing differs: of ten thousand one is to be drawn anew."""
    is_edited = entry.item_id in edited
    text = texts.get(entry.item_id, entry.text) if is_edited else entry.text
    if (entry.edited, entry.text) == (is_edited, text):
        return entry
    return replace(entry, edited=is_edited, text=text)


def place_of(gate: GateView, item_id: str | None) -> int:
    """Where an item is in a fix list; the beginning, when it is not there any more."""
    return next((at for at, each in enumerate(gate.entries) if each.item_id == item_id), 0)
