"""One writer: jobs of several requests share a COMMIT, and none is answered before it returned."""

import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

import sqlalchemy as sa

from atlas_desktop.server.config import CommitHooks

T = TypeVar("T")
Job = Callable[[sa.Connection], T]

_GROUP: Final = 64
_GROUP_SECONDS: Final = 0.05
_CLOSE_SECONDS: Final = 30.0


class WriterBusyError(Exception):
    """So many writes are waiting that another one would wait too long."""


@dataclass(slots=True)
class _Asked:
    job: Job[Any]
    answer: Future[Any]
    result: Any = None
    error: BaseException | None = field(default=None)


def run_alone(connection: sa.Connection, job: Job[T], hooks: CommitHooks) -> T:
    """One job in one transaction, in the caller's thread."""
    with connection.begin():
        result = job(connection)
        hooks.before()
    hooks.after()
    return result


class Writer:
    """The thread that owns the write connection."""

    def __init__(self, engine: sa.Engine, hooks: CommitHooks, *, waiting: int = 1000) -> None:
        self._engine = engine
        self._hooks = hooks
        self._queue: queue.Queue[_Asked | None] = queue.Queue(maxsize=waiting)
        self._closed = False
        self._thread = threading.Thread(target=self._work, name="atlas-writer", daemon=True)
        self._thread.start()

    def submit(self, job: Job[T]) -> "Future[T]":
        """Queue a job; its future is done after the COMMIT that holds it. Raises WriterBusyError."""
        asked = _Asked(job, Future())
        if self._closed:
            raise WriterBusyError
        try:
            self._queue.put_nowait(asked)
        except queue.Full as error:
            raise WriterBusyError from error
        return asked.answer

    def close(self) -> None:
        """Commit what is queued, then end the thread."""
        self._closed = True
        self._queue.put(None)
        self._thread.join(_CLOSE_SECONDS)

    def _work(self) -> None:
        with self._engine.connect() as connection:
            while (first := self._queue.get()) is not None:
                if not self._commit_group(connection, first):
                    return

    def _commit_group(self, connection: sa.Connection, first: _Asked) -> bool:
        """Run what is waiting as savepoints of one transaction; False when asked to end."""
        group: list[_Asked] = []
        go_on = True
        try:
            with connection.begin():
                deadline = time.monotonic() + _GROUP_SECONDS
                following: _Asked | None = first
                while following is not None:
                    _run_in_savepoint(connection, following, group)
                    following, go_on = self._another(len(group), deadline)
                self._hooks.before()
            self._hooks.after()
        except BaseException as error:  # noqa: BLE001 - a failed COMMIT is every waiting request's error
            for asked in group:
                asked.error = error
        for asked in group:
            _answer(asked)
        return go_on

    def _another(self, so_far: int, deadline: float) -> tuple[_Asked | None, bool]:
        if so_far >= _GROUP or time.monotonic() > deadline:
            return None, True
        try:
            following = self._queue.get_nowait()
        except queue.Empty:
            return None, True
        return following, following is not None


def _run_in_savepoint(connection: sa.Connection, asked: _Asked, group: list[_Asked]) -> None:
    if not asked.answer.set_running_or_notify_cancel():
        return
    group.append(asked)
    try:
        with connection.begin_nested():
            asked.result = asked.job(connection)
    except Exception as error:  # noqa: BLE001 - handed to whoever asked; the others of the group go on
        asked.error = error


def _answer(asked: _Asked) -> None:
    if asked.error is not None:
        asked.answer.set_exception(asked.error)
    else:
        asked.answer.set_result(asked.result)
