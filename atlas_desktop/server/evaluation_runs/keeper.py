"""Keeping hold of runs: this process says that it works on its own, and takes up those that nobody works on."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from functools import partial
from typing import Final

from atlas_desktop.server.evaluation_runs.owner import is_gone, this_process
from atlas_desktop.server.evaluation_runs.stubborn import stubborn
from atlas_desktop.server.storage.evaluation_leases import claim, leases, release, renew
from atlas_desktop.server.storage.scope import Scope
from atlas_desktop.server.storage.storage import Storage
from atlas_desktop.tasks import Tasks

_BEAT: Final = 1.0
"""Seconds between looks; a lease holds for four."""

Begin = Callable[[Scope, str], Awaitable[None]]


class Keeper:
    """Works while a run of a watched organization is open. ``begin`` takes one up; ``live`` are those taken up."""

    def __init__(
        self, storage: Storage, tasks: Tasks, begin: Begin, live: Callable[[Scope], list[str]]
    ) -> None:
        self.owner: Final = this_process()
        self._storage = storage
        self._tasks = tasks
        self._begin = begin
        self._live = live
        self._watched: dict[int, Scope] = {}
        self._working = False

    def watch(self, *scopes: Scope) -> None:
        """Look after the runs of these organizations."""
        self._watched |= {scope.org: scope for scope in scopes}
        if not self._working:
            self._working = True
            self._tasks.spawn("evaluations kept", self._work())

    async def release(self, scope: Scope, names: Collection[str]) -> None:
        """This process ends: whoever comes next takes these up at once."""
        await self._storage.write(scope, partial(release, names=names, owner=self.owner))

    async def _work(self) -> None:
        try:
            while self._watched:
                for scope in list(self._watched.values()):
                    if not await stubborn(partial(self._look_after, scope)):
                        self._watched.pop(scope.org, None)
                if self._watched:
                    await asyncio.sleep(_BEAT)
        finally:
            self._working = False

    async def _look_after(self, scope: Scope) -> bool:
        """Whether the organization has runs that are not over."""
        if mine := self._live(scope):
            await self._storage.write(scope, partial(renew, names=mine, owner=self.owner))
        found = await self._storage.read(scope, partial(leases, is_gone=is_gone))
        for lease in found:
            here = lease.id in self._live(scope)
            free = lease.free or lease.owner == self.owner
            if (
                not here
                and free
                and await self._storage.write(scope, partial(claim, lease=lease, owner=self.owner))
            ):
                await self._begin(scope, lease.id)
        return bool(found)
