"""Which way to talk to this server, and what a page of changes asks for next. Pure."""

from dataclasses import dataclass
from enum import Enum, auto
from typing import Final, Literal

from atlas_desktop.contract.capabilities import Capabilities, Feature

_MATTERS: Final[tuple[Feature, ...]] = (
    "calls",
    "calls.changes",
    "feedback.batch",
    "feedback.list",
    "feedback.conflicts",
    "idempotency",
)


@dataclass(frozen=True, slots=True)
class Way:
    """How one server is spoken to.

    ``pull``: by the changes feed, by listing newest first, or not at all. ``push``: in batches or one by one.
    ``unknown``: a row without an answer is sent again (the server knows its id), looked up first, or parked.
    """

    pull: Literal["changes", "listing", "none"]
    push: Literal["batch", "single"]
    unknown: Literal["resend", "look", "park"]
    limited: tuple[Feature, ...]
    evaluators: bool = False


def way_of(capabilities: Capabilities) -> Way:
    """What the features allow."""
    has = capabilities.has
    return Way(
        pull="changes" if has("calls.changes") else "listing" if has("calls") else "none",
        push="batch" if has("feedback.batch") else "single",
        unknown="resend" if has("idempotency") else "look" if has("feedback.list") else "park",
        limited=tuple(feature for feature in _MATTERS if not has(feature)),
        evaluators=has("evaluators"),
    )


class Next(Enum):
    """What follows a page of changes."""

    PAGE = auto()
    DONE = auto()
    AGAIN = auto()
    FROM_ZERO = auto()
    LYING = auto()


@dataclass(frozen=True, slots=True)
class PageFacts:
    """One applied page: where it began and ended, what the server says it all adds up to, and what we have."""

    after: int
    next_after: int
    has_more: bool
    total: int | None = None
    digest: str | None = None
    our_total: int = 0
    our_digest: str = ""

    @property
    def backwards(self) -> bool:
        """Whether the server's counter is behind ours: it was restored from an older copy, or another one."""
        return self.next_after < self.after

    @property
    def stuck(self) -> bool:
        """Whether following it would ask for the same page for ever."""
        return self.has_more and self.next_after == self.after

    @property
    def agrees(self) -> bool:
        """Whether both ends hold the same calls; true where the server does not say."""
        return (self.total is None or self.total == self.our_total) and (
            self.digest is None or self.digest == self.our_digest
        )


def after_page(page: PageFacts, *, doubted: int) -> Next:
    """What to do now. ``doubted`` counts the mismatches since the last agreement.

    The first is looked at once more, the second makes us pull from zero, after the third we stop believing.
    """
    if page.backwards or page.stuck:
        return Next.FROM_ZERO if doubted < 2 else Next.LYING
    if page.has_more:
        return Next.PAGE
    if page.agrees:
        return Next.DONE
    return (Next.AGAIN, Next.FROM_ZERO)[doubted] if doubted < 2 else Next.LYING
