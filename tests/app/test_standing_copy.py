"""Without its server a dataset stands as it was read last: its gates and its runs, after a restart too."""

from pathlib import Path

from atlas_desktop.app.evaluations import Runs
from atlas_desktop.app.promotion import Promotion
from atlas_desktop.app.standing_copy import StandingCopy
from atlas_desktop.store.store import Store
from atlas_desktop.tasks import Tasks
from tests.app.loop_desk import LoopDesk, loop_desk


def begun(desk: LoopDesk, store: Store, bugs: list[BaseException]) -> tuple[Promotion, Runs]:
    """As a start of the program makes them."""
    tasks, copy = Tasks(lambda _, error: bugs.append(error)), StandingCopy(store)
    return Promotion(desk.ask, tasks, copy, look_again=0.01), Runs(desk.ask, tasks, copy, look_again=0.01)


async def test_gates_and_runs_are_there_offline_after_a_restart(tmp_path: Path) -> None:
    bugs: list[BaseException] = []
    store = Store.open(tmp_path / "store.db")
    async with loop_desk(tmp_path) as desk:
        await desk.define(("ev_fence", 1.0), ("ev_euro", 0.5))
        dataset = await desk.draft("1 EUR", "```2 EUR```", "3 USD")
        await store.datasets.put(dataset)
        promotion, runs = begun(desk, store, bugs)
        promotion.follow(dataset)
        await promotion.settled()
        promotion.score()
        await promotion.settled()
        runs.follow(dataset.id)
        await runs.settled()
        seen, listed = promotion.state, runs.state.runs
        assert [gate.standing.score for gate in seen.gates] == [2 / 3, 2 / 3]

        desk.online = False
        promotion, runs = begun(desk, store, bugs)
        promotion.follow(dataset)
        runs.follow(dataset.id)
        await promotion.settled()
        await runs.settled()
        offline = promotion.state
        assert offline.phase == "away"
        assert [gate.standing for gate in offline.gates] == [gate.standing for gate in seen.gates]
        assert [gate.run for gate in offline.gates] == [gate.run for gate in seen.gates]
        assert not offline.can_promote
        assert (runs.state.phase, runs.state.runs) == ("away", listed)

        desk.online = True
        promotion.back_online()
        runs.back_online()
        await promotion.settled()
        await runs.settled()
        assert promotion.state.phase == runs.state.phase == "ready"
        assert promotion.state.gates[0].fixes is not None
        runs.choose(listed[0].id)
        await runs.settled()
        assert runs.state.results is not None
        assert runs.state.results.rows
    await store.close()
    assert bugs == []


async def test_nothing_is_kept_of_a_dataset_that_is_not_here(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "store.db")
    async with loop_desk(tmp_path) as desk:
        await desk.define(("ev_fence", 1.0))
        dataset = await desk.draft("1 EUR")
        promotion, _ = begun(desk, store, [])
        promotion.follow(dataset)
        await promotion.settled()
        desk.online = False
        promotion, _ = begun(desk, store, [])
        promotion.follow(dataset)
        await promotion.settled()
        assert (promotion.state.phase, promotion.state.gates) == ("away", ())
    await store.close()
