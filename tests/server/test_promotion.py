"""Gates as they stand, promotion, its trail; over HTTP, on a real database."""

from typing import Any

import pytest

from atlas_desktop.contract.promotions import Gates, Promotion
from tests.server.loop import GATES, define, draft, gates, item, run, wanted
from tests.server.talk import ALICE, BOB, NARROW, OTHER, Talk, call_line, error_of

LONG = '{"a long one": 1234567890}'


@pytest.fixture
def defined(talk: Talk) -> Talk:
    define(talk)
    return talk


def refused(talk: Talk, dataset: str) -> dict[str, dict[str, Any]]:
    """The gates that keep it from being promoted, in the seeds' form."""
    body = wanted(talk.post(f"/datasets/{dataset}/promote"), 400)
    assert body["error"] == "ship_gates_unmet"
    assert set(body) == {"error", "failedGates", "message"}
    return {gate["evaluator_id"]: gate for gate in body["failedGates"]}


def test_a_draft_whose_gates_hold_becomes_golden(defined: Talk) -> None:
    dataset = draft(defined, [item(n) for n in range(3)])
    before = wanted(defined.get(f"/datasets/{dataset}"))
    done = run(defined, dataset)
    golden = wanted(defined.post(f"/datasets/{dataset}/promote", key=BOB))
    assert golden["status"] == "golden"
    assert golden["version"] == before["version"] + 1
    assert golden["promoted_at"] is not None
    assert golden["content_hash"] == before["content_hash"]
    (kept,) = wanted(defined.get(f"/datasets/{dataset}/promotions"))["data"]
    row = Promotion.model_validate(kept)
    assert (row.promoted_by, row.dataset_version, row.item_count) == ("bob", 2, 3)
    assert row.content_hash == before["content_hash"]
    assert [(gate.evaluator_id, gate.score, gate.min_score, gate.evaluation_id) for gate in row.gates] == [
        ("ev_short", 1.0, 1.0, done["id"]),
        ("ev_json", 1.0, 0.5, done["id"]),
    ]


def test_unmet_gates_are_named_with_their_scores_and_nothing_changes(defined: Talk) -> None:
    dataset = draft(defined, [item(1), item(2, LONG)])
    before = wanted(defined.get(f"/datasets/{dataset}"))
    assert refused(defined, dataset) == {
        "ev_short": {"evaluator_id": "ev_short", "score": None, "min_score": 1.0, "reason": "not_evaluated"},
        "ev_json": {"evaluator_id": "ev_json", "score": None, "min_score": 0.5, "reason": "not_evaluated"},
    }
    run(defined, dataset)
    assert refused(defined, dataset) == {
        "ev_short": {"evaluator_id": "ev_short", "score": 0.5, "min_score": 1.0}
    }
    assert wanted(defined.get(f"/datasets/{dataset}")) == before
    assert wanted(defined.get(f"/datasets/{dataset}/promotions"))["data"] == []


def test_an_edit_makes_the_gates_stale_until_they_are_scored_again(defined: Talk) -> None:
    dataset = draft(defined, [item(1), item(2)])
    run(defined, dataset)
    assert gates(defined, dataset)[""]["met"] is True
    (first, _) = wanted(defined.get(f"/datasets/{dataset}/items"))["data"]
    wanted(defined("PATCH", f"/datasets/{dataset}/items/{first['id']}", json={"expected_output": "{}"}))
    found = refused(defined, dataset)
    assert {gate["reason"] for gate in found.values()} == {"stale"}
    assert {gate["score"] for gate in found.values()} == {None}
    run(defined, dataset)
    wanted(defined.post(f"/datasets/{dataset}/promote"))


def test_a_changed_evaluator_makes_its_gate_stale_also_of_a_golden_dataset(defined: Talk) -> None:
    dataset = draft(defined, [item(1)])
    run(defined, dataset)
    wanted(defined.post(f"/datasets/{dataset}/promote"))
    wanted(defined("PATCH", "/evaluators/ev_short", json={"config": {"pattern": "^.{0,5}$"}}))
    found = gates(defined, dataset)
    assert (found["ev_short"]["reason"], found["ev_json"]["reason"]) == ("stale", None)
    run(defined, dataset, "ev_short")
    found = gates(defined, dataset)
    assert (found["ev_short"]["score"], found["ev_short"]["met"]) == (0.0, False)
    assert Gates.model_validate(found[""]).met is False


def test_a_judge_that_could_not_score_lifts_no_gate(talk: Talk) -> None:
    judge = {"id": "ev_judge", "kind": "llm_judge", "config": {"rubric": "good?"}}
    wanted(talk.post("/evaluators", judge))
    define(talk, [{"evaluator_id": "ev_judge", "min_score": 0.0}])
    dataset = draft(talk, [item(1), item(2)])
    run(talk, dataset, "ev_judge")
    assert refused(talk, dataset)["ev_judge"] == {
        "evaluator_id": "ev_judge",
        "score": None,
        "min_score": 0.0,
        "reason": "incomplete",
        "unscored": 2,
    }


def test_recorded_answers_do_not_stand_for_the_expected(defined: Talk) -> None:
    dataset = draft(defined, [item(1, predicted="{}")])
    run(defined, dataset, predictions="recorded")
    assert {gate["reason"] for gate in refused(defined, dataset).values()} == {"not_evaluated"}


def test_a_tightened_gate_is_asked_at_once(defined: Talk) -> None:
    dataset = draft(defined, [item(1), item(2, "no JSON")])
    run(defined, dataset)
    assert gates(defined, dataset)[""]["met"] is True
    tighter = [GATES[0], {"evaluator_id": "ev_json", "min_score": 0.75}]
    wanted(defined("PATCH", "/operations/greet", json={"ship_gates": tighter}))
    assert refused(defined, dataset)["ev_json"] == {
        "evaluator_id": "ev_json",
        "score": 0.5,
        "min_score": 0.75,
    }


