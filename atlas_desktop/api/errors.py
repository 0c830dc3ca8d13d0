"""Everything that can go wrong between this program and an Atlas, as one tree.

::

    AtlasError
    ├── BadAddress                 the base URL or the key cannot be used; nothing was sent
    ├── NotSent                    DNS, refused, connect timeout: the server never saw the request
    ├── TlsFailure                 no trust in the server's certificate, or no TLS there; nothing was sent
    ├── Redirected                 the server pointed elsewhere; never followed
    ├── Ambiguous                  sent, but nobody can tell whether it took effect
    │   ├── NoAnswer               read timeout, reset, closed without an answer
    │   └── Unreadable             an answer that is cut off, or not what the contract says
    │       └── TooLarge           an answer larger than is accepted: ask for less
    └── ApiStatusError             the server answered with an error
        ├── InvalidRequestError    400, 415, 421, 422
        │   └── ShipGatesUnmetError    400, both published forms
        ├── AuthenticationError    401
        ├── PermissionDeniedError  403
        ├── NotFoundError          404
        │   └── EndpointMissingError   404 of the endpoint itself, 405, 501: an older or another server
        ├── RequestTimeoutError    408
        ├── ConflictError          409
        ├── RequestTooLargeError   413
        ├── RateLimitError         425, 429
        ├── UpstreamError          502
        ├── NoProviderError        503
        ├── UpstreamTimeoutError   504
        └── InternalServerError    500, and any other 5xx

The message of every error names the request id when the server gave one, and never holds the key.
"""

# The names are the ones people say ("not sent", "redirected"), as in httpx and the plan of this package.
# ruff: noqa: N818

from dataclasses import dataclass, field

from atlas_desktop.contract.errors import ErrorDetail, FailedGate


class AtlasError(Exception):
    """Base of everything :mod:`atlas_desktop.api` raises for the environment's sake."""

    def __init__(self, message: str, *, request_id: str | None = None) -> None:
        super().__init__(f"{message} (request {request_id})" if request_id else message)
        self.request_id = request_id


class BadAddress(AtlasError):
    """The base URL or the key cannot be used: not https, no host, a key with blanks in it."""


class NotSent(AtlasError):
    """The server never saw the request: no such name, refused, or no connection in time."""


class TlsFailure(AtlasError):
    """The other end could not prove who it is. Nothing was sent; only the user can settle it."""


class Redirected(AtlasError):
    """The server answered with a redirect to ``host``, which is never followed: the key stays here."""

    def __init__(self, message: str, *, host: str, request_id: str | None = None) -> None:
        super().__init__(message, request_id=request_id)
        self.host = host


class Ambiguous(AtlasError):
    """The request was sent and nobody can tell whether it took effect. Repeat only what is idempotent."""


class NoAnswer(Ambiguous):
    """The answer did not come in time, or the connection broke before it was whole.

    ``timed_out`` tells the two apart: a time-out may mean that the request was too large to handle.
    """

    def __init__(self, message: str, *, timed_out: bool = False, request_id: str | None = None) -> None:
        super().__init__(message, request_id=request_id)
        self.timed_out = timed_out


class Unreadable(Ambiguous):
    """A success that is cut off, larger than allowed, or not what the contract says."""


class TooLarge(Unreadable):
    """A success larger than is accepted. The same question gets the same answer: ask for less at once."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """An error answer taken apart. ``retry_after`` is in seconds; ``from_atlas`` is false for another's page."""

    status: int
    type: str
    message: str
    code: str | None = None
    param: str | None = None
    details: tuple[ErrorDetail, ...] = ()
    request_id: str | None = None
    retry_after: float | None = None
    from_atlas: bool = True
    failed_gates: tuple[FailedGate, ...] = field(default=())


class ApiStatusError(AtlasError):
    """The server answered with an error; ``type`` and ``code`` are its own words."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.message, request_id=refusal.request_id)
        self.refusal = refusal
        self.status = refusal.status
        self.type = refusal.type
        self.code = refusal.code
        self.message = refusal.message
        self.param = refusal.param
        self.details = refusal.details
        self.retry_after = refusal.retry_after


class InvalidRequestError(ApiStatusError):
    """400, 415, 421, 422: this request will never be accepted as it is."""


class ShipGatesUnmetError(InvalidRequestError):
    """400: a promotion was refused; ``failed_gates`` says by which gates."""

    @property
    def failed_gates(self) -> tuple[FailedGate, ...]:
        """The gates that did not hold."""
        return self.refusal.failed_gates


class AuthenticationError(ApiStatusError):
    """401: the key is missing, unknown or revoked. Never repeated with the same key."""


class PermissionDeniedError(ApiStatusError):
    """403: the key may not do this."""


class NotFoundError(ApiStatusError):
    """404: no such thing within reach of this key."""


class EndpointMissingError(NotFoundError):
    """404 of the endpoint itself, 405 or 501: this server does not offer the feature."""


class RequestTimeoutError(ApiStatusError):
    """408: the server gave up waiting for the request."""


class ConflictError(ApiStatusError):
    """409: ``code`` says with what, such as ``feedback_conflict`` or ``idempotency_conflict``."""


class RequestTooLargeError(ApiStatusError):
    """413: send it in smaller parts."""


class RateLimitError(ApiStatusError):
    """425, 429: not now; ``retry_after`` says when, if the server did."""


class UpstreamError(ApiStatusError):
    """502: a server behind the server failed."""


class NoProviderError(ApiStatusError):
    """503: nobody is there to serve it now."""


class UpstreamTimeoutError(ApiStatusError):
    """504: a server behind the server did not answer in time."""


class InternalServerError(ApiStatusError):
    """500 and any 5xx without a class of its own."""
