"""Many calls in one act: selections, steps, crashes in between, progress."""

from pathlib import Path

import pytest

from atlas_desktop.domain.opinion import Edit
from atlas_desktop.domain.query import Query
from atlas_desktop.domain.selection import AllMatching, Some
from atlas_desktop.store import audit, bulk
from atlas_desktop.store.store import Store
from tests.store.making import (
    INLINE,
    NOW,
    open_store,
    with_calls,
)


async def test_selections_and_lists_name_the_same_calls(store: Store) -> None:
    assert (await store.decisions.decide(Some(frozenset({1, 2})), "up", now=NOW)).count == 2
    all_but_one = AllMatching(Query(rating="none"), frozenset({4}))
    decided = await store.decisions.decide(all_but_one, "down", now=NOW)
    assert decided.count == 3
    assert decided.changed.calls == {3, 5, 6}
    assert (await store.decisions.decide([4, 4, 99], "up", now=NOW)).count == 1
    assert (await store.decisions.decide([], "up", now=NOW)).decision_id is None


async def test_progress_today_and_repeat(store: Store) -> None:
    assert await store.decisions.repeat_source() is None
    await store.decisions.decide([1, 2], "up", now=NOW)
    await store.decisions.decide([2, 3], "unsure", now=NOW)
    progress = await store.decisions.progress(Query(rating="none"))
    assert (progress.rated, progress.total) == (3, 6)
    start = round(NOW.timestamp() * 1000)
    assert await store.decisions.decided_since(start) == 3
    assert await store.decisions.decided_since(start + 1) == 0
    assert await store.decisions.repeat_source() == Edit(verdict="unsure")
    await store.decisions.undo(NOW)
    assert await store.decisions.decided_since(start) == 2
    assert await store.decisions.repeat_source() == Edit(verdict="up")


class Crash(BaseException):
    """The process dies here."""


async def test_a_large_act_goes_on_after_a_crash_and_undoes_in_one_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "STEP", 3)
    monkeypatch.setattr("atlas_desktop.store.decisions.AT_ONCE", 5)
    path = tmp_path / "w" / "atlas.db"
    await (await with_calls(path, 20)).close()
    for crash_at in range(1, 9):
        commits = 0

        def before_commit(crash_at: int = crash_at) -> None:
            nonlocal commits
            commits += 1
            if commits == crash_at:
                raise Crash

        from atlas_desktop.database.database import Hooks

        store = open_store(path, INLINE, Hooks(before_commit=before_commit))
        begun = True
        try:
            decided = await store.decisions.decide(AllMatching(Query()), "up", now=NOW)
            assert decided.count == 20
        except Crash:
            begun = crash_at > 1
        await store.close()
        store = open_store(path)
        rated = list(await store.calls.ids(Query(rating="thumbs_up")))
        assert len(rated) == (20 if begun else 0), "all of it or nothing of it"
        assert (await store.outbox.counts()).ready == len(rated)
        undone = await store.decisions.undo(NOW)
        assert (undone is not None) == begun
        assert len(await store.calls.ids(Query(rating="none"))) == 20
        assert await store.database.read(audit.violations) == []
        await store.close()


async def test_a_decision_during_a_large_one_finds_it_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import asyncio

    from atlas_desktop.database.database import Threads

    monkeypatch.setattr(bulk, "STEP", 2)
    monkeypatch.setattr("atlas_desktop.store.decisions.AT_ONCE", 5)
    store = await with_calls(tmp_path / "w" / "atlas.db", 30, Threads(2))
    large, single = await asyncio.gather(
        store.decisions.decide(AllMatching(Query()), "up", now=NOW),
        store.decisions.decide([30], "down", now=NOW),
    )
    assert large.count == 30
    assert single.count == 1
    assert list(await store.calls.ids(Query(rating="thumbs_down"))) == [30]
    assert await store.decisions.undo(NOW) is not None
    assert len(await store.calls.ids(Query(rating="thumbs_up"))) == 30
    assert await store.database.read(audit.violations) == []
    await store.close()
