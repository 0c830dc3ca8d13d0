"""Errors on the wire, and a ship-gate failure in both its published forms."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_desktop.contract.errors import (
    STATUS,
    ErrorBody,
    FailedGate,
    ShipGatesUnmet,
    parse_ship_gates,
)

GATE = {"evaluator_id": "ev_judge_quality", "min_score": 0.88}
SEEDS = {"error": "ship_gates_unmet", "failedGates": [{**GATE, "score": 0.83}]}
VENDOR = {
    "error": {"type": "ship_gates_unmet", "message": "blocked"},
    "failed_gates": [{**GATE, "actual_score": 0.83}],
}
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize("body", [SEEDS, VENDOR])
def test_both_forms_say_the_same(body: dict[str, Any]) -> None:
    failure = parse_ship_gates(body)
    assert failure is not None
    assert failure.failed_gates == [FailedGate(evaluator_id="ev_judge_quality", score=0.83, min_score=0.88)]


def test_messages_of_both_forms() -> None:
    vendor = parse_ship_gates(VENDOR)
    seeds = parse_ship_gates({**SEEDS, "message": "1 of 2 ship gates is unmet for dataset ds_1"})
    assert vendor is not None
    assert seeds is not None
    assert (vendor.message, seeds.message) == ("blocked", "1 of 2 ship gates is unmet for dataset ds_1")


def test_a_gate_that_was_not_evaluated_has_no_score() -> None:
    failure = parse_ship_gates(
        {**SEEDS, "failedGates": [{**GATE, "score": None, "reason": "stale", "seen": 3}]}
    )
    assert failure is not None
    gate = failure.failed_gates[0]
    assert (gate.score, gate.reason) == (None, "stale")
    assert gate.model_dump()["seen"] == 3


def test_what_we_send_is_the_seeds_form() -> None:
    failure = parse_ship_gates(VENDOR)
    assert failure is not None
    sent = failure.model_dump(by_alias=True, exclude_unset=True)
    assert sent == {"failedGates": [{**GATE, "score": 0.83}], "message": "blocked"}
    assert failure.model_dump(by_alias=True)["error"] == "ship_gates_unmet"


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        "ship_gates_unmet",
        {},
        {"error": "other"},
        {"error": {"type": "conflict_error"}},
        {"failedGates": []},
    ],
)
def test_anything_else_is_no_ship_gate_failure(body: Any) -> None:
    assert parse_ship_gates(body) is None


@given(st.sampled_from(["ship_gates_unmet", {"type": "ship_gates_unmet"}]), json_values, json_values)
def test_a_server_gone_wrong_breaks_nothing(error: Any, gates: Any, message: Any) -> None:
    failure = parse_ship_gates({"error": error, "failedGates": gates, "message": message})
    assert isinstance(failure, ShipGatesUnmet)
    again = parse_ship_gates({"error": error, "failed_gates": [gates, {**GATE, "actual_score": None}]})
    assert again is not None
    assert again.failed_gates[-1].evaluator_id == "ev_judge_quality"


def test_every_status_belongs_to_one_type() -> None:
    statuses = [status for group in STATUS.values() for status in group]
    assert len(statuses) == len(set(statuses))


def test_an_unknown_type_of_error_is_still_read() -> None:
    body = {"error": {"message": "m", "type": "of_the_future", "hint": "h"}, "trace": "t"}
    assert ErrorBody.model_validate(body).model_dump(exclude_unset=True) == body
