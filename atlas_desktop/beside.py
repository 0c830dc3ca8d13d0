"""A process beside this one, for pure work in Python that two threads would only take turns at."""

import gc
import multiprocessing
import multiprocessing.process
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from importlib import import_module
from typing import ParamSpec, TypeVar

T = TypeVar("T")
P = ParamSpec("P")


class Beside:
    """One worker process. It is started by ``start``, loads ``modules``, and ends with this process.

    What is submitted must be importable there: a function at the top of a module, with plain arguments.
    """

    def __init__(self, *modules: str) -> None:
        self._modules = modules
        self._pool: ProcessPoolExecutor | None = None
        self._warm: Future[int] | None = None

    def start(self) -> None:
        """Start the process when there is none. Returns at once; ``ready`` tells when it works."""
        if self._pool is None:
            # Spawned, not forked: a fork of a process with threads can inherit a lock that nobody frees.
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(1, context, initializer=_begin, initargs=(self._modules,))
            self._warm = self._pool.submit(os.getpid)

    @property
    def ready(self) -> bool:
        """Whether the process runs and would take work at once."""
        return self._warm is not None and self._warm.done() and self._warm.exception() is None

    @property
    def warm(self) -> Future[int]:
        """Its process id, once it works. Raises RuntimeError when it was not started."""
        if self._warm is None:
            raise RuntimeError("the process beside was not started")
        return self._warm

    def submit(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Have it done there. Raises BrokenExecutor, at once or from the future, when the process died."""
        if self._pool is None:
            raise RuntimeError("the process beside was not started")
        return self._pool.submit(work, *args, **kwargs)

    def stop(self, *, wait: bool = True) -> None:
        """End the process once it has done what it does now. It can be started again."""
        pool, self._pool, self._warm = self._pool, None, None
        if pool is not None:
            pool.shutdown(wait=wait, cancel_futures=True)

    def kill(self) -> None:
        """End the process now, whatever it does, and wait for that. It can be started again."""
        pool, warm, self._pool, self._warm = self._pool, self._warm, None, None
        if pool is None:
            return
        if warm is not None and warm.done() and warm.exception() is None:
            # Through its handle: by its number alone another process could be hit, once it has ended.
            for child in multiprocessing.active_children():
                if child.pid == warm.result():
                    child.kill()
        pool.shutdown(wait=True, cancel_futures=True)


def _begin(modules: tuple[str, ...]) -> None:
    # Ctrl+C goes to the whole group: whoever gave us work decides what becomes of it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, name="beside-parent", daemon=True).start()
    gc.disable()
    for module in modules:
        import_module(module)
    # What is loaded stays: it need not be walked at each collection.
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    gc.enable()


def _end_with_parent() -> None:
    """The pool's own pipes stay open here when its process is killed: it would wait for work for ever."""
    parent = multiprocessing.process.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