def test_what_cannot_be_promoted_says_why(talk: Talk) -> None:
    define(talk, [])
    dataset = draft(talk)
    promote = f"/datasets/{dataset}/promote"
    assert error_of(talk.post(promote))[::2] == (409, "dataset_empty")
    wanted(talk.post(f"/datasets/{dataset}/items", [item(1)]))
    assert error_of(talk.post(promote))[::2] == (409, "no_ship_gates")
    wanted(talk.post(promote, {"acknowledge_no_gates": True}))
    assert error_of(talk.post(promote))[::2] == (409, "dataset_not_draft")
    (row,) = wanted(talk.get(f"/datasets/{dataset}/promotions"))["data"]
    assert row["acknowledged_no_gates"] is True
    assert error_of(talk.post("/datasets/ds_nothing/promote"))[::2] == (404, "dataset_not_found")
    assert error_of(talk.get("/datasets/ds_nothing/gates"))[::2] == (404, "dataset_not_found")


def test_an_operation_that_was_only_seen_promotes_nothing(talk: Talk) -> None:
    talk.lines([{"source_id": "s", "model": "m", "messages": [], "output": "x", "operation": "greet"}])
    dataset = draft(talk, [item(1)])
    assert error_of(talk.post(f"/datasets/{dataset}/promote"))[::2] == (409, "operation_not_defined")


def test_a_golden_dataset_is_edited_as_a_branch_and_promoted_again(defined: Talk) -> None:
    first = draft(defined, [item(1)])
    run(defined, first)
    wanted(defined.post(f"/datasets/{first}/promote"))
    assert error_of(defined.post(f"/datasets/{first}/items", [item(2)]))[::2] == (409, "dataset_not_draft")
    second = wanted(defined.post(f"/datasets/{first}/branch"))["id"]
    wanted(defined.post(f"/datasets/{second}/items", [item(2)]))
    assert {gate["reason"] for gate in refused(defined, second).values()} == {"not_evaluated"}
    run(defined, second)
    assert wanted(defined.post(f"/datasets/{second}/promote"))["version"] == 3


def test_the_same_request_again_is_answered_as_before(defined: Talk) -> None:
    dataset = draft(defined, [item(1)])
    headers = {"idempotency-key": "once"}
    refusal = defined.post(f"/datasets/{dataset}/promote", headers=headers)
    assert refusal.status_code == 400
    run(defined, dataset)
    again = defined.post(f"/datasets/{dataset}/promote", headers=headers)
    assert (again.status_code, again.json()) == (400, refusal.json())
    assert again.headers["idempotent-replayed"] == "true"
    wanted(defined.post(f"/datasets/{dataset}/promote", headers={"idempotency-key": "twice"}))


def test_another_organization_and_a_narrowed_key_see_and_promote_nothing(defined: Talk) -> None:
    dataset = draft(defined, [item(1)])
    run(defined, dataset)
    for method, path in (("GET", "gates"), ("POST", "promote"), ("GET", "promotions"), ("GET", "training")):
        target = f"/datasets/{dataset}/{path}"
        assert defined(method, target, key=OTHER).status_code == 404
        narrow = defined(method, target, key=NARROW).status_code
        assert narrow == (403 if method == "POST" else 404)
    assert defined.post(f"/datasets/{dataset}/training", key=NARROW).status_code == 403
    assert defined.post(f"/datasets/{dataset}/training", key=OTHER).status_code == 404
    assert wanted(defined.get(f"/datasets/{dataset}", key=ALICE))["status"] == "draft"


def test_a_version_that_nobody_has_defined_yet_is_not_scored_by_another_ones_schema(talk: Talk) -> None:
    """A draft from before the operation was defined: scored by the newest schema, its gate stood while that changed."""
    talk.lines([call_line(1, operation="greet", schema_version="next")])
    dataset = wanted(
        talk.post("/datasets", {"operation_id": "greet", "name": "Early", "schema_version": "next"})
    )["id"]
    wanted(talk.post(f"/datasets/{dataset}/items", [item(1, {"n": 1})]))
    wanted(talk.post("/evaluators", {"id": "ev_own", "kind": "json_schema"}))
    own = {"evaluator_id": "ev_own", "min_score": 1.0}
    wanted(talk.post("/operations", {"key": "greet", "output_schema": {}, "ship_gates": [own]}))
    run(talk, dataset, "ev_own")
    assert refused(talk, dataset)["ev_own"]["reason"] == "incomplete"
    named = {"output_schema": {"type": "string"}, "schema_version": "next"}
    wanted(talk("PATCH", "/operations/greet", json=named))
    assert refused(talk, dataset)["ev_own"]["reason"] == "incomplete"
    run(talk, dataset, "ev_own")
    assert refused(talk, dataset)["ev_own"]["score"] == 0.5


def test_no_item_weighs_so_little_that_a_gate_at_one_overlooks_it(defined: Talk) -> None:
    fails = item(1, LONG, weight=0.001)
    dataset = draft(defined, [fails, *(item(n, weight=1000) for n in range(2, 500))])
    run(defined, dataset)
    assert refused(defined, dataset)["ev_short"]["score"] < 1.0
    for weight in (1e-300, 0.0009, 0):
        told = wanted(defined.post(f"/datasets/{dataset}/items", [fails | {"weight": weight}]), 422)
        assert told["rejected"][0]["errors"][0]["path"] == "$.weight"
