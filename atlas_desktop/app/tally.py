"""How far one is: counted in the background after every change, never in the way of a key."""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Final

from atlas_desktop.app.call_browser import CallBrowser
from atlas_desktop.app.errand import AFTER_THE_FRAME, Errand
from atlas_desktop.app.review_state import ReviewProgress
from atlas_desktop.app.signals import Signal
from atlas_desktop.store.store import Store
from atlas_desktop.tasks import Tasks

# Counting a filter over 100,000 calls takes longer than a key press: while one rates fast, now and then will do.
_PAUSE_SECONDS: Final = 0.1
_log = logging.getLogger(__name__)


class Tally:
    """Progress in the current filter, and today."""

    def __init__(self, store: Store, browser: CallBrowser, tasks: Tasks, now: Callable[[], datetime]) -> None:
        self._store = store
        self._browser = browser
        self._now = now
        self._counter = Errand(
            tasks, "progress", self._count, _not_counted, pause=_PAUSE_SECONDS, wait=AFTER_THE_FRAME
        )
        self.value = ReviewProgress()
        self.changed: Signal[ReviewProgress] = Signal("progress")
        browser.reset.connect(lambda _: self.refresh())

    async def through(self) -> bool:
        """Wait until nothing is being counted. False if that was so already."""
        return await self._counter.through()

    def refresh(self) -> None:
        """Count again, soon."""
        self._counter.ask()

    async def _count(self) -> None:
        counted = await self._read()
        if counted != self.value:
            self.value = counted
            self.changed.emit(counted)

    async def _read(self) -> ReviewProgress:
        decisions = self._store.decisions
        # Of the list: what came since it was made is counted as new, beside it.
        progress = await decisions.progress(self._browser.query, up_to=self._browser.newest)
        return ReviewProgress(
            rated=progress.rated,
            total=progress.total,
            today=await decisions.decided_since(midnight_ms(self._now())),
            can_undo=await decisions.can_undo(),
            can_redo=await decisions.can_redo(),
        )


def _not_counted(error: Exception) -> None:
    # A count nobody acts on: the list, which reads the same file, says what is wrong with it.
    _log.error("progress could not be counted", exc_info=error)


def midnight_ms(now: datetime) -> int:
    """When today began where the user is, in epoch milliseconds."""
    local = now.astimezone()
    return int(local.replace(hour=0, minute=0, second=0, microsecond=0).timestamp() * 1000)
