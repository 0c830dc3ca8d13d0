"""Evaluators: made, changed, bound to operations, and asked."""

from typing import Any

import pytest

from atlas_desktop.contract.evaluators import Evaluator, EvaluatorScore
from tests.server.talk import ALICE, BOB, NARROW, OTHER, Talk, call_line, error_of

REGEX = {"id": "ev_pii", "kind": "regex", "config": {"pattern": "ssn|credit card", "inverse": True}}
SCHEMA = {"type": "object", "required": ["summary"], "properties": {"summary": {"type": "string"}}}


def patch(talk: Talk, name: str, body: dict[str, Any]) -> Any:
    return talk("PATCH", f"/evaluators/{name}", json=body)


def ask(talk: Talk, name: str, body: dict[str, Any], **more: Any) -> Any:
    answer = talk.post(f"/evaluators/{name}/score", body, **more)
    assert answer.status_code == 200, answer.text
    EvaluatorScore.model_validate(answer.json())
    return answer.json()


def test_both_published_forms_of_making_one(talk: Talk) -> None:
    chosen = talk.post("/evaluators", REGEX).json()
    assert (chosen["id"], chosen["name"], chosen["version"]) == ("ev_pii", "ev_pii", 1)
    assert chosen["config"] == REGEX["config"]
    named = talk.post(
        "/evaluators", {"name": "PII", "kind": "regex", "config": {"pattern": "a", "must_match": False}}
    ).json()
    assert named["id"].startswith("ev_")
    assert named["name"] == "PII"
    assert talk.get(f"/evaluators/{named['id']}").json() == named
    Evaluator.model_validate(named)
    assert error_of(talk.post("/evaluators", REGEX)) == (409, "conflict_error", "evaluator_exists")


def test_true_is_another_rule_than_one(talk: Talk) -> None:
    talk.post("/evaluators", {"id": "ev_one", "kind": "json_schema", "config": {"schema": {"const": 1}}})
    changed = patch(talk, "ev_one", {"config": {"schema": {"const": True}}}).json()
    assert (changed["version"], repr(changed["config"]["schema"]["const"])) == (2, "True")


def test_the_same_request_again_is_one_evaluator(talk: Talk) -> None:
    body = {"kind": "json_schema"}
    first, again = (talk.post("/evaluators", body, headers={"idempotency-key": "k"}) for _ in "12")
    assert first.json() == again.json()
    assert again.headers["idempotent-replayed"] == "true"
    assert len(talk.get("/evaluators").json()["data"]) == 1


@pytest.mark.parametrize(
    ("kind", "config", "place", "words"),
    [
        ("regex", {}, ["config", "pattern"], "required"),
        ("regex", {"pattern": "(?=a)b"}, ["config", "pattern"], "look-ahead"),
        ("regex", {"pattern": r"(a)\1"}, ["config", "pattern"], r"\1"),
        ("regex", {"pattern": "("}, ["config", "pattern"], "missing )"),
        ("regex", {"pattern": "a", "flags": "i"}, ["config", "flags"], "not permitted"),
        ("regex", {"pattern": "a", "must_match": "yes"}, ["config", "must_match"], "boolean"),
        ("regex", {"pattern": "é" * 600}, ["config", "pattern"], "1024 bytes"),
        ("regex", {"pattern": "a", "field": "summary"}, ["config", "field"], "slash"),
        ("json_schema", {"schema": {"$ref": "http://127.0.0.1:9/"}}, ["config", "schema"], "$ref"),
        ("json_schema", {"schema": {"properties": {"a": {"type": "txt"}}}}, ["config", "schema", "properties", "a", "type"], "txt"),
        ("json_schema", {"schema": {"properties": {"a": {"pattern": "(?!a)"}}}}, ["config", "schema", "properties", "a", "pattern"], "look-around"),
        ("json_schema", {"schema": {"$schema": "http://json-schema.org/draft-04/schema#"}}, ["config", "schema", "$schema"], "Draft 2020-12"),
        ("llm_judge", {"judgeModel": "m"}, ["config", "rubric"], "required"),
        ("embedding_match", {"threshold": 1.5}, ["config", "threshold"], "less than"),
        ("embedding_match", {"threshold": "0.5"}, ["config", "threshold"], "number"),
    ],
)  # fmt: skip
def test_a_rule_that_cannot_work_is_refused_with_the_place(
    talk: Talk, kind: str, config: dict[str, Any], place: list[str], words: str
) -> None:
    talk.post("/evaluators", {"id": "ev_ok", "kind": kind, "config": _good(kind)})
    for response in (
        talk.post("/evaluators", {"kind": kind, "config": config}),
        patch(talk, "ev_ok", {"config": dict.fromkeys(_good(kind)) | config}),
    ):
        assert error_of(response) == (422, "invalid_request_error", "invalid_field")
        (detail,) = response.json()["error"]["details"]
        assert detail["loc"] == place
        assert words in detail["message"]
    assert talk.get("/evaluators/ev_ok").json()["version"] == 1


