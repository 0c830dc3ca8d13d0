"""Scoring live calls after they were answered: durable jobs, retried, each refunded at most once."""

from collections.abc import Callable
from dataclasses import dataclass

from atlas_desktop.server.config import ServerConfig
from atlas_desktop.server.scoring.scorer import Scorer
from atlas_desktop.server.storage.scope import Scope
from atlas_desktop.server.storage.storage import Storage


@dataclass(frozen=True, slots=True)
class Judged:
    """What came of one call: who answered it, and its scores by evaluator (None: could not be made) beside the least."""

    org: int
    call_id: str
    operation: str
    model: str
    provider: str | None
    quantization: str | None
    scores: tuple[tuple[str, float | None, float], ...]
    refunded: bool


Listener = Callable[[Judged], None]


class LiveScoring:
    """Used on the server's event loop. Nothing runs while nothing waits."""

    def __init__(self, config: ServerConfig, storage: Storage, scorer: Scorer) -> None:
        self._config = config
        self._storage = storage
        self._scorer = scorer
        self._listeners: list[Listener] = []

    def listen(self, listener: Listener) -> None:
        """Be told of every call that was judged, after its scores are committed. Must be quick; never raises."""
        self._listeners.append(listener)

    def start(self, *scopes: Scope) -> None:
        """Take up what a server before this one left. Returns at once."""

    def wake(self, scope: Scope) -> None:
        """Calls of this organization wait to be scored. Returns at once."""

    async def idle(self) -> None:
        """Everything that was due is scored. For tests."""

    async def close(self) -> None:
        """Stop; what is not written is done again after the next start."""
