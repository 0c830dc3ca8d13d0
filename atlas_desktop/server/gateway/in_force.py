"""Which releases have to do with traffic now: in memory, so that a call asks in a microsecond."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from atlas_desktop.server.config import ServerConfig
from atlas_desktop.server.storage import releases
from atlas_desktop.server.storage.releases import Active
from atlas_desktop.server.storage.scope import Scope
from atlas_desktop.server.storage.storage import Storage
from atlas_desktop.tasks import Tasks

FRESH_SECONDS: Final = 1.0
"""Another server on the same database may have moved a release: it is looked at again after so long."""


@dataclass(frozen=True, slots=True)
class Pair:
    """The release of an operation that is open, and the one in force."""

    opened: Active | None = None
    prod: Active | None = None


NONE: Final = Pair()


@dataclass(slots=True)
class _Known:
    scope: Scope
    until: float = 0.0
    pairs: dict[str, Pair] = field(default_factory=dict)
    loading: bool = False
    begun: int = 0
    shown: int = 0
    """Which of the loads that were begun is shown: one that was overtaken is older than what it would replace."""


class InForce:
    """Used on the server's event loop. What was loaded once is used until the next load is there."""

    def __init__(self, config: ServerConfig, storage: Storage, tasks: Tasks) -> None:
        self._clock = config.clock
        self._storage = storage
        self._tasks = tasks
        self._known: dict[int, _Known] = {}

    def of(self, scope: Scope, operation: str) -> Pair:
        """What is open and what is in force for an operation."""
        known = self._known.get(scope.org)
        if known is None:
            known = self._known[scope.org] = _Known(scope)
        if known.until <= self._clock.monotonic() and not known.loading:
            known.loading = True
            self._tasks.spawn("releases are looked up", self._again(scope, known))
        return known.pairs.get(operation, NONE)

    def known(self, org: int, operation: str) -> tuple[Scope, Pair] | None:
        """The same by the organization's number, with its scope; None where it was never asked for."""
        known = self._known.get(org)
        return None if known is None else (known.scope, known.pairs.get(operation, NONE))

    async def load(self, scope: Scope) -> list[Active]:
        """Look them up now; all of the organization."""
        known = self._known.setdefault(scope.org, _Known(scope))
        known.begun += 1
        mine = known.begun
        found = await self._storage.read(scope, releases.active)
        if mine > known.shown:
            known.shown = mine
            known.pairs = _pairs(found)
            known.until = self._clock.monotonic() + FRESH_SECONDS
        return found

    async def _again(self, scope: Scope, known: _Known) -> None:
        try:
            await self.load(scope)
        finally:
            known.loading = False


def _pairs(found: Iterable[Active]) -> dict[str, Pair]:
    pairs: dict[str, Pair] = {}
    for each in found:
        before = pairs.get(each.operation, NONE)
        if each.stage == "prod":
            pairs[each.operation] = Pair(before.opened, each)
        else:
            pairs[each.operation] = Pair(each, before.prod)
    return pairs
