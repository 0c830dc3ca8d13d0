"""The reliability loop by plain requests: an operation with gates, a dataset, a run."""

from collections.abc import Sequence
from typing import Any

import httpx

from atlas_desktop.server.config import StaticKey
from tests.server.talk import ALICE, Talk

GATES = [{"evaluator_id": "ev_short", "min_score": 1.0}, {"evaluator_id": "ev_json", "min_score": 0.5}]


def wanted(response: httpx.Response, status: int = 200) -> Any:
    assert response.status_code == status, response.text
    return response.json()


def item(number: int, expected: Any = '{"n":1}', **more: Any) -> dict[str, Any]:
    return {
        "input": {"messages": [{"role": "user", "content": f"question {number}"}]},
        "expected_output": expected,
        **more,
    }


def define(talk: Talk, gates: Sequence[dict[str, Any]] = GATES, key: StaticKey = ALICE, **more: Any) -> None:
    """The operation ``greet``; nothing longer than 20 characters, and JSON."""
    short = {"pattern": "^.{0,20}$"}
    wanted(talk.post("/evaluators", {"id": "ev_short", "kind": "regex", "config": short}, key=key))
    schema = {"schema": {"type": "object"}}
    wanted(talk.post("/evaluators", {"id": "ev_json", "kind": "json_schema", "config": schema}, key=key))
    wanted(talk.post("/operations", {"key": "greet", "ship_gates": list(gates), **more}, key=key))


def draft(talk: Talk, items: Sequence[dict[str, Any]] = (), key: StaticKey = ALICE) -> str:
    """A draft with these items."""
    made = wanted(talk.post("/datasets", {"operation_id": "greet", "name": "Greetings"}, key=key))
    if items:
        added = wanted(talk.post(f"/datasets/{made['id']}/items", list(items), key=key))
        assert added["rejected"] == []
    return str(made["id"])


def run(talk: Talk, dataset: str, *evaluators: str, **more: Any) -> dict[str, Any]:
    """A completed evaluation."""
    body = {"dataset_id": dataset, "evaluator_ids": list(evaluators or ("ev_short", "ev_json")), **more}
    done: dict[str, Any] = wanted(talk.post("/evaluations", body))
    assert done["status"] == "completed"
    return done


def gates(talk: Talk, dataset: str) -> dict[str, dict[str, Any]]:
    """The gates as they stand, by evaluator."""
    found = wanted(talk.get(f"/datasets/{dataset}/gates"))
    return {gate["evaluator_id"]: gate for gate in found["gates"]} | {"": found}
