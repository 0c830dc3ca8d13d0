"""Runs of evaluations as a client sees them: begun, scored, summed up, listed, cancelled, walled off."""

from typing import Any

import pytest

from atlas_desktop.contract.evaluations import Evaluation, EvaluationResult
from atlas_desktop.server.storage import evaluations
from tests.server.talk import ALICE, NARROW, OTHER, Talk, error_of

PII = {"id": "ev_pii", "kind": "regex", "config": {"pattern": "ssn", "must_match": False}}
SHAPE = {"id": "ev_shape", "kind": "json_schema", "config": {}}
NEAR = {"id": "ev_near", "kind": "embedding_match", "config": {"threshold": 0.9}}
JUDGE = {"id": "ev_judge", "kind": "llm_judge", "config": {"rubric": "Be brief."}}
SCHEMA = {"type": "object", "required": ["summary"], "properties": {"summary": {"type": "string"}}}


@pytest.fixture
def loop(talk: Talk) -> Talk:
    """A defined operation with four evaluators."""
    for evaluator in (PII, SHAPE, NEAR, JUDGE):
        assert talk.post("/evaluators", evaluator).status_code == 200
    assert talk.post("/operations", {"key": "greet", "output_schema": SCHEMA}).status_code == 200
    return talk


def item(number: int, **more: Any) -> dict[str, Any]:
    message = {"role": "user", "content": f"question {number}"}
    return {
        "input": {"messages": [message]},
        "expected_output": {"summary": f"answer {number}"},
        "predicted": f"my ssn {number}",
        **more,
    }


def dataset_of(talk: Talk, items: list[dict[str, Any]], **more: Any) -> str:
    name = str(talk.post("/datasets", {"operation_id": "greet", "name": "Greetings"}, **more).json()["id"])
    for start in range(0, len(items), 1000):
        answer = talk.post(f"/datasets/{name}/items", items[start : start + 1000], **more)
        assert answer.status_code == 200, answer.text
        assert not answer.json()["rejected"]
    return name


def run(talk: Talk, dataset: str, *evaluators: str, **more: Any) -> dict[str, Any]:
    answer = talk.post("/evaluations", {"dataset_id": dataset, "evaluator_ids": evaluators, **more})
    assert answer.status_code == 200, answer.text
    Evaluation.model_validate(answer.json())
    return dict(answer.json())


def results(talk: Talk, evaluation: str, query: str = "") -> list[dict[str, Any]]:
    """All results, from page to page."""
    found: list[dict[str, Any]] = []
    cursor = ""
    while True:
        page = talk.get(f"/evaluations/{evaluation}/results?limit=7{query}{cursor}").json()
        found += page["data"]
        if not page["has_more"]:
            break
        cursor = f"&cursor={page['next_cursor']}"
    for result in found:
        EvaluationResult.model_validate(result)
    return found


def test_a_run_scores_every_item_by_every_evaluator(loop: Talk) -> None:
    bad = item(7, expected_output={"summary": "an ssn"}, weight=3.0)
    dataset = dataset_of(loop, [*(item(n) for n in range(7)), bad])
    done = run(loop, dataset, "ev_pii", "ev_shape", "ev_pii")
    assert (done["status"], done["progress"]) == ("completed", {"done": 16, "total": 16})
    assert done["evaluator_ids"] == ["ev_pii", "ev_shape"]
    assert done["summaryScores"] == {"overall": 0.85, "ev_pii": 0.7, "ev_shape": 1.0}
    assert done["dataset_revision"] == loop.get(f"/datasets/{dataset}").json()["revision"]
    pii, shape = done["evaluators"]
    assert (pii["version"], pii["scored"], pii["unscored"], pii["passed"], pii["failed"]) == (1, 8, 0, 7, 1)
    assert pii["distribution"] == [1, 0, 0, 0, 0, 0, 0, 0, 0, 7]
    assert shape["kind"] == "json_schema"
    assert loop.get(f"/evaluations/{done['id']}").json() == done
    found = results(loop, done["id"])
    assert len({(row["item_id"], row["evaluator_id"]) for row in found}) == 16
    assert found[0]["prediction"] == '{"summary":"answer 0"}'
    assert [row["item_id"] for row in found] == sorted(row["item_id"] for row in found)


