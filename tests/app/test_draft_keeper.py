"""When a draft is written down: by the clock of a loop that never waits."""

import asyncio
import itertools
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from atlas_desktop.app.draft_keeper import IDLE, MOST, DraftKeeper
from atlas_desktop.app.problems import Problem
from atlas_desktop.database.database import Hooks, Inline
from atlas_desktop.store.drafts import Draft
from atlas_desktop.store.store import Store
from atlas_desktop.tasks import Tasks
from tests.app.desk import NOW
from tests.faults.virtual import run_virtual


@dataclass
class Desk:
    keeper: DraftKeeper
    store: Store
    saved: list[tuple[float, int, str]] = field(default_factory=list)
    failed: list[Problem | None] = field(default_factory=list)

    def type(self, text: str, call: int = 1) -> None:
        self.keeper.keep(Draft(call, text, 0, "start", None, "prose", 1))


def keeping(
    path: Path, play: Callable[[Desk], Coroutine[Any, Any, None]], hooks: Hooks | None = None
) -> Desk:
    async def run() -> Desk:
        store = Store.open(path / "a.db", threads=Inline(power_safe=False), hooks=hooks or Hooks())
        bugs: list[BaseException] = []
        tasks = Tasks(lambda _, error: bugs.append(error))
        desk = Desk(DraftKeeper(store, tasks, lambda: NOW), store)
        clock = asyncio.get_running_loop().time
        desk.keeper.saved.connect(lambda draft: desk.saved.append((clock(), draft.call, draft.text)))
        desk.keeper.failed.connect(desk.failed.append)
        await play(desk)
        await tasks.close()
        await store.close()
        assert bugs == []
        return desk

    return run_virtual(run())


def test_a_pause_is_enough(tmp_path: Path) -> None:
    async def play(desk: Desk) -> None:
        desk.type("a")
        await asyncio.sleep(IDLE - 0.01)
        assert desk.saved == []
        await asyncio.sleep(0.02)
        assert [text for _, _, text in desk.saved] == ["a"]
        await asyncio.sleep(10)
        assert len(desk.saved) == 1, "nothing new, nothing written"

    keeping(tmp_path, play)


def test_who_never_pauses_is_kept_all_the_same(tmp_path: Path) -> None:
    async def play(desk: Desk) -> None:
        typed = []
        for number in range(100):
            desk.type(str(number))
            typed.append((asyncio.get_running_loop().time(), str(number)))
            await asyncio.sleep(0.05)
        await asyncio.sleep(IDLE + 0.01)
        written = [at for at, _, _ in desk.saved]
        assert all(later - sooner <= MOST + 0.06 for sooner, later in itertools.pairwise(written))
        assert len(written) < 12, "not with each key"
        for at, text in typed:
            kept = min(when for when, _, other in desk.saved if int(other) >= int(text))
            assert kept - at <= MOST + 0.01

    keeping(tmp_path, play)


def test_each_call_keeps_its_own_text(tmp_path: Path) -> None:
    async def play(desk: Desk) -> None:
        desk.type("one", 1)
        desk.type("two", 2)
        await desk.keeper.save()
        assert {(call, text) for _, call, text in desk.saved} == {(1, "one"), (2, "two")}
        desk.type("one more", 1)
        await desk.keeper.drop(1, "submitted")
        await asyncio.sleep(1)
        assert [draft.call for draft in await desk.store.drafts.all()] == [2]
        assert [version.text for version in await desk.store.drafts.history(1)] == ["one more", "one"]
        assert desk.keeper.calls == {2}

    keeping(tmp_path, play)


def test_what_is_typed_while_a_draft_is_dropped_is_a_new_draft(tmp_path: Path) -> None:
    async def play(desk: Desk) -> None:
        desk.type("old")
        dropping = asyncio.get_running_loop().create_task(desk.keeper.drop(1, "discarded"))
        await asyncio.sleep(0)
        desk.type("new")
        await dropping
        await desk.keeper.save()
        draft = await desk.store.drafts.get(1)
        assert draft is not None
        assert draft.text == "new"

    keeping(tmp_path, play)


def test_a_disk_that_refuses_is_said_and_asked_again(tmp_path: Path) -> None:
    full = [True]

    def refuse() -> None:
        if full[0] and opened[0]:
            raise OSError(28, "No space left on device")

    opened = [False]

    async def play(desk: Desk) -> None:
        opened[0] = True
        desk.type("kept in memory")
        await asyncio.sleep(1)
        assert desk.saved == []
        assert desk.failed[-1] is not None
        assert desk.failed[-1].retry
        draft = desk.keeper.get(1)
        assert draft is not None
        assert draft.text == "kept in memory"
        full[0] = False
        await asyncio.sleep(5)
        assert [text for _, _, text in desk.saved] == ["kept in memory"]
        assert desk.failed[-1] is None

    keeping(tmp_path, play, Hooks(before_commit=refuse))


@pytest.mark.parametrize("text", ["start", "other"])
def test_a_text_like_its_start_is_forgotten(tmp_path: Path, text: str) -> None:
    async def play(desk: Desk) -> None:
        desk.type("changed")
        await desk.keeper.save()
        desk.type(text)
        await desk.keeper.save()
        assert (desk.keeper.get(1) is None) == (text == "start")
        assert len(await desk.store.drafts.all()) == (text != "start")

    keeping(tmp_path, play)


def test_a_draft_that_could_not_be_dropped_is_still_there(tmp_path: Path) -> None:
    full = [False]

    def refuse() -> None:
        if full[0]:
            raise OSError(28, "No space left on device")

    async def play(desk: Desk) -> None:
        full[0] = True
        desk.type("not on the disk yet")
        with pytest.raises(Exception, match="space"):
            await desk.keeper.drop(1, "begun")
        full[0] = False
        await desk.keeper.save()
        assert [draft.text for draft in await desk.store.drafts.all()] == ["not on the disk yet"]

    keeping(tmp_path, play, Hooks(before_commit=refuse))


def test_what_was_dropped_while_a_disk_refused_stays_dropped(tmp_path: Path) -> None:
    refusals = [0]

    def refuse() -> None:
        if refusals[0]:
            refusals[0] -= 1
            raise OSError(28, "No space left on device")

    async def play(desk: Desk) -> None:
        desk.type("given up")
        refusals[0] = 1
        saving = asyncio.get_running_loop().create_task(desk.keeper.save())
        await asyncio.sleep(0)
        await desk.keeper.drop(1, "discarded")
        assert not await saving
        await asyncio.sleep(5)
        assert await desk.store.drafts.all() == []

    keeping(tmp_path, play, Hooks(before_commit=refuse))
