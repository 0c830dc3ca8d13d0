"""The call one is at and the list it is in, written down now and then, so that the next start opens there."""

import asyncio
import logging
from typing import Final

from atlas_desktop.app.errand import Errand
from atlas_desktop.app.review import Review
from atlas_desktop.domain.filter import format_query, parse_query
from atlas_desktop.domain.query import Query
from atlas_desktop.store.store import Store
from atlas_desktop.tasks import Tasks

_KEY: Final = "place"
_LIST: Final = "list"
_FOLDED: Final = "folded"
_EACH: Final = "each"
"""The first word of what is kept: whether equal exchanges are one row. The filter's line follows."""
# Not with each key: a write lets a decision wait behind it. What a kill takes away is this much walking.
_PAUSE_SECONDS: Final = 1.0
_log = logging.getLogger(__name__)


class Place:
    """Follows a review. Which call it is only the store's own file says: it is lost with it, and no ratings are."""

    def __init__(self, store: Store, review: Review, tasks: Tasks) -> None:
        self._store = store
        self._review = review
        self._written: dict[str, str] = {}
        self._writer = Errand(tasks, "place is kept", self._keep_later, _not_kept)
        review.current_changed.connect(lambda _: self._moved())
        review.browser.reset.connect(lambda _: self._moved())

    async def known(self) -> int | None:
        """The local id of the call one was at the last time; None when there is none or it is gone."""
        call = await self._read(_KEY)
        return await self._store.calls.seq_of(call) if call is not None else None

    async def known_list(self) -> tuple[Query, bool]:
        """The filter and order of the last time, and whether equal exchanges were one row."""
        rows, _, line = (await self._read(_LIST) or "").partition(" ")
        return parse_query(line), rows == _FOLDED

    async def keep(self) -> None:
        """Write down where one is, unless that was done. What fails is only logged: nobody's work is in it."""
        if self._store.report.read_only is not None:
            return
        for key, value in self._here().items():
            if self._written.get(key) == value:
                continue
            try:
                await self._store.identity.put(key, value)
            except Exception as error:  # noqa: BLE001 - closing goes on
                _not_kept(error)
            else:
                self._written[key] = value

    async def _read(self, key: str) -> str | None:
        value = await self._store.identity.get(key)
        if value is not None:
            self._written[key] = value
        return value

    def _moved(self) -> None:
        if any(self._written.get(key) != value for key, value in self._here().items()):
            self._writer.ask()

    async def _keep_later(self) -> None:
        await asyncio.sleep(_PAUSE_SECONDS)
        await self.keep()

    def _here(self) -> dict[str, str]:
        browser, call = self._review.browser, self._review.current.call
        if browser.follows:
            return {}  # while a first sync fills the list nobody is anywhere yet
        line = f"{_FOLDED if browser.fold else _EACH} {format_query(browser.query)}"
        return {_LIST: line} if call is None else {_LIST: line, _KEY: call.row.id}


def _not_kept(error: Exception) -> None:
    _log.warning("the place in the list could not be kept", exc_info=error)
