"""The call one is at, written down now and then, so that the next start opens there."""

import asyncio
import logging
from typing import Final

from atlas_desktop.app.errand import Errand
from atlas_desktop.app.review import Review
from atlas_desktop.store.store import Store
from atlas_desktop.tasks import Tasks

_KEY: Final = "place"
# Not with each key: a write lets a decision wait behind it. What a kill takes away is this much walking.
_PAUSE_SECONDS: Final = 1.0
_log = logging.getLogger(__name__)


class Place:
    """Follows a review. Which call it is only the store's own file says: it is lost with it, and no ratings are."""

    def __init__(self, store: Store, review: Review, tasks: Tasks) -> None:
        self._store = store
        self._review = review
        self._written: str | None = None
        self._writer = Errand(tasks, "place is kept", self._keep_later, _not_kept)
        review.current_changed.connect(lambda _: self._moved())

    async def known(self) -> int | None:
        """The local id of the call one was at the last time; None when there is none or it is gone."""
        self._written = await self._store.identity.get(_KEY)
        return await self._store.calls.seq_of(self._written) if self._written is not None else None

    async def keep(self) -> None:
        """Write down where one is, unless that was done. What fails is only logged: nobody's work is in it."""
        call = self._call()
        if call is None or call == self._written or self._store.report.read_only is not None:
            return
        try:
            await self._store.identity.put(_KEY, call)
        except Exception as error:  # noqa: BLE001 - closing goes on
            _not_kept(error)
        else:
            self._written = call

    def _moved(self) -> None:
        if self._call() not in (None, self._written):
            self._writer.ask()

    async def _keep_later(self) -> None:
        await asyncio.sleep(_PAUSE_SECONDS)
        await self.keep()

    def _call(self) -> str | None:
        here = self._review.current
        # While a first sync fills the list nobody is anywhere yet.
        return None if here.call is None or self._review.browser.follows else here.call.row.id


def _not_kept(error: Exception) -> None:
    _log.warning("the place in the list could not be kept", exc_info=error)