def _good(kind: str) -> dict[str, Any]:
    configs: dict[str, dict[str, Any]] = {
        "regex": {"pattern": "a"},
        "json_schema": {"schema": {}},
        "llm_judge": {"rubric": "r"},
        "embedding_match": {},
    }
    return configs[kind]


def test_a_config_is_merged_key_by_key_and_gets_a_version(talk: Talk) -> None:
    body = {"id": "ev_j", "kind": "llm_judge", "config": {"rubric": "old", "judge_model": "m-1"}}
    made = talk.post("/evaluators", body).json()
    assert made["config"] == {"rubric": "old", "judgeModel": "m-1"}
    changed = patch(talk, "ev_j", {"config": {"rubric": "new"}}).json()
    assert (changed["config"], changed["version"]) == ({"rubric": "new", "judgeModel": "m-1"}, 2)
    assert patch(talk, "ev_j", {"config": {"rubric": "new"}}).json()["version"] == 2
    assert patch(talk, "ev_j", {"name": "Quality"}).json()["version"] == 2
    assert patch(talk, "ev_j", {"config": {"judge_model": "m-2"}}).json()["config"]["judgeModel"] == "m-2"
    assert patch(talk, "ev_j", {"config": {"judgeModel": None}}).json()["config"] == {"rubric": "new"}
    assert patch(talk, "ev_missing", {"name": "x"}).status_code == 404
    assert patch(talk, "ev_j", {"kind": "regex"}).status_code == 422


def test_inverse_and_must_match_are_one_key(talk: Talk) -> None:
    talk.post("/evaluators", REGEX)
    changed = patch(talk, "ev_pii", {"config": {"must_match": True}}).json()
    assert changed["config"] == {"pattern": "ssn|credit card", "must_match": True}
    assert ask(talk, "ev_pii", {"output": "my ssn"})["score"] == 1.0
    assert "must_match" not in patch(talk, "ev_pii", {"config": {"inverse": True}}).json()["config"]
    assert ask(talk, "ev_pii", {"output": "my ssn"})["score"] == 0.0


def test_gates_bind_evaluators_that_exist(talk: Talk) -> None:
    gates = [{"evaluator_id": "ev_pii", "min_score": 1.0}]
    refused = talk.post("/operations", {"key": "greet", "ship_gates": gates})
    assert error_of(refused) == (422, "invalid_request_error", "unknown_evaluator")
    talk.post("/evaluators", REGEX)
    assert talk.post("/operations", {"key": "greet", "ship_gates": gates}).json()["ship_gates"] == gates
    assert error_of(talk.post("/operations", {"key": "theirs", "ship_gates": gates}, key=OTHER))[0] == 422
    talk.lines([call_line(1, operation="seen")])
    refused = talk("PATCH", "/operations/seen", json={"ship_gates": gates})
    assert error_of(refused) == (409, "conflict_error", "operation_not_defined")


def test_an_output_schema_that_is_none_is_refused_with_the_place(talk: Talk) -> None:
    bad = {"properties": {"a": {"type": "txt"}}}
    refused = talk.post("/operations", {"key": "greet", "output_schema": bad})
    assert error_of(refused) == (422, "invalid_request_error", "invalid_field")
    assert refused.json()["error"]["details"][0]["loc"] == ["output_schema", "properties", "a", "type"]


def test_a_regex_says_where(talk: Talk) -> None:
    talk.post("/evaluators", REGEX)
    made = ask(talk, "ev_pii", {"output": "é my ssn is"})
    assert (made["score"], made["passed"], made["evaluator_version"]) == (0.0, False, 1)
    assert [(item["start"], item["end"]) for item in made["details"]] == [(5, 8)]
    assert ask(talk, "ev_pii", {"output": "nothing"})["passed"] is True