def test_the_worst_come_first_and_say_why(loop: Talk) -> None:
    unsaid = item(3)
    del unsaid["predicted"]
    right = item(4, predicted='{"summary": "fine"}')
    dataset = dataset_of(loop, [right, item(1), unsaid, item(2, predicted='{"summary": 1}')])
    done = run(loop, dataset, "ev_shape", predictions="recorded")
    assert done["summaryScores"] == {"overall": 0.5, "ev_shape": 0.5}
    found = results(loop, done["id"], "&order=worst&evaluator_id=ev_shape")
    assert [(row["score"], row["reason"]) for row in found] == [
        (None, "no_prediction"), (0.0, None), (0.5, None), (1.0, None),
    ]  # fmt: skip
    assert found[1]["prediction"] == "my ssn 1"
    assert found[1]["details"][0]["message"] == "the output is not JSON"
    assert found[2]["details"][0]["path"] == ["summary"]
    assert results(loop, done["id"], "&evaluator_id=ev_other") == []


def test_what_cannot_be_scored_has_no_number_but_a_reason(loop: Talk) -> None:
    dataset = dataset_of(loop, [item(n) for n in range(3)])
    done = run(loop, dataset, "ev_near", "ev_judge", "ev_pii")
    assert done["status"] == "completed"
    assert done["summaryScores"] == {"overall": 1.0, "ev_near": None, "ev_judge": None, "ev_pii": 1.0}
    reasons = {(row["evaluator_id"], row["reason"]) for row in results(loop, done["id"])}
    assert reasons == {("ev_near", "nothing_to_compare"), ("ev_judge", "no_judge"), ("ev_pii", None)}
    assert [one["unscored"] for one in done["evaluators"]] == [3, 3, 0]


def test_embeddings_compare_what_was_recorded_with_what_was_expected(loop: Talk) -> None:
    near = item(1, expected_output={"summary": "Hello there"}, predicted='{"summary": "Hello there"}')
    far = item(2, expected_output={"summary": "Hello there"}, predicted="The rain in Spain is mainly wet")
    done = run(loop, dataset_of(loop, [far, near]), "ev_near", predictions="recorded")
    found = results(loop, done["id"], "&order=worst")
    assert (found[0]["score"] < 0.9, found[0]["passed"]) == (True, False)
    assert found[1]["passed"] is True


def test_items_are_those_of_the_revision_it_began_with(loop: Talk) -> None:
    dataset = dataset_of(loop, [item(n) for n in range(3)])
    done = run(loop, dataset, "ev_pii")
    first = results(loop, done["id"])[0]
    patch = {"expected_output": {"summary": "changed ssn"}}
    assert loop("PATCH", f"/datasets/{dataset}/items/{first['item_id']}", json=patch).status_code == 200
    assert loop("DELETE", f"/datasets/{dataset}/items/{results(loop, done['id'])[1]['item_id']}").is_success
    assert results(loop, done["id"])[0] == first
    assert len(results(loop, done["id"])) == 3
    again = run(loop, dataset, "ev_pii")
    assert (again["summaryScores"]["ev_pii"], again["progress"]["total"]) == (0.5, 2)
    assert again["dataset_revision"] == done["dataset_revision"] + 2


def test_a_changed_evaluator_is_another_version_and_the_old_run_stays(loop: Talk) -> None:
    dataset = dataset_of(loop, [item(1)])
    first = run(loop, dataset, "ev_pii")
    loop("PATCH", "/evaluators/ev_pii", json={"config": {"pattern": "answer"}})
    second = run(loop, dataset, "ev_pii")
    assert [one["evaluators"][0]["version"] for one in (first, second)] == [1, 2]
    assert [one["summaryScores"]["ev_pii"] for one in (first, second)] == [1.0, 0.0]
    listed = loop.get(f"/evaluations?dataset_id={dataset}").json()["data"]
    assert listed == [second, first]
    page = loop.get("/evaluations?limit=1").json()
    assert page["data"] == [second]
    assert loop.get(f"/evaluations?limit=1&cursor={page['next_cursor']}").json()["data"] == [first]


