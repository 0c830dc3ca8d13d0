"""When an operation may change, and how (contract.md, *Operation*): pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from atlas_desktop.contract.operations import OperationUpdate, ShipGate
from atlas_desktop.domain.same_json import same_json
from atlas_desktop.server.refusals import conflict, unprocessable


@dataclass(frozen=True, slots=True)
class Current:
    """An operation as it stands."""

    registration: str
    output_schema: dict[str, Any] | None
    schema_version: str
    ship_gates: list[dict[str, Any]]


def check_gates(gates: Sequence[ShipGate], *, known: Iterable[str]) -> None:
    """Each gate names an evaluator that exists, once. Raises Refusal (422)."""
    evaluators = set(known)
    seen: set[str] = set()
    for index, gate in enumerate(gates):
        place: list[str | int] = ["ship_gates", index, "evaluator_id"]
        if gate.evaluator_id not in evaluators:
            message = f"there is no evaluator {gate.evaluator_id}"
            raise unprocessable(
                "unknown_evaluator", message, param="ship_gates", details=[{"loc": place, "message": message}]
            )
        if gate.evaluator_id in seen:
            message = f"{gate.evaluator_id} has two gates"
            raise unprocessable(
                "duplicate_gate", message, param="ship_gates", details=[{"loc": place, "message": message}]
            )
        seen.add(gate.evaluator_id)


def loosened(current: Current, asked: OperationUpdate) -> list[dict[str, Any]]:
    """The gates that would be lowered or removed, for the audit trail. Raises Refusal (409) unless allowed."""
    after = {gate.evaluator_id: gate.min_score for gate in asked.ship_gates or ()}
    losses = [
        {
            "evaluator_id": gate["evaluator_id"],
            "from": gate["min_score"],
            "to": after.get(gate["evaluator_id"]),
        }
        for gate in current.ship_gates
        if after.get(gate["evaluator_id"], -1.0) < gate["min_score"]
    ]
    if losses and not asked.allow_loosening:
        names = ", ".join(loss["evaluator_id"] for loss in losses)
        raise conflict("gate_loosening", f"gates are only tightened; allow_loosening is needed for {names}")
    return losses


def tightened(current: Current, asked: OperationUpdate) -> list[tuple[str, dict[str, Any]]]:
    """What the other gates become, for the audit trail: the act and what it was about."""
    before = {gate["evaluator_id"]: gate["min_score"] for gate in current.ship_gates}
    found: list[tuple[str, dict[str, Any]]] = []
    for gate in asked.ship_gates or ():
        old = before.get(gate.evaluator_id)
        if old is None or gate.min_score > old:
            about = {"evaluator_id": gate.evaluator_id, "from": old, "to": gate.min_score}
            found.append(("gate_added" if old is None else "gate_tightened", about))
    return found


def next_schema(
    current: Current, asked: OperationUpdate, versions: dict[str, Any]
) -> tuple[dict[str, Any] | None, str]:
    """Schema and version after the change. Raises Refusal (409).

    A version names one schema for good: another schema needs a version that was never used for one.
    """
    schema = asked.output_schema if "output_schema" in asked.model_fields_set else current.output_schema
    version = asked.schema_version or current.schema_version
    if schema is not None and current.registration == "auto":
        raise conflict("operation_not_defined", "define the operation before giving it a schema")
    settled = versions | {current.schema_version: current.output_schema}
    if version in settled and not same_json(settled[version], schema):
        raise conflict(
            "schema_version_required",
            f"version {version} has another output_schema: give a new schema_version",
        )
    return schema, version
