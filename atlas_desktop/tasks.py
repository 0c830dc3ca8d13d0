"""Background work that is kept, named, reported and cancelled: the only place that creates asyncio tasks."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any, Final, TypeVar

T = TypeVar("T")

_CLOSE_SECONDS: Final = 5.0
_log = logging.getLogger(__name__)


class Tasks:
    """The running tasks of one owner: a session, the sync engine, the server.

    ``on_bug`` gets the name and the exception of every task that failed; a cancelled task is no failure.
    Use it from one event loop only.
    """

    def __init__(self, on_bug: Callable[[str, BaseException], None]) -> None:
        self._on_bug = on_bug
        self._running: set[asyncio.Task[Any]] = set()
        self._closed = False

    def spawn(self, name: str, coro: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Run ``coro`` in the background. Raises RuntimeError once closed, and then never starts it."""
        if self._closed:
            coro.close()
            raise RuntimeError(f"{name} was started after its owner had closed")
        # asyncio itself holds tasks only weakly: one that nobody keeps can vanish while it runs.
        task = asyncio.get_running_loop().create_task(coro, name=name)
        self._running.add(task)
        task.add_done_callback(self._finished)
        return task

    async def close(self) -> None:
        """Cancel everything and wait for it; a task that will not end within 5 s is reported and left."""
        self._closed = True
        mine = {task for task in self._running if task is not asyncio.current_task()}
        for task in mine:
            task.cancel()
        if mine:
            _, stuck = await asyncio.wait(mine, timeout=_CLOSE_SECONDS)
            for task in stuck:
                self._report(
                    task, TimeoutError(f"did not end within {_CLOSE_SECONDS:.0f} s of being cancelled")
                )

    @property
    def names(self) -> tuple[str, ...]:
        """The names of what is running now, sorted."""
        return tuple(sorted(task.get_name() for task in self._running))

    def _finished(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._report(task, error)

    def _report(self, task: asyncio.Task[Any], error: BaseException) -> None:
        try:
            self._on_bug(task.get_name(), error)
        except Exception:  # noqa: BLE001 - asyncio would print what a callback raises and lose it
            _log.exception("the bug reporter failed on task %s", task.get_name())
