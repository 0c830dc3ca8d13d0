from pathlib import Path

import pytest

from atlas_desktop.app.outbox import OutboxView
from atlas_desktop.store.changed import Changed
from atlas_desktop.store.settled import Rejected
from atlas_desktop.tasks import Tasks
from tests.app.desk import desk


@pytest.mark.parametrize("act", ["retry", "discard"])
async def test_what_was_refused_is_shown_and_can_be_sent_again_or_given_up(tmp_path: Path, act: str) -> None:
    async with desk(tmp_path / "atlas.db", 5) as it:
        bugs: list[BaseException] = []
        tasks = Tasks(lambda _name, error: bugs.append(error))
        view = OutboxView(it.store, tasks)
        wrote: list[Changed] = []
        view.wrote.connect(wrote.append)
        it.review.changed.connect(view.store_changed)
        for _ in range(3):
            await it.rate("up")
        await view.through()
        assert (view.counts.pending, view.items) == (3, ())
        _, _, last = await it.store.outbox.eligible(3, 1_000_000)
        await it.store.outbox.mark_inflight([last.seq])
        view.store_changed(
            await it.store.outbox.settle([Rejected(last.seq, 404, "call_not_found", "No such call.")])
        )
        await view.through()
        assert [item.state for item in view.items] == ["rejected"]
        assert view.items[0].message == "No such call."
        assert view.counts.needs_you == 1
        await getattr(view, act)(last.seq)
        await view.through()
        assert view.counts.needs_you == 0
        assert view.counts.pending == (3 if act == "retry" else 2)
        assert wrote[0].outbox
        await tasks.close()
        assert bugs == []


async def test_a_store_that_is_closed_is_said(tmp_path: Path) -> None:
    async with desk(tmp_path / "atlas.db", 1) as it:
        tasks = Tasks(lambda _name, error: None)
        view = OutboxView(it.store, tasks)
        await it.review.settled()
        await it.store.close()
        view.refresh()
        await view.through()
        assert view.problem is not None
        assert view.problem.at == "sync"
        await tasks.close()
