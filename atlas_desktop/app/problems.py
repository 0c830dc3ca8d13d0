"""What went wrong, said to a person: what happened, what is safe, what to do."""

import platform
import ssl
from dataclasses import dataclass, replace
from typing import Final, Literal

from atlas_desktop import __version__
from atlas_desktop.api import errors as api
from atlas_desktop.database.errors import DatabaseError
from atlas_desktop.logs import redact
from atlas_desktop.wording import mark, tr

At = Literal["window", "connection", "list", "call", "decision", "sync", "settings", "local"]

_LONGEST_REASON: Final = 300
SAFE: Final = mark("Everything you rated is safe on this computer.")
NOTHING_CHANGED: Final = mark("Nothing was changed.")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that went wrong, in words. ``at`` names what it is shown beside.

    ``title`` says what happened, ``detail`` the particulars, ``safe`` what is not lost, ``action`` what to do.
    ``code`` is for tests and reports, ``retry`` says that trying again may help, ``bug`` that it is ours.
    """

    code: str
    title: str
    detail: str
    safe: str
    action: str
    at: At = "window"
    retry: bool = False
    bug: bool = False
    request_id: str | None = None

    @property
    def sentence(self) -> str:
        """All of it in one line, as a screen reader says it."""
        return " ".join(filter(None, (_stop(self.title), _stop(self.detail), self.safe, self.action)))


class KnownError(Exception):
    """What the environment did. Shown beside the work."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.title)
        self.problem = problem


class BugError(Exception):
    """What we did: a state that should be impossible. Shown with a report that can be copied."""


def problem_from(error: BaseException, at: At = "window") -> Problem:
    """The one place that puts an exception into words."""
    if isinstance(error, KnownError):
        return error.problem
    if isinstance(error, api.AtlasError):
        return replace(_from_api(error), at=at, request_id=error.request_id)
    if isinstance(error, DatabaseError):
        return replace(_from_database(error), at=at)
    if isinstance(error, OSError) and not isinstance(error, ssl.SSLError):
        return replace(_from_system(error), at=at)
    return _bug(error, at)


def problem_of_trying(error: BaseException) -> Problem:
    """The same in words for somebody who tries an address and a key, and may have rated nothing yet."""
    problem = problem_from(error, "connection")
    if problem.safe == tr(SAFE):
        problem = replace(problem, safe=tr(NOTHING_CHANGED))
    if isinstance(error, api.AuthenticationError):
        return replace(problem, action=tr(_CHECK_KEY))
    return replace(problem, action=tr(_TRY_LATER)) if problem.action == tr(_ASK_AGAIN) else problem


def reason_of(error: BaseException) -> str:
    """The shortest true words of an exception, on one line, without secrets."""
    words = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    line = " ".join(redact(words).split()).rstrip(".")
    shown = line if len(line) <= _LONGEST_REASON else line[: _LONGEST_REASON - 1] + "…"
    return shown or type(error).__name__


def report(problem: Problem) -> str:
    """A text to copy into a bug report: redacted, without any call's content."""
    lines = (
        f"Atlas Desktop {__version__}, Python {platform.python_version()}, {platform.platform()}",
        f"{problem.code} at {problem.at}",
        problem.title,
        problem.detail,
        f"request {problem.request_id}" if problem.request_id else "",
    )
    return redact("\n".join(filter(None, lines)))


def _from_api(error: api.AtlasError) -> Problem:
    reason = _without_id(reason_of(error), error.request_id)
    if isinstance(error, api.ApiStatusError):
        return _from_status(error, reason)
    for kind, words in _NETWORK:
        if isinstance(error, kind):
            return _said(words, f"{reason}.")
    unknown = Problem("atlas", mark("The server could not be used"), "", SAFE, mark("Try again."), retry=True)
    return _said(unknown, f"{reason}.")


def _said(words: Problem, detail: str) -> Problem:
    """A problem of a table, in the language, with its particulars."""
    return replace(words, title=tr(words.title), detail=detail, safe=tr(words.safe), action=tr(words.action))


def _without_id(reason: str, request_id: str | None) -> str:
    """The message without the request id at its end: the problem carries that by itself."""
    return reason.removesuffix(f" (request {request_id})").rstrip(".")


