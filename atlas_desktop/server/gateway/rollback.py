"""Looking after releases: a candidate whose pass rate fell below the least one is taken out of the traffic."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final

from atlas_desktop.server.refusals import Refusal
from atlas_desktop.server.storage import releases
from atlas_desktop.server.storage.scope import Scope
from atlas_desktop.server.storage.storage import Storage
from atlas_desktop.tasks import Tasks

_PAUSE: Final = 0.5
"""Seconds between looks: 500 results are read at each."""
_log = logging.getLogger(__name__)


class Rollback:
    """``settled`` waits until what was answered is recorded; ``moved`` is awaited after a release was rolled back."""

    def __init__(
        self,
        storage: Storage,
        tasks: Tasks,
        settled: Callable[[], Awaitable[None]],
        moved: Callable[[Scope], Awaitable[object]],
    ) -> None:
        self._storage = storage
        self._tasks = tasks
        self._settled = settled
        self._moved = moved
        self._due: dict[str, Scope] = {}
        self._working = False

    def look(self, scope: Scope, release_id: str) -> None:
        """There is something new about this release. Returns at once."""
        self._due[release_id] = scope
        if not self._working:
            self._working = True
            self._tasks.spawn("releases are looked after", self._work())

    async def _work(self) -> None:
        try:
            while self._due:
                await self._settled()
                due, self._due = self._due, {}
                for release_id, scope in due.items():
                    await self._look_after(scope, release_id)
                await asyncio.sleep(_PAUSE)
        finally:
            self._working = False

    async def _look_after(self, scope: Scope, release_id: str) -> None:
        try:
            if not await self._storage.read(scope, lambda tenant: releases.is_due(tenant, release_id)):
                return
            if await self._storage.write(scope, lambda tenant: releases.roll_back_if_due(tenant, release_id)):
                _log.warning("a release was rolled back by itself", extra={"release": release_id})
                await self._moved(scope)
        except Refusal:
            # Of a release that is gone.
            return
