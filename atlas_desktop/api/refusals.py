"""From an error answer to the error that is raised for it."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

import orjson
from pydantic import ValidationError

from atlas_desktop.api import errors
from atlas_desktop.api.errors import ApiStatusError, Refusal
from atlas_desktop.api.retry import parse_retry_after
from atlas_desktop.contract.base import Json
from atlas_desktop.contract.errors import STATUS, ErrorDetail, ErrorType, ShipGatesUnmet, parse_ship_gates

_TEXT_LIMIT: Final = 2000
_BY_STATUS: Final[dict[int, type[ApiStatusError]]] = {
    401: errors.AuthenticationError,
    403: errors.PermissionDeniedError,
    404: errors.NotFoundError,
    405: errors.EndpointMissingError,
    408: errors.RequestTimeoutError,
    409: errors.ConflictError,
    413: errors.RequestTooLargeError,
    425: errors.RateLimitError,
    429: errors.RateLimitError,
    501: errors.EndpointMissingError,
    502: errors.UpstreamError,
    503: errors.NoProviderError,
    504: errors.UpstreamTimeoutError,
}
_TYPES: Final[dict[int, ErrorType]] = {status: kind for kind, all_of in STATUS.items() for status in all_of}
_MISSING_CODES: Final = frozenset(
    {"endpoint_not_found", "unknown_endpoint", "unknown_path", "route_not_found", "no_such_path"}
)


def refusal_error(
    status: int, headers: Mapping[str, str], body: bytes, request_id: str | None
) -> ApiStatusError:
    """The error of the class that fits the status; the words are the server's where it has any."""
    refusal = _read(status, headers, body, request_id)
    if refusal.type == "ship_gates_unmet":
        return errors.ShipGatesUnmetError(refusal)
    if status == 404 and (not refusal.from_atlas or refusal.code in _MISSING_CODES):
        return errors.EndpointMissingError(refusal)
    other = errors.InternalServerError if status >= 500 else errors.InvalidRequestError
    return _BY_STATUS.get(status, other)(refusal)


def refusal_in_stream(event: bytes, request_id: str | None) -> ApiStatusError | None:
    """The error that an event of a stream brings, as it would have been raised had it come first; else None."""
    answer = _json(event)
    error = answer.get("error") if isinstance(answer, dict) else None
    if not isinstance(error, dict):
        return None
    kinds = [status for kind, all_of in STATUS.items() for status in all_of[:1] if kind == error.get("type")]
    return refusal_error(kinds[0] if kinds else 502, {}, event, request_id)


def _read(status: int, headers: Mapping[str, str], body: bytes, request_id: str | None) -> Refusal:
    retry_after = parse_retry_after(headers.get("retry-after"), headers.get("date"))
    answer = _json(body)
    gates = _gates(answer)
    if gates is not None:
        return Refusal(
            status,
            "ship_gates_unmet",
            gates.message[:_TEXT_LIMIT] or f"{len(gates.failed_gates)} ship gates are unmet",
            code="ship_gates_unmet",
            request_id=request_id,
            failed_gates=tuple(gates.failed_gates),
        )
    error = answer.get("error") if isinstance(answer, dict) else None
    if not isinstance(error, dict):
        return Refusal(
            status,
            _TYPES.get(status, "internal_error" if status >= 500 else "invalid_request_error"),
            _unspoken(status),
            request_id=request_id,
            retry_after=retry_after,
            from_atlas=False,
        )
    return Refusal(
        status=status,
        type=_text(error.get("type")) or _TYPES.get(status, "internal_error"),
        message=_text(error.get("message")) or _unspoken(status),
        code=_text(error.get("code")),
        param=_text(error.get("param")),
        details=_details(error.get("details")),
        request_id=request_id,
        retry_after=retry_after,
    )


def _json(body: bytes) -> Json:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return None


def _gates(answer: Json) -> ShipGatesUnmet | None:
    try:
        return parse_ship_gates(answer)
    except ValidationError:
        return ShipGatesUnmet(
            failed_gates=[], message="Ship gates are unmet; the server's list is unreadable"
        )


def _text(value: Json) -> str | None:
    """A word of the server's, cut to size; some servers send numbers as codes."""
    if isinstance(value, str | int) and not isinstance(value, bool):
        return str(value)[:_TEXT_LIMIT] or None
    return None


def _details(value: Json) -> tuple[ErrorDetail, ...]:
    try:
        return tuple(ErrorDetail.model_validate(item) for item in value or ())
    except (ValidationError, TypeError):
        return ()


def _unspoken(status: int) -> str:
    try:
        return f"The server answered {status} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"The server answered {status}"
