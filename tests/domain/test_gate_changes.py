"""What is done to an operation's gates."""

from hypothesis import given
from hypothesis import strategies as st

from atlas_desktop.contract.operations import OperationUpdate, ShipGate
from atlas_desktop.domain.gate_changes import GateChange, gate_changes
from atlas_desktop.server.operation_rules import Current, loosened, tightened


def gates(**minimums: float) -> list[ShipGate]:
    return [ShipGate(evaluator_id=name, min_score=value) for name, value in minimums.items()]


def test_each_gate_is_told_by_what_is_done_to_it() -> None:
    found = gate_changes(
        gates(ev_a=0.8, ev_b=0.9, ev_c=1.0, ev_d=0.5), {"ev_a": 0.85, "ev_b": 0.7, "ev_d": 0.5, "ev_e": 1.0}
    )
    assert [(each.evaluator_id, each.act, each.loosens) for each in found] == [
        ("ev_a", "tightened", False),
        ("ev_b", "loosened", True),
        ("ev_c", "removed", True),
        ("ev_e", "added", False),
    ]
    assert found[2] == GateChange("ev_c", 1.0, None)


minimums = st.dictionaries(
    st.sampled_from(["ev_a", "ev_b", "ev_c", "ev_d"]), st.sampled_from([0.0, 0.5, 0.85, 1.0])
)


@given(minimums, minimums)
def test_the_screen_and_the_server_agree_on_what_loosens(
    before: dict[str, float], after: dict[str, float]
) -> None:
    changes = gate_changes(gates(**before), after)
    current = Current("defined", None, "1", [each.model_dump() for each in gates(**before)])
    asked = OperationUpdate(ship_gates=gates(**after), allow_loosening=True)
    assert {each.evaluator_id for each in changes if each.loosens} == {
        loss["evaluator_id"] for loss in loosened(current, asked)
    }
    assert {each.evaluator_id for each in changes if not each.loosens} == {
        about["evaluator_id"] for _, about in tightened(current, asked)
    }
