"""Why a recorded call has no whole answer, in words."""

from typing import Final

from atlas_desktop.contract.calls import Call
from atlas_desktop.wording import mark, tr

_LONGEST: Final = 120
_CUT: Final[dict[str, str]] = {
    "cancelled": mark("The client went away before it ended."),
    "interrupted": mark("Atlas ended before the answer did."),
    "error": mark("It failed."),
}
_FAILED: Final[dict[str, str]] = {
    "provider_unreachable": mark("The provider could not be reached."),
    "provider_broke_off": mark("The provider broke off its answer."),
    "provider_nonsense": mark("The provider answered something else than a completion."),
    "provider_endless": mark("The provider did not come to an end."),
    "provider_failed": mark("The provider failed."),
    "provider_timeout": mark("The provider took too long."),
    "provider_refused_key": mark("The provider refused the key it was given."),
    "provider_refused_request": mark("The provider refused the request."),
    "provider_unpaid": mark("The account at the provider has no credit."),
    "provider_lacks_model": mark("The provider does not know this model or path."),
    "provider_redirects": mark("The provider answered with a redirect."),
    "provider_rate_limited": mark("The provider was asked too often."),
}


def was_cut(call: Call) -> bool:
    """Whether its answer is not whole, so that no evaluator looks at it."""
    return call.response.finish_reason in _CUT


def failure_of(call: Call) -> str:
    """A sentence; empty for a call that ended as it should. Read with care: it may be a newer server's."""
    cut = _CUT.get(call.response.finish_reason or "")
    if cut is None:
        return ""
    code = (call.delivery.model_extra or {}).get("error") if call.delivery is not None else None
    return words_of(code) if isinstance(code, str) and code else tr(cut)


def words_of(code: str) -> str:
    """What the gateway wrote as the cause, in a sentence; a code that is unknown here in its own words."""
    known = _FAILED.get(code)
    return tr(known) if known is not None else code[:_LONGEST].replace("_", " ")
