"""What an answer, or the lack of one, means for the rows that were sent and for the queue. Pure.

This is the table of the design's section 2; nothing else in the engine looks at a status code.
"""

from dataclasses import dataclass
from enum import Enum, auto
from typing import Final, Literal

Kind = Literal["not_sent", "tls", "redirect", "ambiguous", "too_large", "status"]
Scope = Literal["item", "single", "batch", "read", "page"]
Item = Literal["ready", "unknown", "conflict", "rejected"]


class Queue(Enum):
    """What happens to the queue."""

    GO_ON = auto()
    HOST = auto()
    LATER = auto()
    TLS = auto()
    REDIRECT = auto()
    AUTH = auto()
    VERSION = auto()
    SMALLER = auto()
    BISECT = auto()


@dataclass(frozen=True, slots=True)
class Fault:
    """A request, or one item of it, that did not succeed.

    ``timed_out`` is only for an ambiguous one. ``from_atlas`` is whether the server spoke about the thing asked
    for: a 404 otherwise comes from something that knows no such path.
    """

    kind: Kind
    status: int | None = None
    code: str | None = None
    message: str = ""
    retry_after: float | None = None
    timed_out: bool = False
    from_atlas: bool = True


@dataclass(frozen=True, slots=True)
class Judgement:
    """What becomes of the rows and of the queue."""

    item: Item
    queue: Queue


_NOT_DONE: Final = frozenset({408, 425, 429, 503})
_PERMANENT: Final = frozenset({400, 404, 409, 410, 413, 415, 422})


def judge(fault: Fault, scope: Scope) -> Judgement:
    """By the table. ``item`` is one result inside a batch, ``single`` a request with one row in it, ``page`` a
    reading that can ask for fewer rows.
    """
    match fault.kind:
        case "not_sent":
            return Judgement("ready", Queue.HOST)
        case "tls":
            return Judgement("ready", Queue.TLS)
        case "redirect":
            return Judgement("ready", Queue.REDIRECT)
        case "ambiguous":
            return Judgement("unknown", Queue.HOST)
        case "too_large":
            # The server is there and well: the other loop has nothing to wait for.
            return Judgement("unknown", Queue.SMALLER if scope == "page" else Queue.LATER)
        case "status":
            return _by_status(fault, "read" if scope == "page" else scope)


def _by_status(fault: Fault, scope: Scope) -> Judgement:
    status = fault.status or 0
    if 300 <= status < 400:
        return Judgement("ready", Queue.REDIRECT)
    if status == 401 or (status == 403 and scope != "item"):
        return Judgement("ready", Queue.AUTH)
    if status in _NOT_DONE:
        return Judgement("ready", Queue.LATER)
    if status == 501 or (scope != "item" and _no_such_endpoint(fault, scope)):
        return Judgement("ready", Queue.VERSION)
    if status >= 500:
        return Judgement("unknown", Queue.LATER)
    if scope == "item" or (status in _PERMANENT and scope != "read"):
        return _permanent(fault, scope)
    # 402, 407, 421, 451, …: something between us and the rows. Rejecting them would hand a person
    # every single decision for one wrong setting, so the queue waits instead.
    return Judgement("ready", Queue.VERSION)


def _permanent(fault: Fault, scope: Scope) -> Judgement:
    if scope == "batch":
        return Judgement("ready", Queue.SMALLER if fault.status == 413 else Queue.BISECT)
    if fault.status == 409 and fault.code == "feedback_conflict":
        return Judgement("conflict", Queue.GO_ON)
    return Judgement("rejected", Queue.GO_ON)


def _no_such_endpoint(fault: Fault, scope: Scope) -> bool:
    if fault.status == 405:
        return True
    if fault.status != 404:
        return False
    return scope == "batch" or not fault.from_atlas
