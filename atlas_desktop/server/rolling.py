"""Sums are brought up to date behind the questions that found them lagging, so that no import waits for them."""

import logging
from functools import partial
from zoneinfo import ZoneInfo

from atlas_desktop.logs import kind_and_place
from atlas_desktop.server.config import ServerConfig
from atlas_desktop.server.storage import rolled_zones
from atlas_desktop.server.storage.rolling import catch_up
from atlas_desktop.server.storage.scope import Scope
from atlas_desktop.server.storage.storage import Storage
from atlas_desktop.server.storage.writer import WriterBusyError
from atlas_desktop.tasks import Tasks

_log = logging.getLogger(__name__)


class Rolling:
    """Used on the server's event loop. One organization is caught up once at a time."""

    def __init__(self, config: ServerConfig, storage: Storage) -> None:
        self._storage = storage
        self._inline = config.executor == "inline"
        self._tasks = Tasks(_bug)
        self._busy: set[int] = set()

    def go_on(self, scope: Scope, zone: ZoneInfo) -> None:
        """The sums of this organization lag behind, or lack the days of this zone. Inline they stay so: figures are
        right all the same.
        """
        if self._inline or scope.org in self._busy:
            return
        self._busy.add(scope.org)
        whole = Scope(scope.org, scope.organization, scope.organization_id, None, scope.reviewer)
        self._tasks.spawn("sums", self._catch_up(whole, zone))

    async def _catch_up(self, scope: Scope, zone: ZoneInfo) -> None:
        try:
            # In a thread: its changes of the clock are looked for, 50 ms.
            await self._storage.compute(partial(rolled_zones.rules_of, zone))
            await self._storage.write(scope, partial(rolled_zones.keep, zone=zone))
            while await self._storage.write(scope, catch_up):
                pass
        except WriterBusyError:
            # Whoever writes goes first; the next question goes on here.
            _log.info("sums wait: too many writes are waiting")
        finally:
            self._busy.discard(scope.org)

    async def close(self) -> None:
        """Stop; what is missing is taken in later."""
        await self._tasks.close()


def _bug(name: str, error: BaseException) -> None:
    _log.error("%s ended: %s", name, kind_and_place(error))
