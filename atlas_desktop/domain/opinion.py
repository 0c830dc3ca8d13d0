"""What one reviewer says about one call, and how a verdict changes it."""

from dataclasses import dataclass, replace
from typing import Final, Literal

from atlas_desktop.contract.base import Thumb

Verdict = Literal["up", "down", "unsure", "clear"]

UNSURE_TAG: Final = "review:unsure"
_THUMB: Final[dict[str, Thumb]] = {"up": "thumbs_up", "down": "thumbs_down"}


@dataclass(frozen=True, slots=True)
class Opinion:
    """Everything this reviewer says about a call.

    It is sent whole each time, because the newest row of a reviewer replaces the older one.
    """

    rating: Thumb | None = None
    correction: str | None = None
    tags: tuple[str, ...] = ()
    comment: str | None = None

    @property
    def unsure(self) -> bool:
        """Whether the reviewer looked and could not tell: no rating, and the tag that says so."""
        return self.rating is None and UNSURE_TAG in self.tags


EMPTY: Final = Opinion()


def with_verdict(opinion: Opinion, verdict: Verdict) -> Opinion:
    """The opinion after a decision key. Correction, comment and other tags are carried forward."""
    if verdict == "clear":
        return EMPTY
    others = tuple(tag for tag in opinion.tags if tag != UNSURE_TAG)
    if verdict == "unsure":
        return replace(opinion, rating=None, tags=(*others, UNSURE_TAG))
    return replace(opinion, rating=_THUMB[verdict], tags=others)
