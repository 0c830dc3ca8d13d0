"""Keeps what is being written: on the disk within a second, each text with the call it belongs to."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Final

from atlas_desktop.app.problems import Problem, problem_from
from atlas_desktop.app.signals import Signal
from atlas_desktop.store.drafts import Draft, Why
from atlas_desktop.store.store import Store
from atlas_desktop.tasks import Tasks

IDLE: Final = 0.25
"""Seconds without a key after which a draft is kept."""
MOST: Final = 0.75
"""Seconds after which it is kept while one goes on typing: with the time of writing, less than one."""
_AGAIN: Final = 2.0  # seconds until what could not be written is tried again


class DraftKeeper:
    """All drafts of a workspace, in memory as they are now, and soon after on the disk.

    ``saved`` tells each draft that reached the disk, ``failed`` what keeps them from it (None: not any more).
    """

    def __init__(self, store: Store, tasks: Tasks, now: Callable[[], datetime]) -> None:
        self._store = store
        self._tasks = tasks
        self._now = now
        self._drafts: dict[int, Draft] = {}
        self._unsaved: dict[int, Draft] = {}
        self._since: float | None = None
        self._touched = 0.0
        self._writing = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None
        self.saved: Signal[Draft] = Signal("draft saved")
        self.failed: Signal[Problem | None] = Signal("draft not saved")

    async def load(self) -> None:
        """Take over what an earlier run left. Raises DatabaseError."""
        self._drafts = {draft.call: draft for draft in await self._store.drafts.all()} | self._drafts

    def get(self, call: int) -> Draft | None:
        """The draft of this call as it is now."""
        return self._drafts.get(call)

    @property
    def calls(self) -> frozenset[int]:
        """The calls that have a draft."""
        return frozenset(self._drafts)

    def is_saved(self, call: int) -> bool:
        """Whether everything written about this call is on the disk."""
        return call not in self._unsaved

    def keep(self, draft: Draft) -> None:
        """The draft is this now. One that equals its start is none."""
        if draft.text == draft.start:
            self._drafts.pop(draft.call, None)
        else:
            self._drafts[draft.call] = draft
        self._unsaved[draft.call] = draft
        self._touched = asyncio.get_running_loop().time()
        if self._since is None:
            self._since = self._touched
        if self._task is None or self._task.done():
            self._task = self._tasks.spawn("draft is kept", self._save_later())

    async def save(self) -> bool:
        """Write down what is not yet. False when the disk does not take it: it is tried again."""
        async with self._writing:
            while self._unsaved:
                unsaved, self._unsaved, self._since = self._unsaved, {}, None
                if not await self._put(unsaved):
                    return False
        return True

    async def drop(self, call: int, why: Why) -> None:
        """No draft of this call any more; its text stays in the history. Raises DatabaseError."""
        last = self._drafts.pop(call, None)
        self._unsaved.pop(call, None)
        async with self._writing:
            if call not in self._drafts:
                # Put back meanwhile by a disk that refused: it would come to life again.
                self._unsaved.pop(call, None)
            try:
                if last is not None:
                    await self._store.drafts.put(last)
                await self._store.drafts.drop(call, why=why, now=self._now())
            except BaseException:
                if last is not None and call not in self._drafts and call not in self._unsaved:
                    self.keep(last)
                raise

    async def _save_later(self) -> None:
        loop = asyncio.get_running_loop()
        while self._unsaved:
            since = self._touched if self._since is None else self._since
            due = min(self._touched + IDLE, since + MOST)
            if (wait := due - loop.time()) > 0:
                await asyncio.sleep(wait)
            elif not await self.save():
                await asyncio.sleep(_AGAIN)

    async def _put(self, unsaved: dict[int, Draft]) -> bool:
        try:
            for call in list(unsaved):
                await self._store.drafts.put(unsaved[call])
                self.saved.emit(unsaved.pop(call))
        except Exception as error:  # noqa: BLE001 - it is put into words beside the text
            self._unsaved = unsaved | self._unsaved
            self._since = self._touched if self._since is None else self._since
            self.failed.emit(replace(problem_from(error, "call"), retry=True))
            return False
        self.failed.emit(None)
        return True
