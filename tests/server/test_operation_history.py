"""What an operation was before, and who changed it; and trying a rule before it is kept."""

from typing import Any

from atlas_desktop.contract.capabilities import Capabilities
from atlas_desktop.contract.evaluators import EvaluatorTrial
from atlas_desktop.contract.operations import AuditEntry, OperationSchema
from atlas_desktop.server.scoring.endpoint import ModelEndpoint
from tests.server.talk import BOB, NARROW, OTHER, Talk, call_line, error_of, talking

ONE: dict[str, Any] = {"type": "object", "required": ["summary"]}
TWO: dict[str, Any] = {"type": "object", "required": ["summary", "confidence"]}


def test_every_schema_version_is_kept_with_its_calls(talk: Talk) -> None:
    talk.post("/operations", {"key": "greet", "output_schema": ONE})
    lines = [call_line(n, operation="greet", meta={"schema_version": "1"}) for n in range(3)]
    talk.lines(lines)
    talk("PATCH", "/operations/greet", json={"output_schema": TWO, "schema_version": "2"})
    found = talk.get("/operations/greet/schemas").json()
    shown = [OperationSchema.model_validate(each) for each in found["data"]]
    assert [(each.schema_version, each.output_schema, each.current) for each in shown] == [
        ("2", TWO, True),
        ("1", ONE, False),
    ]
    first = talk.get("/operations/greet/schemas?limit=1").json()
    assert [each["schema_version"] for each in first["data"]] == ["2"]
    rest = talk.get(f"/operations/greet/schemas?limit=1&cursor={first['next_cursor']}").json()
    assert [each["schema_version"] for each in rest["data"]] == ["1"]
    assert rest["next_cursor"] is None


def test_the_day_of_a_version_is_the_day_it_came(talk: Talk) -> None:
    talk.post("/operations", {"key": "greet", "output_schema": ONE})
    day = talk.get("/operations/greet/schemas").json()["data"][0]["created_at"]
    talk.app.state.atlas.config.clock.seconds += 3600
    talk("PATCH", "/operations/greet", json={"output_schema": TWO, "schema_version": "2"})
    talk("PATCH", "/operations/greet", json={"output_schema": ONE, "schema_version": "1"})
    days = {each["schema_version"]: each for each in talk.get("/operations/greet/schemas").json()["data"]}
    assert days["1"]["created_at"] == day != days["2"]["created_at"]
    assert days["1"]["current"]


def acts(talk: Talk, name: str = "greet") -> list[tuple[str, str, dict[str, Any]]]:
    entries = [
        AuditEntry.model_validate(each) for each in talk.get(f"/operations/{name}/audit").json()["data"]
    ]
    return [(each.act, each.actor, each.details) for each in reversed(entries)]


def test_every_change_of_what_is_demanded_is_on_record(talk: Talk) -> None:
    for name in ("ev_a", "ev_b"):
        talk.post("/evaluators", {"id": name, "kind": "regex", "config": {"pattern": "a"}})
    gate = {"evaluator_id": "ev_a", "min_score": 0.8}
    talk.post("/operations", {"key": "greet", "output_schema": ONE, "ship_gates": [gate]})

    def change(**body: Any) -> int:
        return talk("PATCH", "/operations/greet", json=body, key=BOB).status_code

    assert change(ship_gates=[gate | {"min_score": 0.9}, {"evaluator_id": "ev_b", "min_score": 1}]) == 200
    assert change(ship_gates=[gate]) == 409
    assert change(ship_gates=[gate], allow_loosening=True) == 200
    assert change(output_schema=TWO, schema_version="2") == 200
    assert change(name="Greeting") == 200
    changed = {"config": {"pattern": "b"}}
    talk("PATCH", "/evaluators/ev_a", json=changed, key=BOB)
    talk("PATCH", "/evaluators/ev_b", json=changed, key=BOB)
    assert acts(talk) == [
        ("operation_defined", "alice", {"schema_version": "1"}),
        ("gate_added", "alice", {"evaluator_id": "ev_a", "from": None, "to": 0.8}),
        ("gate_tightened", "bob", {"evaluator_id": "ev_a", "from": 0.8, "to": 0.9}),
        ("gate_added", "bob", {"evaluator_id": "ev_b", "from": None, "to": 1.0}),
        ("gate_loosened", "bob", {"evaluator_id": "ev_a", "from": 0.9, "to": 0.8}),
        ("gate_loosened", "bob", {"evaluator_id": "ev_b", "from": 1.0, "to": None}),
        ("schema_changed", "bob", {"from": "1", "to": "2"}),
        ("evaluator_changed", "bob", {"evaluator_id": "ev_a", "from": 1, "to": 2, "keys": ["pattern"]}),
    ]
    first = talk.get("/operations/greet/audit?limit=3").json()
    second = talk.get(f"/operations/greet/audit?limit=50&cursor={first['next_cursor']}").json()
    assert len(first["data"]) + len(second["data"]) == 8


def test_the_history_is_the_organizations_own(talk: Talk) -> None:
    talk.lines([call_line(1, operation="greet", customer="north/prod")])
    talk.post("/operations", {"key": "greet", "output_schema": ONE})
    for path in ("/operations/greet/schemas", "/operations/greet/audit"):
        assert talk("GET", path, key=OTHER).status_code == 404
        assert error_of(talk("GET", path, key=NARROW))[2] == "organization_key_required"
        assert talk.get(path.replace("greet", "none")).status_code == 404


def test_a_rule_is_tried_and_not_kept(talk: Talk) -> None:
    body = {"kind": "regex", "config": {"pattern": "ssn", "inverse": True}, "output": "my ssn"}
    said = EvaluatorTrial.model_validate(talk.post("/evaluators/try", body).json())
    assert (said.score, said.passed) == (0.0, False)
    assert (said.details[0].start, said.details[0].end) == (3, 6)
    assert talk.get("/evaluators").json()["data"] == []
    refused = talk.post("/evaluators/try", body | {"config": {"pattern": "(?=a)"}})
    assert refused.status_code == 422
    assert refused.json()["error"]["param"] == "config.pattern"
    assert talk("POST", "/evaluators/try", json=body, key=NARROW).status_code == 403
    unknown = talk.post("/evaluators/try", body | {"call_id": "chatcmpl-none"})
    assert unknown.status_code == 404


def test_a_tried_schema_rule_uses_the_schema_of_the_calls_version(talk: Talk) -> None:
    talk.post("/operations", {"key": "greet", "output_schema": ONE})
    talk.lines([call_line(1, operation="greet")])
    call = talk.get("/calls").json()["data"][0]["id"]
    body = {"kind": "json_schema", "config": {}, "call_id": call, "output": '{"summary": 1}'}
    assert talk.post("/evaluators/try", body).json()["score"] == 1.0
    talk("PATCH", "/operations/greet", json={"output_schema": TWO, "schema_version": "2"})
    assert talk.post("/evaluators/try", body).json()["score"] == 0.5


def test_the_server_says_whom_it_asks_to_judge(talk: Talk, tmp_path: Any) -> None:
    assert Capabilities.model_validate(talk.get("/capabilities").json()).judge is None
    endpoint = ModelEndpoint("https://judge.example:8443/v1/secret-path", "sk-secret", "judge-1")
    with talking(tmp_path / "judged.db", judge=endpoint) as judged:
        said = judged.get("/capabilities")
        assert said.json()["judge"] == {"host": "judge.example:8443", "model": "judge-1"}
        assert "secret" not in said.text
        assert judged("GET", "/capabilities", key=NARROW).json()["judge"] is None
