"""What an error looks like on the wire, in the vendor's form and in the seeds' form for ship gates."""

from typing import Final, Literal

from pydantic import Field, ValidationError

from atlas_desktop.contract.base import Answer, Json

ErrorType = Literal[
    "invalid_request_error",
    "authentication_error",
    "permission_error",
    "not_found_error",
    "conflict_error",
    "request_too_large",
    "rate_limit_error",
    "upstream_error",
    "no_provider",
    "upstream_timeout",
    "internal_error",
]

STATUS: Final[dict[ErrorType, tuple[int, ...]]] = {
    "invalid_request_error": (400, 405, 415, 421, 422),
    "authentication_error": (401,),
    "permission_error": (403,),
    "not_found_error": (404,),
    "conflict_error": (409,),
    "request_too_large": (413,),
    "rate_limit_error": (429,),
    "upstream_error": (502,),
    "no_provider": (503,),
    "upstream_timeout": (504,),
    "internal_error": (500,),
}


class ErrorDetail(Answer):
    """One problem of a 422: where in the request, and what is wrong there."""

    loc: list[str | int]
    message: str


class ErrorInfo(Answer):
    """The body under ``error``. ``code`` says exactly what; ``param`` names the field, if one."""

    message: str
    type: str
    code: str | None = None
    param: str | None = None
    details: list[ErrorDetail] | None = None


class ErrorBody(Answer):
    """An error answer of any status."""

    error: ErrorInfo


class FailedGate(Answer):
    """A ship gate that did not hold. ``score`` is null when no usable evaluation exists."""

    evaluator_id: str
    score: float | None = None
    min_score: float
    reason: Literal["not_evaluated", "stale"] | str | None = None


class ShipGatesUnmet(Answer):
    """The seeds' form of a refused promotion (400)."""

    error: Literal["ship_gates_unmet"] = "ship_gates_unmet"
    failed_gates: list[FailedGate] = Field(alias="failedGates")
    message: str = ""


def parse_ship_gates(body: Json) -> ShipGatesUnmet | None:
    """Read a ship-gate failure in either published form; None when the body is something else.

    A gate without an evaluator or a minimum says nothing and is left out. The seeds send ``{"error": "ship_gates_unmet", "failedGates": [{…, "score"}]}``, the vendor's OpenAPI
    ``{"error": {"type": "ship_gates_unmet"}, "failed_gates": [{…, "actual_score"}]}``.
    """
    if not isinstance(body, dict):
        return None
    error = body.get("error")
    if error == "ship_gates_unmet":
        message = body.get("message")
    elif isinstance(error, dict) and "ship_gates_unmet" in (error.get("type"), error.get("code")):
        message = error.get("message")
    else:
        return None
    gates = body.get("failedGates", body.get("failed_gates"))
    read = [_failed_gate(gate) for gate in gates] if isinstance(gates, list) else []
    return ShipGatesUnmet(
        failed_gates=[gate for gate in read if gate is not None],
        message=message if isinstance(message, str) else "",
    )


def _failed_gate(gate: Json) -> FailedGate | None:
    if not isinstance(gate, dict):
        return None
    rest = {name: value for name, value in gate.items() if name != "actual_score"}
    try:
        return FailedGate.model_validate({"score": gate.get("actual_score"), **rest})
    except ValidationError:
        return None
