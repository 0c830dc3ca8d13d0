"""What can become of an act that was sent. ``seq`` is the outbox row's, never reused."""

from dataclasses import dataclass

from atlas_desktop.contract.feedback import Feedback


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """The server stored it (now or earlier) and answered with this row."""

    seq: int
    feedback: Feedback


@dataclass(frozen=True, slots=True)
class Retry:
    """It was certainly not stored this time; send it again later. ``counted=False`` takes the attempt back
    (401). ``looked``: the server was asked, and has nothing of earlier attempts either.
    """

    seq: int
    counted: bool = True
    looked: bool = False


@dataclass(frozen=True, slots=True)
class Unknown:
    """No answer: the server may or may not have stored it."""

    seq: int


@dataclass(frozen=True, slots=True)
class Conflict:
    """Refused, because of another reviewer's newer correction."""

    seq: int
    current: Feedback | None = None
    message: str = ""


@dataclass(frozen=True, slots=True)
class Rejected:
    """Refused for good, with the server's words."""

    seq: int
    status: int
    code: str | None
    message: str


@dataclass(frozen=True, slots=True)
class Parked:
    """Neither sent nor refused: a person must decide, because of ``reason``."""

    seq: int
    reason: str


Settled = Acknowledged | Retry | Unknown | Conflict | Rejected | Parked
