"""Pulling from a server without a changes feed: newest first, over and over, with an overlap."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from atlas_desktop.contract.calls import CallChanged, CallChanges, CallFilters
from atlas_desktop.store.changed import Changed
from atlas_desktop.store.store import Store
from atlas_desktop.sync.answers import Queue
from atlas_desktop.sync.line import Failed, Line, Turn


class Listing:
    """One pass after the other. The first of a session reads everything, later ones what is new.

    What is said later about older calls is not seen before the next session: such a server does not tell.
    """

    def __init__(self, store: Store, line: Line, turn: Turn, tell: Callable[[Changed], None]) -> None:
        self._store = store
        self._line = line
        self._turn = turn
        self._tell = tell
        self._page = line.pace.page
        self._cursor: str | None = None
        self._newest: datetime | None = None
        self._newest_now: datetime | None = None

    async def step(self) -> tuple[bool, int]:
        """One page: whether the pass is through, and how many calls came."""
        pace = self._line.pace
        overlap = None if self._newest is None else self._newest - timedelta(seconds=pace.overlap)
        filters = CallFilters(limit=self._page, cursor=self._cursor, created_after=overlap)
        page = await self._turn.ask(partial(self._line.client.calls.list, filters), "page")
        if isinstance(page, Failed):
            if page.judgement.queue is Queue.SMALLER:
                self._page = fewer(self._page, self._turn, page)
                self._tell(Changed())
            return False, 0
        self._page = min(pace.page, self._page * 2)
        self._turn.too_large = False
        for call in page.data:
            self._newest_now = max(call.created_at, self._newest_now or call.created_at)
        # Said though it is the default: what is unset is left out when the page is written down.
        changes = [CallChanged(type="call", call=call) for call in page.data]
        after = await self._store.pull.cursor()
        applied = await self._store.pull.apply(
            CallChanges(data=[*changes], next_after=after, has_more=False), after
        )
        self._tell(applied.changed)
        done = not page.has_more or page.next_cursor is None or page.next_cursor == self._cursor
        self._cursor = None if done else page.next_cursor
        if done:
            self._newest = self._newest_now
        return done, applied.changed.added


def fewer(rows: int, turn: Turn, failed: Failed) -> int:
    """How many rows to ask for after an answer with so many was too large; one alone is a reason to wait."""
    if rows == 1:
        turn.too_large = True
        turn.failed(failed.fault, "read")
    return max(1, rows // 4)
