"""Background work is kept, named, reported and cancelled."""

import asyncio
import gc

import pytest

from atlas_desktop.tasks import Tasks


class Bugs:
    def __init__(self) -> None:
        self.seen: list[tuple[str, str]] = []

    def __call__(self, name: str, error: BaseException) -> None:
        self.seen.append((name, repr(error)))


async def test_a_result_comes_back_and_nothing_is_reported() -> None:
    tasks = Tasks(bugs := Bugs())

    async def answer() -> int:
        return 42

    assert await tasks.spawn("answer", answer()) == 42
    await asyncio.sleep(0)
    assert tasks.names == ()
    assert bugs.seen == []
    await tasks.close()


async def test_a_failure_is_reported_by_name_once() -> None:
    tasks = Tasks(bugs := Bugs())

    async def fail() -> None:
        raise ValueError("x")

    task = tasks.spawn("pull page", fail())
    await asyncio.wait([task])
    await asyncio.sleep(0)
    assert bugs.seen == [("pull page", "ValueError('x')")]
    await tasks.close()


async def test_nobody_need_keep_the_task() -> None:
    tasks = Tasks(Bugs())
    woken = asyncio.Event()
    done = asyncio.Event()

    async def wait() -> None:
        await woken.wait()
        done.set()

    tasks.spawn("kept", wait())
    gc.collect()
    assert tasks.names == ("kept",)
    woken.set()
    await asyncio.wait_for(done.wait(), 1)
    await tasks.close()


async def test_close_cancels_and_waits_for_the_last_words() -> None:
    tasks = Tasks(bugs := Bugs())
    words: list[str] = []

    async def run() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            words.append("written down")

    tasks.spawn("run", run())
    await asyncio.sleep(0)
    await tasks.close()
    assert words == ["written down"]
    assert tasks.names == ()
    assert bugs.seen == []


async def test_a_failure_while_closing_is_reported() -> None:
    tasks = Tasks(bugs := Bugs())

    async def run() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            raise OSError("disk full")

    tasks.spawn("save", run())
    await asyncio.sleep(0)
    await tasks.close()
    await asyncio.sleep(0)
    assert bugs.seen == [("save", "OSError('disk full')")]


async def test_what_will_not_end_is_reported_and_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("atlas_desktop.tasks._CLOSE_SECONDS", 0.02)
    tasks = Tasks(bugs := Bugs())
    let_go = asyncio.Event()

    async def stubborn() -> None:
        while not let_go.is_set():
            try:
                await let_go.wait()
            except asyncio.CancelledError:
                continue

    task = tasks.spawn("stubborn", stubborn())
    await asyncio.sleep(0)
    await tasks.close()
    assert [name for name, _ in bugs.seen] == ["stubborn"]
    let_go.set()
    await task


async def test_nothing_starts_after_close() -> None:
    tasks = Tasks(Bugs())
    await tasks.close()
    ran: list[int] = []

    async def late() -> None:
        ran.append(1)

    with pytest.raises(RuntimeError, match="late"):
        tasks.spawn("late", late())
    await asyncio.sleep(0)
    assert ran == []


async def test_a_task_may_close_its_own_owner() -> None:
    tasks = Tasks(bugs := Bugs())

    async def quit_all() -> str:
        await tasks.close()
        return "closed"

    assert await tasks.spawn("quit", quit_all()) == "closed"
    assert bugs.seen == []


async def test_a_failing_reporter_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    def broken(name: str, error: BaseException) -> None:
        raise LookupError("reporter")

    tasks = Tasks(broken)

    async def fail() -> None:
        raise ValueError("x")

    await asyncio.wait([tasks.spawn("pull", fail())])
    await asyncio.sleep(0)
    assert "bug reporter failed on task pull" in caplog.text
    await tasks.close()
