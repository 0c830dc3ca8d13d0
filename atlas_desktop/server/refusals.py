"""Saying no: every error answer of the server is one of these."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import orjson
from pydantic import ValidationError

from atlas_desktop.contract.base import Json
from atlas_desktop.contract.errors import ErrorType

_MOST_DETAILS: Final = 50


class Refusal(Exception):  # noqa: N818 - an answer, not a failure of ours
    """An error answer: its status, and the body's ``error`` object. ``beside`` are more top-level fields."""

    def __init__(
        self,
        status: int,
        kind: ErrorType,
        code: str,
        message: str,
        *,
        param: str | None = None,
        details: Sequence[Mapping[str, Json]] | None = None,
        headers: Mapping[str, str] | None = None,
        beside: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(code)
        self.status = status
        self.headers = dict(headers or {})
        self.error: dict[str, Json] = {"message": message, "type": kind, "code": code, "param": param}
        if details is not None:
            self.error["details"] = list(details)
        self.beside = dict(beside or {})

    def body(self) -> bytes:
        """The answer's JSON."""
        return orjson.dumps({"error": self.error, **self.beside})


def bad_request(code: str, message: str) -> Refusal:
    """400: what arrived could not be read at all."""
    return Refusal(400, "invalid_request_error", code, message)


def unprocessable(
    code: str, message: str, *, param: str | None = None, details: Sequence[Mapping[str, Json]] | None = None
) -> Refusal:
    """422: it could be read, and asks for something that is not allowed."""
    return Refusal(422, "invalid_request_error", code, message, param=param, details=details)


def invalid(error: ValidationError, *, at: tuple[str | int, ...] = ()) -> Refusal:
    """422 with pydantic's findings, each with its place; never with the value that was sent."""
    found = error.errors(include_url=False, include_context=False, include_input=False)
    details = [
        {"loc": [*at, *item["loc"]], "message": item["msg"].removeprefix("Value error, ")}
        for item in found[:_MOST_DETAILS]
    ]
    place = ".".join(str(part) for part in found[0]["loc"])
    message = f"{place}: {details[0]['message']}" if place else str(details[0]["message"])
    return unprocessable("invalid_field", message, param=place or None, details=details)


def invalid_text(loc: Sequence[str | int]) -> Refusal:
    """422: a string holds a NUL or a lone surrogate. The same words wherever it was found."""
    return unprocessable(
        "invalid_text",
        "text must not hold NUL characters or lone surrogates",
        details=[{"loc": [_printable(part) for part in loc], "message": "NUL character or lone surrogate"}],
    )


def _printable(part: str | int) -> str | int:
    if isinstance(part, int):
        return part
    return part.encode("utf-8", "replace").decode().replace("\x00", "\ufffd")


def not_found(what: str) -> Refusal:
    """404: not there, or not for this key, which must look the same."""
    return Refusal(404, "not_found_error", f"{what}_not_found", f"there is no such {what}")


def conflict(code: str, message: str, *, beside: Mapping[str, Any] | None = None) -> Refusal:
    """409: against the state of things."""
    return Refusal(409, "conflict_error", code, message, beside=beside)


def forbidden(code: str, message: str) -> Refusal:
    """403: this request may not do that."""
    return Refusal(403, "permission_error", code, message)


def unauthenticated(code: str, message: str) -> Refusal:
    """401: no key, or none that opens anything. The same for unknown and revoked keys."""
    return Refusal(401, "authentication_error", code, message, headers={"www-authenticate": "Bearer"})


def too_large(message: str, *, code: str = "request_too_large") -> Refusal:
    """413, closing the connection: the rest of the body is not read."""
    return Refusal(413, "request_too_large", code, message, headers={"connection": "close"})


def too_many(message: str, *, code: str, retry_after: int) -> Refusal:
    """429 with the seconds to wait."""
    return Refusal(429, "rate_limit_error", code, message, headers={"retry-after": str(retry_after)})
