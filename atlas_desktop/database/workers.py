"""Threads that each own a connection and run jobs handed to them from any asyncio loop."""

import asyncio
import queue
import threading
from collections.abc import Callable, Sequence
from typing import Any, Final, Generic, TypeVar

import apsw

from atlas_desktop.database.errors import DatabaseClosed

T = TypeVar("T")

SOON, LATER, LAST = range(3)
_STEPS: Final = 1_000_000
"""Of SQLite's machine, between two looks at whether anybody still waits: about 30 ms."""


class Job(Generic[T]):
    """One function to run on a connection, and the future on the caller's loop that waits for it."""

    def __init__(self, work: Callable[[apsw.Connection], T]) -> None:
        self._work = work
        self._loop = asyncio.get_running_loop()
        self.future: asyncio.Future[T] = self._loop.create_future()
        self._guard = threading.Lock()
        self._running_on: apsw.Connection | None = None
        self._given_up = False
        self._interrupted = False
        self.last = False

    def run(self, connection: apsw.Connection) -> None:
        """Called by a worker thread; delivers the result to the loop that asked."""
        with self._guard:
            if self._given_up:
                return
            self._running_on = connection
        # An interrupt that comes between two statements is lost; this one is not.
        connection.set_progress_handler(self._is_given_up, _STEPS)
        try:
            result = self._work(connection)
        except BaseException as error:  # noqa: BLE001  # carried to whoever awaits, SystemExit included
            self._release()
            self._deliver(self._fail, error)
        else:
            self._release()
            self._deliver(self._succeed, result)

    def refuse(self, error: Exception) -> None:
        """Never run: tell who waits."""
        self._deliver(self._fail, error)

    def give_up(self, *, interrupt: bool) -> None:
        """Nobody waits any more: do not start, and stop the running query if asked to."""
        with self._guard:
            self._given_up = True
            self._interrupted = interrupt
            if interrupt and self._running_on is not None:
                self._running_on.interrupt()

    def _is_given_up(self) -> bool:
        return self._interrupted

    def _release(self) -> None:
        with self._guard:
            self._running_on = None

    def _deliver(self, settle: Callable[[Any], None], value: object) -> None:
        try:
            self._loop.call_soon_threadsafe(settle, value)
        except RuntimeError:
            # The loop was closed while the job ran: nobody is left to tell, and the work itself is done.
            if not self._loop.is_closed():
                raise

    def _succeed(self, result: T) -> None:
        if not self.future.done():
            self.future.set_result(result)

    def _fail(self, error: BaseException) -> None:
        if not self.future.done():
            self.future.set_exception(error)


class Lane:
    """Jobs waiting for the threads that share this lane, urgent ones first, else in order of arrival."""

    def __init__(self) -> None:
        self._jobs: queue.PriorityQueue[tuple[int, int, Job[Any]]] = queue.PriorityQueue()
        self._guard = threading.Lock()
        self._count = 0
        self._closed = False

    def put(self, job: Job[Any], urgency: int = LATER) -> None:
        """Queue a job; after `close` it is refused."""
        with self._guard:
            if not self._closed:
                self._count += 1
                self._jobs.put((urgency, self._count, job))
                return
        job.refuse(DatabaseClosed())

    def close(self, farewells: Sequence[Job[Any]]) -> None:
        """No more jobs but these, one for each thread, after all that wait; a thread ends with its one."""
        with self._guard:
            self._closed = True
            for job in farewells:
                job.last = True
                self._count += 1
                self._jobs.put((LAST, self._count, job))

    def take(self) -> Job[Any]:
        """The next job; waits for one."""
        return self._jobs.get()[2]


def start_worker(name: str, lane: Lane, connection: apsw.Connection) -> threading.Thread:
    """A thread that runs the lane's jobs on this connection and ends with the first farewell."""

    def work() -> None:
        ended = False
        while not ended:
            job = lane.take()
            job.run(connection)
            ended = job.last
            # The job holds its result: keeping it until the next one would keep a large list alive.
            del job

    thread = threading.Thread(target=work, name=name, daemon=True)
    thread.start()
    return thread
