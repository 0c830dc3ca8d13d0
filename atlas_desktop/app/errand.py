"""A background job that is asked for often and must run once after the last asking."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from atlas_desktop.tasks import Tasks

AFTER_THE_FRAME: Final = 0.03
"""Seconds to wait with what follows from a key, so that what the key shows is painted first."""


class Errand:
    """At most one run at a time. Asked for while it runs, it runs once more when it is through.

    ``pause`` seconds lie between two runs, so that a flood of askings costs little; ``wait`` seconds between being
    asked for and the first of them.
    """

    def __init__(
        self,
        tasks: Tasks,
        name: str,
        work: Callable[[], Awaitable[None]],
        failed: Callable[[Exception], None],
        *,
        pause: float = 0.0,
        wait: float = 0.0,
    ) -> None:
        self._tasks = tasks
        self._name = name
        self._work = work
        self._failed = failed
        self._pause = pause
        self._wait = wait
        self._due = False
        self._task: asyncio.Task[None] | None = None

    def ask(self) -> None:
        """Run, or run again."""
        self._due = True
        if self._task is None or self._task.done():
            self._task = self._tasks.spawn(self._name, self._run())

    async def through(self) -> bool:
        """Wait until nothing runs and nothing is due. False if that was so already."""
        waited = False
        while (task := self._task) is not None and not task.done():
            waited = True
            await asyncio.wait([task])
        return waited

    async def _run(self) -> None:
        if self._wait:
            await asyncio.sleep(self._wait)
        while self._due:
            self._due = False
            try:
                await self._work()
            except Exception as error:  # noqa: BLE001 - it is put into words where it is shown
                self._failed(error)
            if self._due and self._pause:
                await asyncio.sleep(self._pause)
