"""Releases in the way of a call: who is answered by a candidate, what is put to one in the shadow."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Final

from atlas_desktop.contract.delivery import Fingerprints
from atlas_desktop.domain.releases import place, takes
from atlas_desktop.domain.routing.model import SMART
from atlas_desktop.server.config import ServerConfig
from atlas_desktop.server.gateway.in_force import InForce
from atlas_desktop.server.gateway.live_call import CUT
from atlas_desktop.server.gateway.live_scoring import Judged
from atlas_desktop.server.gateway.rollback import Rollback
from atlas_desktop.server.gateway.seams import Ending, LiveCall, Overlay
from atlas_desktop.server.gateway.shadow_scores import ShadowScores
from atlas_desktop.server.gateway.shadowing import Answering, Shadowing, overlay_of
from atlas_desktop.server.scoring.scorer import Scorer
from atlas_desktop.server.storage.scope import Scope
from atlas_desktop.server.storage.storage import Storage
from atlas_desktop.tasks import Tasks

_SERVER: Final = "server"
_SHADOW: Final = "shadow"
_log = logging.getLogger(__name__)


class Releases:
    """Used on the server's event loop."""

    def __init__(
        self,
        config: ServerConfig,
        storage: Storage,
        scorer: Scorer,
        answering: Answering,
        settled: Callable[[], Awaitable[None]],
        moved: Callable[[Scope], None],
    ) -> None:
        self._storage = storage
        self._closed = False
        self._tasks = Tasks(_bug)
        self._in_force = InForce(config, storage, self._tasks)
        self._moved = moved
        self._rollback = Rollback(storage, self._tasks, settled, self.follow)
        scores = ShadowScores(storage, scorer)
        self._shadowing = Shadowing(storage, self._tasks, answering, scores, self._rollback)

    async def start(self) -> None:
        """Know every release that has to do with traffic; take up what a server before this one left."""
        for scope in await self._storage.compute(self._storage.registry.organizations):
            for each in await self._in_force.load(scope):
                self._rollback.look(scope, each.id)
                if each.stage == _SHADOW:
                    self._tasks.spawn("shadows are scored", self._shadowing.resume(scope))

    async def close(self) -> None:
        """Stop; duplicates under way are dropped."""
        self._closed = True
        await self._tasks.close()

    async def follow(self, scope: Scope) -> None:
        """A release of this organization was moved: traffic follows from here on."""
        await self._in_force.load(of_server(scope))
        self._moved(scope)

    def overlay(self, scope: Scope, call: LiveCall, fingerprints: Fingerprints) -> Overlay | None:
        """Which release's candidate answers a call: the canary's, for its share of the callers; else that in force."""
        if call.operation is None or call.model != SMART or self._closed:
            return None
        pair = self._in_force.of(of_server(scope), call.operation)
        canary = pair.opened
        if canary is not None and canary.stage != _SHADOW:
            at = place(canary.id, call.customer, caller_of(call, fingerprints))
            if takes(canary.percent, at):
                return overlay_of(canary)
        return overlay_of(pair.prod) if pair.prod is not None else None

    def after(self, call: LiveCall, ending: Ending) -> None:
        """A call was answered: put it to the candidate in the shadow too; look after the one that answered it."""
        if call.operation is None or call.model != SMART or self._closed:
            return
        scope = of_server(call.scope)
        if call.release is not None:
            self._rollback.look(scope, call.release.release_id)
        shadow = self._in_force.of(scope, call.operation).opened
        if shadow is None or shadow.stage != _SHADOW or not _was_answered(ending):
            return
        if takes(shadow.shadow_percent, place(shadow.id, call.customer, call.id)):
            self._shadowing.take(scope, shadow, call, ending.fingerprints)

    def judged(self, call: Judged) -> None:
        """A live call has scores."""
        found = self._in_force.known(call.org, call.operation) if call.released else None
        if found is None or self._closed:
            return
        scope, pair = found
        for each in (pair.opened, pair.prod):
            if each is not None and each.stage != _SHADOW:
                self._rollback.look(scope, each.id)


def caller_of(call: LiveCall, fingerprints: Fingerprints) -> str:
    """Who asks, as far as it is told: the end user, else everybody who asks the same."""
    for named in (call.metadata.get("user"), call.request.get("user")):
        if isinstance(named, str) and named:
            return named
    return fingerprints.prompt


def of_server(scope: Scope) -> Scope:
    """The organization, as the server works for it."""
    if scope.customer is None and scope.reviewer == _SERVER:
        return scope
    return replace(scope, customer=None, reviewer=_SERVER)


def _was_answered(ending: Ending) -> bool:
    return ending.finish_reason not in CUT and ending.error is None and ending.cached_from is None


def _bug(name: str, error: BaseException) -> None:
    # The kind alone: its text may hold what a customer wrote.
    _log.error("%s failed: %s", name, type(error).__name__)
