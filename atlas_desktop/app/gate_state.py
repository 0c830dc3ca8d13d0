"""What is known about the ship gates of one dataset, and the fix list that is open. Frozen values, pure rules."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import orjson

from atlas_desktop.app.asking import Phase
from atlas_desktop.app.problems import Problem
from atlas_desktop.contract.base import Json
from atlas_desktop.contract.datasets import Dataset
from atlas_desktop.contract.errors import FailedGate
from atlas_desktop.contract.evaluations import EvaluationResult, EvaluatorRun
from atlas_desktop.contract.promotions import GateStanding, Promotion, Training
from atlas_desktop.domain.fix_list import FixList, Scored, fix_list

_BEGINNING = 300


@dataclass(frozen=True, slots=True)
class FixEntry:
    """An item of a fix list. ``needed``: it is in the smallest set. ``edited``: changed since it was scored.

    ``said`` is the evaluator's own word on it; ``text`` the beginning of what was scored.
    """

    item_id: str
    score: float | None
    weight: float
    needed: bool
    said: str
    text: str
    edited: bool = False


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
    """``edited`` holds the items that were changed here since the gates were scored.

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


def with_results(view: GateView, results: Sequence[EvaluationResult]) -> GateView:
    """The gate with its fix list. Of ten thousand results this takes some 100 ms: not on the UI's thread."""
    found = fix_list([Scored(row.item_id, row.score, row.weight) for row in results], view.standing.min_score)
    by_id = {row.item_id: row for row in results}
    needed = frozenset(found.needed)
    entries = tuple(entry_of(by_id[name], needed=name in needed) for name in found.walk)
    return replace(view, fixes=found, entries=entries)


def entry_of(row: EvaluationResult, *, needed: bool) -> FixEntry:
    """A result as a line of a list."""
    return FixEntry(row.item_id, row.score, row.weight, needed, said_of(row), beginning(row.prediction))


def said_of(row: EvaluationResult) -> str:
    """What the evaluator said of an item, in a line: its first finding, or why there is no score."""
    if row.message:
        return row.message[:_BEGINNING]
    if not row.details:
        return ""
    first = row.details[0]
    path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in first.path)
    words = f"{path.removeprefix('.')}: {first.message}" if path else first.message
    return words[:_BEGINNING]


def beginning(value: Json) -> str:
    """The first few hundred characters of a text or of JSON, on one line."""
    if value is None:
        return ""
    text = value if isinstance(value, str) else orjson.dumps(value).decode()
    return " ".join(text[: 4 * _BEGINNING].split())[:_BEGINNING]


def with_edited(gates: tuple[GateView, ...], edited: frozenset[str]) -> tuple[GateView, ...]:
    """The entries that were changed here, marked."""
    return tuple(
        replace(gate, entries=tuple(_marked(each, edited) for each in gate.entries)) for gate in gates
    )


def _marked(entry: FixEntry, edited: frozenset[str]) -> FixEntry:
    """The same object where nothing differs: of ten thousand one is to be drawn anew."""
    is_edited = entry.item_id in edited
    return entry if entry.edited == is_edited else replace(entry, edited=is_edited)


def place_of(gate: GateView, item_id: str | None) -> int:
    """Where an item is in a fix list; the beginning, when it is not there any more."""
    return next((at for at, each in enumerate(gate.entries) if each.item_id == item_id), 0)
