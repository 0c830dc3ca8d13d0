"""What stands for an operation: its gates, its history, whether answers may come from the record. Remembered."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from atlas_desktop.contract.base import Json
from atlas_desktop.domain.routing.model import NO_HISTORY, Decision, History
from atlas_desktop.server.storage.scope import Scope
from atlas_desktop.server.storage.storage import Storage


@dataclass(frozen=True, slots=True)
class Gate:
    """A ship gate as it stands: its evaluator's version is the one a score must be made with."""

    evaluator_id: str
    min_score: float
    evaluator_version: int
    kind: str
    config: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands for one operation of one organization."""

    operation: str | None = None
    gates: tuple[Gate, ...] = ()
    cache: bool = False
    history: History = field(default_factory=lambda: NO_HISTORY)


NOTHING = Standing()
"""What stands for a call without an operation."""


class Standings:
    """Used on the server's event loop."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def remembered(self, scope: Scope, operation: str | None) -> Standing | None:
        """What stands, where it was asked a moment ago; at once for no operation."""
        return NOTHING if operation is None else None

    async def of(self, scope: Scope, operation: str | None) -> Standing:
        """What stands, from the database."""
        return Standing(operation)

    def forget(self, scope: Scope, operation: str | None = None) -> None:
        """Gates, evaluators or scores of the organization have changed."""

    def took(self, scope: Scope, standing: Standing, decision: Decision) -> None:
        """A call goes out by this decision: where it is a probe, no second one goes out until its score is in."""