def _from_status(error: api.ApiStatusError, reason: str) -> Problem:
    for kind, words in _ANSWERS:
        if isinstance(error, kind):
            return _said(words, tr("The server says: {reason}.", reason=reason))
    return Problem(
        error.code or f"http_{error.status}",
        tr("The server did not accept this"),
        tr("The server says: {reason}.", reason=reason),
        tr(SAFE),
        tr("Change what it names, then try again."),
    )


_CHECK_KEY: Final = mark("Check that all of the key was copied, or ask for another one where you got it.")
_TRY_LATER: Final = mark("Try again in a moment.")
_ASK_AGAIN: Final = mark("Try again; what is not sent yet goes by itself later.")
_NETWORK: Final[tuple[tuple[type[api.AtlasError], Problem], ...]] = (
    (
        api.BadAddress,
        Problem("bad_address", mark("This address or key cannot be used"), "", NOTHING_CHANGED,
                mark("Check both, letter by letter, and try again.")),
    ),
    (
        api.NotSent,
        Problem("unreachable", mark("The server cannot be reached"), "", SAFE,
                mark("Check the address and your network, then try again."), retry=True),
    ),
    (
        api.TlsFailure,
        Problem("tls", mark("The server could not prove who it is"), "", mark("The key was not sent."),
                mark("Check the address. If a company proxy stands between, its certificate must be trusted here.")),
    ),
    (
        api.Redirected,
        Problem("redirected", mark("The server points to another address"), "", mark("The key was not sent there."),
                mark("Enter the address it should be, if you trust it.")),
    ),
    (
        api.Ambiguous,
        Problem("no_answer", mark("The server's answer did not arrive whole"), "", SAFE, _ASK_AGAIN, retry=True),
    ),
)  # fmt: skip
_ANSWERS: Final[tuple[tuple[type[api.ApiStatusError], Problem], ...]] = (
    (
        api.AuthenticationError,
        Problem("key_refused", mark("The server does not accept this key"), "", SAFE,
                mark("Enter a key that is valid now; nothing is sent with the old one any more.")),
    ),
    (
        api.PermissionDeniedError,
        Problem("not_allowed", mark("This key may not do that"), "", SAFE, mark("Ask for a key that may, or use another.")),
    ),
    (
        api.EndpointMissingError,
        Problem("not_offered", mark("This server does not offer that"), "", SAFE,
                mark("Check that the address ends in /v1; an older server may lack the feature.")),
    ),
    (
        api.NotFoundError,
        Problem("not_found", mark("The server does not have this"), "", SAFE, mark("It may be gone; refresh the list.")),
    ),
    (
        api.RateLimitError,
        Problem("rate_limit", mark("The server asks to go slower"), "", SAFE, _ASK_AGAIN, retry=True),
    ),
    (
        api.RequestTooLargeError,
        Problem("too_large", mark("This is more than the server takes at once"), "", SAFE, mark("Send it in smaller parts.")),
    ),
    (
        api.InternalServerError,
        Problem("server_failed", mark("The server failed"), "", SAFE, _ASK_AGAIN, retry=True),
    ),
)  # fmt: skip


def _from_database(error: DatabaseError) -> Problem:
    return Problem(
        code=f"db_{type(error).__name__}",
        title=tr(error.title),
        detail=_stop(redact(error.detail)),
        safe=tr(error.safe) or tr("What was saved before stays saved."),
        action=tr(error.action) or tr("Try again."),
        retry=True,
    )


def _from_system(error: OSError) -> Problem:
    where = f" ({error.filename})" if isinstance(error.filename, str) else ""
    return Problem(
        code=f"os_{type(error).__name__}",
        title=tr("This computer could not do that"),
        detail=f"{reason_of(error)}{where}.",
        safe=tr("What was saved before stays saved."),
        action=tr("Check free space and permissions, then try again."),
        retry=True,
    )


def _bug(error: BaseException, at: At) -> Problem:
    return Problem(
        code=f"bug_{type(error).__name__}",
        title=tr("The app made a mistake"),
        detail=f"{type(error).__name__}: {reason_of(error)}.",
        safe=tr(SAFE),
        action=tr("You can go on. Please copy the report and send it to us."),
        at=at,
        bug=True,
    )


def _stop(text: str) -> str:
    return text if not text or text.endswith((".", "!", "?")) else f"{text}."
