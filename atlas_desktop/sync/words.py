"""The sentences a person reads beside the state of the connection. Each says what is safe. Pure."""

from typing import Final

from atlas_desktop.api.policy import DEFAULT_POLICY
from atlas_desktop.sync.status import Link
from atlas_desktop.wording import mark, tr, trn

_PROBLEMS: Final[dict[Link, str]] = {
    "offline": mark("The server cannot be reached. Trying again by itself."),
    "auth": mark(
        "The server does not accept this key. Nothing more is sent until a new one is entered on Sync."
    ),
    "tls": mark("The connection to the server is not secure, so nothing is sent over it."),
    "redirect": mark("The server points to another address. That is not followed, so nothing is sent."),
    "version": mark("The server does not offer what this needs."),
    "lying": "What the server sends does not add up, even when asked from the beginning.",
}
GONE: Final = mark("The local Atlas is not running. Nothing is sent until it is back and proved to be ours.")
_TOO_LARGE: Final = mark(
    "A call on the server is larger than {limit} MiB, the most that is fetched at"
    " once, so it and the calls behind it do not come. What is here is safe on this computer, and ratings are sent"
    " all the same. Have that call deleted on the server: then fetching goes on by itself."
)
CANNOT_TELL: Final = mark(
    "Cannot tell whether the server took this: the answer was lost, and this server does not let one look."
)
OTHER_ORGANIZATION: Final = mark("the key belongs to another organization than the calls on this computer.")
STALLED: Final = mark(
    "Sending had stopped without a reason. It was started again, and this was written to the log."
)


def problem_of(link: Link, said: str, pending: int, *, gone: bool = False) -> str | None:
    """The sentence for this state; None when all is well or the person chose it."""
    problem = GONE if gone and link == "offline" else _PROBLEMS.get(link)
    if problem is None:
        return None
    return " ".join(filter(None, (tr(problem), _quoted(said) if said else "", safe(pending))))


def _quoted(said: str) -> str:
    return tr("It says: {words}", words=said if said.endswith((".", "!", "?")) else f"{said}.")


def safe(pending: int) -> str:
    """What is safe where: a count of what is only here."""
    if pending == 0:
        return ""
    return trn(
        "{count:,} rating is safe on this computer.", "{count:,} ratings are safe on this computer.", pending
    )


def too_large() -> str:
    """A call that cannot be fetched, and what that holds up."""
    return tr(_TOO_LARGE, limit=DEFAULT_POLICY.answer_limit // 1024**2)
