"""From draft to golden over a real server: gates, fix list, re-scoring, promotion, training."""

from pathlib import Path

from atlas_desktop.app.gate_state import GateState
from atlas_desktop.contract.evaluators import EvaluatorCreate
from tests.app.loop_desk import loop_desk

BAD = "```5 USD```"


def standing(state: GateState) -> dict[str, tuple[float | None, bool, str | None]]:
    return {gate.id: (gate.standing.score, gate.standing.met, gate.standing.reason) for gate in state.gates}


async def test_the_whole_way_from_unscored_to_training(tmp_path: Path) -> None:
    async with loop_desk(tmp_path) as desk:
        await desk.define(("ev_fence", 1.0), ("ev_euro", 0.75))
        dataset = await desk.draft("1 EUR", "2 EUR", BAD, "4 USD")
        state = await desk.follow(dataset)
        assert standing(state) == {
            "ev_fence": (None, False, "not_evaluated"), "ev_euro": (None, False, "not_evaluated"),
        }  # fmt: skip

        state = await desk.score()
        assert standing(state) == {"ev_fence": (0.75, False, None), "ev_euro": (0.5, False, None)}
        assert not state.can_promote
        assert state.gate("ev_fence").run.distribution == [1, 0, 0, 0, 0, 0, 0, 0, 0, 3]  # type: ignore[union-attr]

        assert await desk.promotion.promote() == "unmet"
        state = desk.promotion.state
        assert {gate.evaluator_id: gate.score for gate in state.refused} == {"ev_fence": 0.75, "ev_euro": 0.5}
        assert state.open_gate is not None
        assert state.open_gate.id == "ev_fence"
        assert state.entry is not None
        assert (state.entry.text, state.entry.needed, state.entry.score) == (BAD, True, 0.0)
        euro = state.gate("ev_euro")
        assert euro is not None
        assert euro.fixes is not None
        assert (len(euro.fixes.needed), len(euro.fixes.others)) == (1, 1)

        bad = state.entry.item_id
        dataset = await desk.fix(dataset, bad, "3 EUR")
        state = await desk.follow(dataset)
        assert state.entry is not None
        assert (state.entry.edited, state.entry.text) == (True, "3 EUR")
        euro = state.gate("ev_euro")
        assert euro is not None
        assert [(each.text, each.edited) for each in euro.entries if each.item_id == bad] == [("3 EUR", True)]
        dataset = await desk.fix(dataset, bad, "3.00 EUR")
        state = await desk.follow(dataset)
        assert state.entry is not None
        assert state.entry.text == "3.00 EUR"
        assert state.edited == {bad}
        assert not state.can_promote

        state = await desk.score()
        assert standing(state) == {"ev_fence": (1.0, True, None), "ev_euro": (0.75, True, None)}
        assert state.fixing is None
        assert state.edited == frozenset()
        assert state.can_promote
        assert desk.said[-1] == "Every gate holds: this can be promoted"

        assert await desk.promotion.promote() == "golden"
        await desk.promotion.settled()
        state = desk.promotion.state
        assert state.golden
        assert [made.promoted_by for made in state.promotions] == ["alice"]
        assert [gate.score for gate in state.promotions[0].gates] == [1.0, 0.75]
        assert await desk.promotion.request_training("Quarterly retrain.")
        assert [asked.notes for asked in desk.promotion.state.trainings] == ["Quarterly retrain."]
        await desk.follow(await desk.client.datasets.get(dataset.id))
        assert [asked.status for asked in desk.promotion.state.trainings] == ["requested"]


async def test_scores_of_items_as_they_were_stay_to_be_worked_through(tmp_path: Path) -> None:
    async with loop_desk(tmp_path) as desk:
        await desk.define(("ev_fence", 1.0))
        dataset = await desk.draft(BAD, BAD, "3")
        await desk.follow(dataset)
        await desk.score()
        desk.promotion.open_fixes()
        first, second = (entry.item_id for entry in desk.promotion.state.open_gate.entries)  # type: ignore[union-attr]
        dataset = await desk.fix(dataset, first, "1")
        assert desk.promotion.state.entry is not None
        assert desk.promotion.state.entry.item_id == second
        desk.promotion.refresh()
        state = await desk.follow(dataset)
        gate = state.open_gate
        assert gate is not None
        assert gate.standing.reason == "stale"
        assert gate.last == 1 / 3
        assert [(entry.item_id, entry.edited) for entry in gate.entries] == [(first, True), (second, False)]
        state = await desk.score()
        assert state.open_gate is not None
        assert [entry.item_id for entry in state.open_gate.entries] == [second]
        assert state.entry is not None
        assert desk.said[-1] == "The gate does not hold"


