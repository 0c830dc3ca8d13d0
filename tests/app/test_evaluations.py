"""Runs over a real server: begun, watched, cancelled, read, compared."""

from pathlib import Path

from atlas_desktop.app.evaluations import begin
from atlas_desktop.contract.evaluations import Evaluation
from tests.app.loop_desk import loop_desk


async def test_a_run_is_begun_watched_and_read_worst_first(tmp_path: Path) -> None:
    async with loop_desk(tmp_path) as desk:
        await desk.define()
        dataset = await desk.draft("```a```", "b", "```c```")
        ended: list[Evaluation] = []
        desk.runs.ended.connect(ended.append)
        desk.runs.follow(dataset.id)
        await desk.runs.settled()
        assert desk.runs.state.phase == "ready"
        assert {each.id for each in desk.runs.state.evaluators} == {"ev_fence", "ev_euro"}
        await desk.runs.start(["ev_fence", "ev_euro"])
        await desk.runs.settled()
        state = desk.runs.state
        assert state.at_hand is not None
        assert state.at_hand.status == "completed"
        assert [run.id for run in ended] == [state.at_hand.id]
        assert state.results is not None
        assert state.results.whole
        assert state.results.evaluator_id == "ev_euro"
        assert [row.score for row in state.results.rows] == [0.0, 0.0, 0.0]
        desk.runs.choose(state.at_hand.id, "ev_fence")
        await desk.runs.settled()
        assert desk.runs.state.results is not None
        assert [row.score for row in desk.runs.state.results.rows] == [0.0, 0.0, 1.0]


async def test_results_come_page_by_page_each_once(tmp_path: Path) -> None:
    async with loop_desk(tmp_path) as desk:
        await desk.define()
        dataset = await desk.draft(*(f"{at} EUR" if at % 3 else f"{at}" for at in range(450)))
        desk.runs.follow(dataset.id)
        await desk.runs.settled()
        await desk.runs.start(["ev_euro"])
        await desk.runs.settled()
        read = [0]
        while desk.runs.state.results is not None and not desk.runs.state.results.whole:
            read.append(len(desk.runs.state.results.rows))
            assert read[-1] > read[-2]
            desk.runs.more()
            await desk.runs.settled()
        rows = desk.runs.state.results.rows if desk.runs.state.results is not None else ()
        assert len({row.item_id for row in rows}) == len(rows) == 450
        assert [row.score for row in rows] == sorted(row.score or 0.0 for row in rows)


async def test_two_runs_show_what_flipped(tmp_path: Path) -> None:
    async with loop_desk(tmp_path) as desk:
        await desk.define()
        dataset = await desk.draft("a", "b EUR", "c", "d EUR")
        desk.runs.follow(dataset.id)
        await desk.runs.settled()
        await desk.runs.start(["ev_euro"])
        await desk.runs.settled()
        first, second, *_ = await desk.items(dataset)
        await desk.fix(dataset, first.id, "a EUR")
        await desk.fix(dataset, second.id, "b")
        await desk.runs.start(["ev_euro"])
        await desk.runs.settled()
        after = desk.runs.state.at_hand
        assert after is not None
        before = desk.runs.state.before(after, "ev_euro")
        assert before is not None
        await desk.runs.compare(before.id, after.id, "ev_euro", 1.0)
        found = desk.runs.state.comparison
        assert found is not None
        assert (found.flips.fixed, found.flips.broke) == ((first.id,), (second.id,))
        assert (len(found.flips.kept), len(found.flips.still)) == (1, 1)
        assert found.flips.p_value == 1.0
        assert found.versions == (1, 1)
        desk.runs.end_comparison()
        assert desk.runs.state.comparison is None


async def test_the_worst_evaluator_is_shown_until_one_is_chosen(tmp_path: Path) -> None:
    async with loop_desk(tmp_path) as desk:
        await desk.define()
        dataset = await desk.draft("1", "2 EUR")
        desk.runs.follow(dataset.id)
        await desk.runs.settled()
        for chosen, shown in ((None, "ev_euro"), ("ev_fence", "ev_fence"), (None, "ev_fence")):
            await desk.runs.start(["ev_fence", "ev_euro"])
            await desk.runs.settled()
            if chosen is not None:
                desk.runs.choose(desk.runs.state.chosen, chosen)
                await desk.runs.settled()
            results = desk.runs.state.results
            assert results is not None
            assert (results.evaluator_id, len(results.rows)) == (shown, 2)


async def test_who_comes_back_is_at_a_run_begun_meanwhile_and_who_stays_is_not_moved(tmp_path: Path) -> None:
    async with loop_desk(tmp_path) as desk:
        await desk.define()
        dataset = await desk.draft("1 EUR")
        runs = desk.runs
        runs.follow(dataset.id)
        await runs.settled()
        await runs.start(["ev_euro"])
        await runs.settled()
        first = runs.state.chosen
        second = await begin(runs._ask, dataset.id, ["ev_euro"], "expected")
        runs.refresh()
        await runs.settled()
        assert (len(runs.state.runs), runs.state.chosen) == (2, first)
        runs.follow(dataset.id)
        await runs.settled()
        assert runs.state.chosen == second.id
        runs.choose(first)
        runs.follow(dataset.id)
        await runs.settled()
        assert runs.state.chosen == first


async def test_another_dataset_has_its_own_runs(tmp_path: Path) -> None:
    async with loop_desk(tmp_path) as desk:
        await desk.define()
        first, second = await desk.draft("a"), await desk.draft("b", name="Other")
        desk.runs.follow(first.id)
        await desk.runs.settled()
        await desk.runs.start(["ev_euro"])
        desk.runs.follow(second.id)
        await desk.runs.settled()
        assert desk.runs.state.runs == ()
        assert desk.runs.state.results is None


async def test_what_the_server_refuses_is_said_beside_the_runs(tmp_path: Path) -> None:
    async with loop_desk(tmp_path) as desk:
        await desk.define()
        dataset = await desk.draft("a")
        desk.runs.follow(dataset.id)
        await desk.runs.settled()
        await desk.runs.start(["ev_nobody"])
        assert desk.runs.state.problem is not None
        assert not desk.runs.state.starting
        desk.online = False
        await desk.runs.start(["ev_euro"])
        assert desk.runs.state.problem is not None
        assert desk.runs.state.problem.code == "not_online"