def test_a_schema_is_the_operations_in_the_calls_version(talk: Talk) -> None:
    talk.post("/operations", {"key": "sum", "output_schema": SCHEMA})
    talk.post("/evaluators", {"id": "ev_s", "kind": "json_schema"})
    talk.lines([call_line(1, operation="sum")])
    (call,) = talk.call_ids()
    without = ask(talk, "ev_s", {"output": "{}"})
    assert (without["score"], without["reason"]) == (None, "no_schema")
    for output, score in (("no", 0.0), ("{}", 0.5), ('{"summary":"s"}', 1.0)):
        assert ask(talk, "ev_s", {"output": output, "call_id": call})["score"] == score
    (missing,) = ask(talk, "ev_s", {"output": "{}", "call_id": call})["details"]
    assert (missing["keyword"], missing["property"], missing["path"]) == ("required", "summary", [])
    talk("PATCH", "/operations/sum", json={"output_schema": {"type": "string"}, "schema_version": "2"})
    version = talk.get(f"/calls/{call}").json()["schema_version"]
    expected = 1.0 if version == "1" else 0.5
    assert ask(talk, "ev_s", {"output": '{"summary":"s"}', "call_id": call})["score"] == expected


def test_an_embedding_needs_something_to_compare_with(talk: Talk) -> None:
    talk.post("/evaluators", {"id": "ev_e", "kind": "embedding_match", "config": {"threshold": 0.9}})
    talk.lines([call_line(1)])
    (call,) = talk.call_ids()
    nothing = ask(talk, "ev_e", {"output": "The cat sat", "call_id": call})
    assert (nothing["score"], nothing["reason"]) == (None, "no_expected_output")
    talk.post("/feedback", {"call_id": call, "correction": "The cat sat"})
    assert ask(talk, "ev_e", {"output": "The cat sat", "call_id": call})["score"] == 1.0


def test_without_a_judge_there_is_no_number(talk: Talk) -> None:
    talk.post("/evaluators", {"id": "ev_j", "kind": "llm_judge", "config": {"rubric": "Be kind"}})
    made = ask(talk, "ev_j", {"output": "hello"})
    assert (made["score"], made["passed"], made["reason"]) == (None, None, "no_judge")
    assert "ATLAS_JUDGE_BASE_URL" in made["message"]


def test_a_question_again_gets_the_first_answer(talk: Talk) -> None:
    talk.post("/evaluators", REGEX)
    headers = {"idempotency-key": "again"}
    first = ask(talk, "ev_pii", {"output": "ssn"}, headers=headers)
    patch(talk, "ev_pii", {"config": {"pattern": "other"}})
    assert ask(talk, "ev_pii", {"output": "ssn"}, headers=headers) == first
    assert ask(talk, "ev_pii", {"output": "ssn"})["score"] == 1.0


def test_whose_evaluators_they_are(talk: Talk) -> None:
    talk.lines([call_line(1), call_line(2, customer="north/prod")])
    talk.post("/evaluators", REGEX)
    assert talk.get("/evaluators/ev_pii", key=BOB).status_code == 200
    for key in (OTHER, NARROW):
        assert talk.get("/evaluators", key=key).json()["data"] == []
        assert talk.get("/evaluators/ev_pii", key=key).status_code == 404
        assert talk.post("/evaluators/ev_pii/score", {"output": "x"}, key=key).status_code == 404
    assert talk.post("/evaluators", {**REGEX, "id": "ev_mine"}, key=NARROW).status_code == 403
    assert talk("PATCH", "/evaluators/ev_pii", key=NARROW, json={"name": "x"}).status_code == 403
    assert talk.post("/evaluators", REGEX, key=OTHER).status_code == 200, "an id belongs to an organization"
    foreign = talk.call_ids(NARROW)[0]
    talk.post("/evaluators", {"id": "ev_s", "kind": "json_schema"}, key=OTHER)
    assert (
        talk.post("/evaluators/ev_s/score", {"output": "x", "call_id": foreign}, key=OTHER).status_code == 404
    )
    assert (
        talk.post("/evaluators/ev_pii/score", {"output": "x", "call_id": foreign}, key=ALICE).status_code
        == 200
    )


def test_evaluators_are_paged_by_id(talk: Talk) -> None:
    ids = [f"ev_{n:02}" for n in range(7)]
    for name in reversed(ids):
        talk.post("/evaluators", {**REGEX, "id": name})
    first = talk.get("/evaluators?limit=4").json()
    second = talk.get(f"/evaluators?limit=4&cursor={first['next_cursor']}").json()
    assert [item["id"] for item in first["data"] + second["data"]] == ids
    assert second["next_cursor"] is None
