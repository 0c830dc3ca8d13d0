"""Operations: seen or defined, and what may change."""

from typing import Any

import pytest

from atlas_desktop.contract.operations import Operation, OperationUpdate
from atlas_desktop.server.operation_rules import Current, check_gates, loosened
from atlas_desktop.server.refusals import Refusal
from tests.server.talk import Talk, call_line, error_of

SCHEMA = {"type": "object", "properties": {"summary": {"type": "string"}}}


def patch(talk: Talk, name: str, body: dict[str, Any]) -> Any:
    return talk("PATCH", f"/operations/{name}", json=body)


def test_a_seen_operation_becomes_defined(talk: Talk) -> None:
    talk.lines([call_line(1, operation="greet")])
    seen = talk.get("/operations/greet").json()
    assert (seen["registration"], seen["name"], seen["schema_version"]) == ("auto", "greet", "1")
    defined = talk.post(
        "/operations", {"key": "greet", "output_schema": SCHEMA, "description": "Says hello"}
    ).json()
    assert defined == {
        **seen,
        "registration": "defined",
        "output_schema": SCHEMA,
        "description": "Says hello",
    }
    assert talk.get(f"/operations/{seen['id']}").json() == defined
    again = talk.post("/operations", {"key": "greet"})
    assert error_of(again) == (409, "conflict_error", "operation_exists")
    talk.lines([call_line(2, operation="greet")])
    assert talk.get("/operations").json()["data"] == [defined]
    Operation.model_validate(defined)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"key": "Upper"},
        {"key": ""},
        {"key": "a" * 65},
        {"key": "-dash"},
        {"key": "ok", "name": ""},
        {"key": "ok", "output_schema": "text"},
        {"key": "ok", "schema_version": ""},
        {"key": "ok", "ship_gates": [{"evaluator_id": "ev_x", "min_score": 1.5}]},
        {"key": "ok", "ship_gates": [{"evaluator_id": "ev_x", "min_score": 0.5}]},
        {"key": "ok", "output_schema": {"maximum": 10**30}},
    ],
)
def test_what_is_no_operation_is_refused(talk: Talk, body: dict[str, Any]) -> None:
    assert talk.post("/operations", body).status_code in (400, 422)
    assert talk.get("/operations").json()["data"] == []


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"$ref": "http://127.0.0.1:9/s"}, "$ref"),
        ({"title": "x" * 70_000}, "64 kB"),
        ({"enum": [0] * 2_000}, "2,000 values"),
        ({"a": [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[0]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}, "32 levels"),
    ],
)
def test_a_schema_that_is_dangerous_is_refused_and_said(talk: Talk, schema: Any, words: str) -> None:
    talk.post("/operations", {"key": "ok"})
    for response in (
        talk.post("/operations", {"key": "new", "output_schema": schema}),
        patch(talk, "ok", {"output_schema": schema, "schema_version": "2"}),
    ):
        assert error_of(response) == (422, "invalid_request_error", "invalid_field")
        error = response.json()["error"]
        assert error["param"] == "output_schema"
        assert words in error["message"]
    assert [item["key"] for item in talk.get("/operations").json()["data"]] == ["ok"]


def test_a_gate_needs_an_evaluator(talk: Talk) -> None:
    gates = [{"evaluator_id": "ev_x", "min_score": 0.5}]
    talk.post("/operations", {"key": "ok"})
    for response in (
        talk.post("/operations", {"key": "b", "ship_gates": gates}),
        patch(talk, "ok", {"ship_gates": gates}),
    ):
        assert error_of(response) == (422, "invalid_request_error", "unknown_evaluator")
        assert response.json()["error"]["details"][0]["loc"] == ["ship_gates", 0, "evaluator_id"]
    assert patch(talk, "ok", {"ship_gates": []}).status_code == 200


