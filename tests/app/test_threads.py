"""Blocking work in a daemon thread, the network's loop, and errands."""

import asyncio
import threading
from collections.abc import AsyncIterator

import pytest

from atlas_desktop.app.daemon_thread import in_daemon_thread
from atlas_desktop.app.errand import Errand
from atlas_desktop.app.loop_thread import LoopThread
from atlas_desktop.tasks import Tasks


async def test_work_runs_on_another_thread_and_its_answer_comes_back() -> None:
    name = await in_daemon_thread("worker", lambda: threading.current_thread().name)
    assert name == "worker"


async def test_what_work_raises_is_raised_here() -> None:
    def fails() -> None:
        raise LookupError("no such thing")

    with pytest.raises(LookupError, match="no such thing"):
        await in_daemon_thread("worker", fails)


async def test_work_that_hangs_is_given_up_and_its_late_answer_dropped() -> None:
    release = threading.Event()
    with pytest.raises(TimeoutError):
        await in_daemon_thread("worker", release.wait, limit=0.05)
    release.set()


def test_an_answer_after_the_loop_has_ended_harms_nobody() -> None:
    release = threading.Event()

    async def gives_up() -> None:
        with pytest.raises(TimeoutError):
            await in_daemon_thread("worker", release.wait, limit=0.01)

    asyncio.run(gives_up())
    release.set()


@pytest.fixture
async def network() -> AsyncIterator[LoopThread]:
    thread = LoopThread("network")
    thread.start()
    yield thread
    await thread.close()


async def test_a_coroutine_runs_on_the_other_loop(network: LoopThread) -> None:
    async def where() -> tuple[str, bool]:
        return threading.current_thread().name, asyncio.get_running_loop() is here

    here = asyncio.get_running_loop()
    assert await network.run(where()) == ("network", False)


async def test_cancelling_here_cancels_there(network: LoopThread) -> None:
    began, cancelled = threading.Event(), threading.Event()

    async def waits() -> None:
        try:
            began.set()
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    waiting = asyncio.timeout(0.05)
    with pytest.raises(TimeoutError):
        async with waiting:
            await network.run(waits())
    assert began.is_set()
    assert await in_daemon_thread("look", lambda: cancelled.wait(5))


async def test_closing_cancels_what_runs_and_ends_the_thread() -> None:
    thread = LoopThread("short")
    thread.start()
    ended = threading.Event()

    async def waits() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    future = thread.begin(waits())
    await thread.run(asyncio.sleep(0))
    await thread.close()
    assert ended.is_set()
    assert future.cancelled()
    assert "short" not in {each.name for each in threading.enumerate()}
    await thread.close()


async def test_a_closed_network_refuses_work_and_never_starts_it() -> None:
    thread = LoopThread("short")
    thread.start()
    await thread.close()
    with pytest.raises(RuntimeError, match="short is closed"):
        await thread.run(asyncio.sleep(0))
    thread.call(pytest.fail)


@pytest.fixture
async def tasks() -> AsyncIterator[Tasks]:
    bugs: list[BaseException] = []
    owner = Tasks(lambda _name, error: bugs.append(error))
    yield owner
    await owner.close()
    assert bugs == []


async def test_an_errand_runs_once_after_many_askings_and_again_when_asked_meanwhile(tasks: Tasks) -> None:
    runs: list[int] = []
    gate = asyncio.Event()

    async def work() -> None:
        runs.append(len(runs))
        await gate.wait()

    failures: list[Exception] = []
    errand = Errand(tasks, "count", work, failures.append)
    for _ in range(5):
        errand.ask()
    await asyncio.sleep(0)
    assert runs == [0]
    for _ in range(5):
        errand.ask()
    gate.set()
    assert await errand.through()
    assert runs == [0, 1]
    assert not await errand.through()
    assert failures == []


async def test_an_errand_that_fails_says_so_and_can_be_asked_again(tasks: Tasks) -> None:
    said: list[Exception] = []

    async def work() -> None:
        raise LookupError(str(len(said)))

    errand = Errand(tasks, "count", work, said.append)
    for _ in range(2):
        errand.ask()
        await errand.through()
    assert [str(error) for error in said] == ["0", "1"]
