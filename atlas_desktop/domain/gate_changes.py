"""What becomes of an operation's gates: each is added, tightened, loosened or removed. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from atlas_desktop.contract.operations import ShipGate

GateAct = Literal["added", "tightened", "loosened", "removed"]


@dataclass(frozen=True, slots=True)
class GateChange:
    """One gate's minimum before and after (0..1); None where there was or will be none."""

    evaluator_id: str
    before: float | None
    after: float | None

    @property
    def act(self) -> GateAct:
        """What is done to it."""
        if self.before is None:
            return "added"
        if self.after is None:
            return "removed"
        return "tightened" if self.after > self.before else "loosened"

    @property
    def loosens(self) -> bool:
        """Whether a dataset could ship after it that could not before."""
        return self.act in ("loosened", "removed")


def gate_changes(before: Iterable[ShipGate], after: Mapping[str, float]) -> tuple[GateChange, ...]:
    """Every gate that is another, in the order of the old ones, then of the new."""
    old = {gate.evaluator_id: gate.min_score for gate in before}
    names = [*old, *(name for name in after if name not in old)]
    found = (GateChange(name, old.get(name), after.get(name)) for name in names)
    return tuple(change for change in found if change.before != change.after)
