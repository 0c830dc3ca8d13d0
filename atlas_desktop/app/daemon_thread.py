"""A blocking call in a thread of its own, which can be given up when it hangs."""

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


async def in_daemon_thread(name: str, work: Callable[[], T], *, limit: float | None = None) -> T:
    """The answer of ``work()``, run in a daemon thread. Raises what it raises.

    After ``limit`` seconds TimeoutError is raised and the thread is left to itself: an executor would wait
    for it when the program ends, a daemon thread does not.
    """
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[T] = loop.create_future()

    def settle(value: T | None, error: BaseException | None) -> None:
        if answer.done():
            return
        if error is not None:
            answer.set_exception(error)
        else:
            answer.set_result(value)  # type: ignore[arg-type] # T itself may be None

    def run() -> None:
        try:
            value, error = work(), None
        except BaseException as raised:  # noqa: BLE001 - it is handed to the caller, who would wait for ever
            value, error = None, raised
        # The loop may have ended while the work hung: then nobody is left to tell.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(settle, value, error)

    threading.Thread(target=run, name=name, daemon=True).start()
    return await asyncio.wait_for(answer, limit)