async def test_a_gate_of_similarity_is_scored_on_what_production_answered(tmp_path: Path) -> None:
    async with loop_desk(tmp_path) as desk:
        await desk.define(("ev_fence", 1.0))
        await desk.client.evaluators.create(EvaluatorCreate(id="ev_near", kind="embedding_match"))
        await desk.gates(("ev_fence", 1.0), ("ev_near", 0.1))
        await desk.follow(await desk.draft("answer 0 USD", "answer 1 USD"))
        state = await desk.score()
        near = state.gate("ev_near")
        assert near is not None
        assert near.standing.score is not None
        assert near.standing.score > 0.99
        assert state.can_promote


async def test_without_gates_a_person_has_to_say_so(tmp_path: Path) -> None:
    async with loop_desk(tmp_path) as desk:
        await desk.define()
        state = await desk.follow(await desk.draft("1"))
        assert (state.phase, state.gates) == ("ready", ())
        assert await desk.promotion.promote() == "ask"
        assert await desk.promotion.promote(acknowledge_no_gates=True) == "golden"
        await desk.promotion.settled()
        assert desk.promotion.state.promotions[0].acknowledged_no_gates


async def test_an_empty_dataset_says_what_the_server_says(tmp_path: Path) -> None:
    async with loop_desk(tmp_path) as desk:
        await desk.define(("ev_fence", 1.0))
        await desk.follow(await desk.draft())
        assert await desk.promotion.promote() == "no"
        problem = desk.promotion.state.problem
        assert problem is not None
        assert problem.code == "dataset_empty"


async def test_without_a_server_it_is_said_and_nothing_is_lost(tmp_path: Path) -> None:
    async with loop_desk(tmp_path) as desk:
        await desk.define(("ev_fence", 1.0))
        dataset = await desk.draft(BAD)
        desk.online = False
        assert (await desk.follow(dataset)).phase == "away"
        desk.online = True
        desk.promotion.back_online()
        await desk.promotion.settled()
        state = await desk.score()
        desk.online = False
        assert await desk.promotion.promote() == "no"
        assert desk.promotion.state.problem is not None
        assert desk.promotion.state.problem.code == "not_online"
        assert standing(desk.promotion.state) == standing(state)


async def test_reading_another_dataset_leaves_the_first_ones_answer_alone(tmp_path: Path) -> None:
    async with loop_desk(tmp_path) as desk:
        await desk.define(("ev_fence", 1.0))
        first, second = await desk.draft(BAD), await desk.draft("fine", name="Other")
        await desk.follow(first)
        await desk.score()
        desk.promotion.follow(second)
        desk.promotion.refresh()
        await desk.promotion.settled()
        state = desk.promotion.state
        assert state.dataset == second
        assert standing(state) == {"ev_fence": (None, False, "not_evaluated")}
        assert all(seen.dataset == first or not seen.edited for seen in desk.seen)


async def test_of_a_server_that_does_not_tell_the_gates_its_runs_do(tmp_path: Path) -> None:
    async with loop_desk(tmp_path) as desk:
        await desk.define(("ev_fence", 1.0), ("ev_euro", 0.75))
        dataset = await desk.draft("1 EUR", "2 EUR", BAD, "4 USD")
        desk.lacks = {"gates", "promotions", "results"}
        state = await desk.follow(dataset)
        assert state.phase == "ready"
        assert standing(state)["ev_euro"] == (None, False, "not_evaluated")
        state = await desk.score()
        assert standing(state) == {"ev_fence": (0.75, False, None), "ev_euro": (0.5, False, None)}
        assert state.gates[0].fixes is None
        assert await desk.promotion.promote() == "unmet"
        assert len(desk.promotion.state.refused) == 2

        for item, text in zip((await desk.items(dataset))[2:], ("3 EUR", "4 EUR"), strict=True):
            dataset = await desk.fix(dataset, item.id, text)
        desk.promotion.refresh()
        state = await desk.follow(dataset)
        assert standing(state)["ev_euro"] == (None, False, "stale")
        state = await desk.score()
        assert state.can_promote
        assert await desk.promotion.promote() == "golden"
        await desk.promotion.settled()
        assert desk.promotion.state.phase == "ready"