def test_what_cannot_be_run_is_refused(loop: Talk) -> None:
    dataset = dataset_of(loop, [item(1)])
    empty = dataset_of(loop, [])

    def refused(**body: Any) -> tuple[int, str, str]:
        return error_of(
            loop.post("/evaluations", {"dataset_id": dataset, "evaluator_ids": ["ev_pii"], **body})
        )

    assert refused(dataset_id="ds_none") == (404, "not_found_error", "dataset_not_found")
    assert refused(evaluator_ids=["ev_pii", "ev_none"])[2] == "unknown_evaluator"
    assert refused(evaluator_ids=[])[0] == 422
    assert refused(dataset_id=empty) == (409, "conflict_error", "dataset_empty")
    assert refused(predictions="openai/gpt-5") == (503, "no_provider", "no_provider")
    assert loop.get("/evaluations").json()["data"] == []


def test_the_same_request_again_is_the_same_run(loop: Talk) -> None:
    body = {"dataset_id": dataset_of(loop, [item(1)]), "evaluator_ids": ["ev_pii"]}
    first, again = (loop.post("/evaluations", body, headers={"idempotency-key": "k"}) for _ in "12")
    assert first.json() == again.json()
    assert first.json()["status"] == "completed"
    assert again.headers["idempotent-replayed"] == "true"
    assert len(loop.get("/evaluations").json()["data"]) == 1
    other = body | {"evaluator_ids": ["ev_shape"]}
    assert (
        error_of(loop.post("/evaluations", other, headers={"idempotency-key": "k"}))[2]
        == "idempotency_conflict"
    )


def test_a_finished_run_is_not_cancelled(loop: Talk) -> None:
    done = run(loop, dataset_of(loop, [item(1)]), "ev_pii")
    assert error_of(loop.post(f"/evaluations/{done['id']}/cancel"))[2] == "evaluation_finished"
    assert error_of(loop.post("/evaluations/evr_none/cancel"))[0] == 404


def test_runs_are_seen_by_their_organization_only(loop: Talk) -> None:
    dataset = dataset_of(loop, [item(1)])
    done = run(loop, dataset, "ev_pii")
    for key in (OTHER, NARROW):
        assert loop.get(f"/evaluations/{done['id']}", key=key).status_code == 404
        assert loop.get(f"/evaluations/{done['id']}/results", key=key).status_code == 404
        assert loop.get("/evaluations", key=key).json()["data"] == []
        assert loop.get(f"/evaluations?dataset_id={dataset}", key=key).json()["data"] == []
    body = {"dataset_id": dataset, "evaluator_ids": ["ev_pii"]}
    assert error_of(loop.post("/evaluations", body, key=OTHER)) == (
        404,
        "not_found_error",
        "dataset_not_found",
    )
    assert error_of(loop.post("/evaluations", body, key=NARROW))[2] == "organization_key_required"
    assert error_of(loop.post(f"/evaluations/{done['id']}/cancel", key=OTHER))[0] == 404
    assert len(loop.get("/evaluations", key=ALICE).json()["data"]) == 1


def test_a_run_that_no_memory_holds_is_refused(loop: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluations, "MOST_RESULTS", 3)
    dataset = dataset_of(loop, [item(1), item(2)])
    body = {"dataset_id": dataset, "evaluator_ids": ["ev_pii", "ev_shape"]}
    refused = loop.post("/evaluations", body)
    assert error_of(refused) == (422, "invalid_request_error", "evaluation_too_large")
    assert run(loop, dataset, "ev_pii")["status"] == "completed"
