"""The sentences a person reads beside the state of the connection. Each says what is safe. Pure."""

from typing import Final

from atlas_desktop.api.policy import DEFAULT_POLICY
from atlas_desktop.sync.status import Link

_PROBLEMS: Final[dict[Link, str]] = {
    "offline": "The server cannot be reached. Trying again by itself.",
    "auth": "The server does not accept this key. Nothing more is sent until a new one is entered on Sync (G S).",
    "tls": "The connection to the server is not secure, so nothing is sent over it.",
    "redirect": "The server points to another address. That is not followed, so nothing is sent.",
    "version": "The server does not offer what this needs.",
    "lying": "What the server sends does not add up, even when asked from the beginning.",
}
GONE: Final = "The local Atlas is not running. Nothing is sent until it is back and proved to be ours."
TOO_LARGE: Final = (
    f"A call on the server is larger than {DEFAULT_POLICY.answer_limit // 1024**2} MiB, the most that is fetched at"
    " once, so it and the calls behind it do not come. What is here is safe on this computer, and ratings are sent"
    " all the same. Have that call deleted on the server: then fetching goes on by itself."
)
CANNOT_TELL: Final = (
    "Cannot tell whether the server took this: the answer was lost, and this server does not let one look."
)
OTHER_ORGANIZATION: Final = "the key belongs to another organization than the calls on this computer."
STALLED: Final = (
    "Sending had stopped without a reason. It was started again, and this was written to the log."
)


def problem_of(link: Link, said: str, pending: int, *, gone: bool = False) -> str | None:
    """The sentence for this state; None when all is well or the person chose it."""
    problem = GONE if gone and link == "offline" else _PROBLEMS.get(link)
    if problem is None:
        return None
    return " ".join(filter(None, (problem, _quoted(said) if said else "", safe(pending))))


def _quoted(said: str) -> str:
    return f"It says: {said}" if said.endswith((".", "!", "?")) else f"It says: {said}."


def safe(pending: int) -> str:
    """What is safe where: a count of what is only here."""
    if pending == 0:
        return ""
    return f"{pending:,} rating{' is' if pending == 1 else 's are'} safe on this computer."