def test_a_version_names_one_schema_for_good(talk: Talk) -> None:
    other = {"type": "string"}
    talk.post("/operations", {"key": "ok", "output_schema": SCHEMA})
    assert patch(talk, "ok", {"output_schema": SCHEMA}).status_code == 200
    refused = patch(talk, "ok", {"output_schema": other})
    assert error_of(refused) == (409, "conflict_error", "schema_version_required")
    assert patch(talk, "ok", {"output_schema": other, "schema_version": "1"}).status_code == 409
    moved = patch(talk, "ok", {"output_schema": other, "schema_version": "2"}).json()
    assert (moved["output_schema"], moved["schema_version"]) == (other, "2")
    assert patch(talk, "ok", {"schema_version": "1"}).status_code == 409
    back = patch(talk, "ok", {"output_schema": SCHEMA, "schema_version": "1"}).json()
    assert (back["output_schema"], back["schema_version"]) == (SCHEMA, "1")
    assert patch(talk, "ok", {"output_schema": None}).status_code == 409
    assert patch(talk, "ok", {"output_schema": None, "schema_version": "3"}).json()["output_schema"] is None


def test_true_is_another_schema_than_one(talk: Talk) -> None:
    talk.post("/operations", {"key": "ok", "output_schema": {"properties": {"n": {"const": 1}}}})
    refused = patch(talk, "ok", {"output_schema": {"properties": {"n": {"const": True}}}})
    assert error_of(refused) == (409, "conflict_error", "schema_version_required")


def test_a_seen_operation_takes_no_schema(talk: Talk) -> None:
    talk.lines([call_line(1, operation="greet")])
    refused = patch(talk, "greet", {"output_schema": SCHEMA, "schema_version": "2"})
    assert error_of(refused) == (409, "conflict_error", "operation_not_defined")
    assert patch(talk, "greet", {"name": "Greeting", "description": "d"}).json()["name"] == "Greeting"
    assert patch(talk, "greet", {"name": None, "description": None}).json()["name"] == "greet"
    assert patch(talk, "greet", {}).status_code == 200
    assert patch(talk, "greet", {"key": "other"}).status_code == 422
    assert patch(talk, "missing", {"name": "x"}).status_code == 404


def test_a_list_of_operations_is_paged_by_key(talk: Talk) -> None:
    keys = [f"op{n:02}" for n in range(7)]
    for key in reversed(keys):
        talk.post("/operations", {"key": key})
    first = talk.get("/operations?limit=4").json()
    second = talk.get(f"/operations?limit=4&cursor={first['next_cursor']}").json()
    assert [item["key"] for item in first["data"] + second["data"]] == keys
    assert second["next_cursor"] is None


GATES = [{"evaluator_id": "ev_a", "min_score": 0.8}, {"evaluator_id": "ev_b", "min_score": 1.0}]


@pytest.mark.parametrize(
    ("after", "lost"),
    [
        (GATES, []),
        ([GATES[0], {"evaluator_id": "ev_b", "min_score": 0.9}], ["ev_b"]),
        ([GATES[1]], ["ev_a"]),
        ([], ["ev_a", "ev_b"]),
        (
            [{"evaluator_id": "ev_a", "min_score": 0.81}, GATES[1], {"evaluator_id": "ev_c", "min_score": 0}],
            [],
        ),
    ],
)
def test_gates_are_tightened_never_loosened_by_accident(after: list[Any], lost: list[str]) -> None:
    current = Current("defined", None, "1", GATES)
    allowed = OperationUpdate.model_validate({"ship_gates": after, "allow_loosening": True})
    assert [loss["evaluator_id"] for loss in loosened(current, allowed)] == lost
    asked = OperationUpdate.model_validate({"ship_gates": after})
    if lost:
        with pytest.raises(Refusal, match="gate_loosening"):
            loosened(current, asked)
    else:
        assert loosened(current, asked) == []


def test_a_gate_is_given_once() -> None:
    gates = OperationUpdate.model_validate({"ship_gates": [GATES[0], GATES[0]]}).ship_gates or []
    with pytest.raises(Refusal, match="duplicate_gate"):
        check_gates(gates, known={"ev_a"})
    check_gates(gates[:1], known={"ev_a"})
