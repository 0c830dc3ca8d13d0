"""From what the client raises, and from one result in a batch, to a `Fault`."""

from atlas_desktop.api.errors import (
    Ambiguous,
    ApiStatusError,
    AtlasError,
    EndpointMissingError,
    NoAnswer,
    NotSent,
    Redirected,
    TlsFailure,
    TooLarge,
)
from atlas_desktop.contract.feedback import FeedbackResult
from atlas_desktop.sync.answers import Fault


def fault_of(error: AtlasError) -> Fault:
    """What kind of failure this is. The message is the one a person may read."""
    said = str(error)
    match error:
        case NotSent():
            return Fault("not_sent", message=said)
        case TlsFailure():
            return Fault("tls", message=said)
        case Redirected():
            return Fault("redirect", message=said)
        case TooLarge():
            return Fault("too_large", message=said)
        case Ambiguous():
            return Fault("ambiguous", message=said, timed_out=isinstance(error, NoAnswer) and error.timed_out)
        case ApiStatusError():
            return Fault(
                "status",
                error.status,
                error.code,
                said,
                error.retry_after,
                from_atlas=not isinstance(error, EndpointMissingError) and error.refusal.from_atlas,
            )
        case _:
            # An address or key that cannot be used is a setting, like 421: the queue waits for a person.
            return Fault("status", 421, message=said)


def fault_of_result(result: FeedbackResult) -> Fault:
    """One item of a batch that was not taken."""
    error = result.error
    if error is None or not 300 <= result.status < 600:
        return Fault("ambiguous", result.status, message="The server gave no reason.")
    extra = error.model_extra or {}
    later = extra.get("retry_after")
    return Fault(
        "status",
        result.status,
        error.code,
        error.message,
        float(later) if isinstance(later, int | float) and not isinstance(later, bool) else None,
    )
