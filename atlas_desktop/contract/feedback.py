"""Feedback: what a reviewer said about a call. Append-only; the newest row of a reviewer counts.

Over all reviewers the *effective* row of a call is the newest that judges: by a rating, a correction, or the tag
``review:unsure`` of who looked and could not tell. Where nobody judges it is the newest. So what only describes
(tags, a comment) never unrates what another reviewer rated.
"""

from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from atlas_desktop.contract.base import Answer, Counter, Request, Thumb, Timestamp
from atlas_desktop.contract.errors import ErrorInfo
from atlas_desktop.contract.ids import FEEDBACK_ID

Tag = Annotated[str, StringConstraints(min_length=1, max_length=100)]
MOST_CORRECTED: Final = 1024 * 1024
"""Bytes of UTF-8 a correction may have."""


def _not_too_long(text: str) -> str:
    if len(text) * 4 > MOST_CORRECTED and len(text.encode("utf-8", "surrogatepass")) > MOST_CORRECTED:
        raise ValueError(f"may have {MOST_CORRECTED // 1024**2} MiB")
    return text


Correction = Annotated[str, AfterValidator(_not_too_long)]
Tags = Annotated[list[Tag], Field(max_length=50)]


class FeedbackCreate(Request):
    """One act of a reviewer. At least one of rating, correction and tags, or ``clears``.

    A comment goes with one of these: alone, or beside an empty list of tags, it says nothing.
    ``clears: true`` retracts everything this reviewer said before. With ``on_conflict: "reject"`` the
    server refuses (409 ``feedback_conflict``) a correction when another reviewer's correction newer than
    ``base_feedback_id`` exists.
    """

    call_id: str = Field(min_length=1, max_length=200)
    rating: Thumb | None = None
    correction: Correction | None = None
    tags: Tags | None = None
    comment: str | None = Field(default=None, max_length=20_000)
    clears: bool = False
    id: str | None = Field(default=None, pattern=FEEDBACK_ID)
    reviewer: str | None = Field(default=None, min_length=1, max_length=200)
    base_feedback_id: str | None = Field(default=None, max_length=100)
    on_conflict: Literal["append", "reject"] = "append"

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        said = (self.rating, self.correction, self.tags, self.comment)
        if self.clears and any(part is not None for part in said):
            raise ValueError("clears retracts everything: it takes no rating, correction, tags or comment")
        if not self.clears and self.rating is None and self.correction is None and not self.tags:
            raise ValueError("give at least one of rating, correction, tags")
        return self


class Feedback(Answer):
    """One stored row of feedback. ``rating`` null with ``clears`` means: this reviewer took it back."""

    id: str
    object: Literal["feedback"] = "feedback"
    call_id: str
    rating: Thumb | None = None
    correction: str | None = None
    tags: list[str] = []
    comment: str | None = None
    clears: bool = False
    reviewer: str
    base_feedback_id: str | None = None
    created_at: Timestamp
    revision: Counter


class FeedbackBatch(Request):
    """Up to 1,000 acts in one request; each stands on its own."""

    items: list[dict[str, object]] = Field(min_length=1, max_length=1000)


class FeedbackResult(Answer):
    """What became of one item of a batch: the HTTP status it would have had alone, and its answer."""

    status: int
    feedback: Feedback | None = None
    error: ErrorInfo | None = None


class FeedbackBatchAnswer(Answer):
    """Results in the order of the items."""

    results: list[FeedbackResult]
