"""An opinion as it is kept in a column, and as the one number the list filters by."""

from functools import lru_cache
from typing import Final

import orjson

from atlas_desktop.contract.base import Thumb
from atlas_desktop.contract.feedback import Feedback
from atlas_desktop.domain.opinion import EMPTY, Opinion

NOTHING, UP, DOWN, UNSURE = range(4)
RATING: Final[tuple[Thumb | None, ...]] = (None, "thumbs_up", "thumbs_down", None)
SHOWN: Final = {"none": NOTHING, "thumbs_up": UP, "thumbs_down": DOWN, "unsure": UNSURE}


@lru_cache(maxsize=256)
def keep(opinion: Opinion) -> str | None:
    """The opinion as JSON text; None when it says nothing."""
    if opinion == EMPTY:
        return None
    parts = (
        ("rating", opinion.rating),
        ("correction", opinion.correction),
        ("tags", opinion.tags or None),
        ("comment", opinion.comment),
    )
    return orjson.dumps({name: value for name, value in parts if value is not None}).decode()


@lru_cache(maxsize=256)
def recall(kept: str | None) -> Opinion:
    """The opinion back from its column."""
    if kept is None:
        return EMPTY
    parts = orjson.loads(kept)
    return Opinion(
        parts.get("rating"), parts.get("correction"), tuple(parts.get("tags", ())), parts.get("comment")
    )


def shown(opinion: Opinion) -> int:
    """NOTHING, UP, DOWN or UNSURE."""
    if opinion.unsure:
        return UNSURE
    return SHOWN[opinion.rating or "none"]


def opinion_of(feedback: Feedback | None) -> Opinion:
    """What a row of feedback says; a retraction and no row at all say nothing."""
    if feedback is None or feedback.clears:
        return EMPTY
    return Opinion(feedback.rating, feedback.correction, tuple(feedback.tags), feedback.comment)


def payload_of(op_id: str, call_id: str, opinion: Opinion, base: str | None) -> bytes:
    """The `FeedbackCreate` to send. ``base`` matters only beside a correction: ratings are votes."""
    body: dict[str, object] = {"id": op_id, "call_id": call_id}
    if opinion == EMPTY:
        body["clears"] = True
    if opinion.rating is not None:
        body["rating"] = opinion.rating
    if opinion.tags:
        body["tags"] = opinion.tags
    if opinion.comment is not None:
        body["comment"] = opinion.comment
    if opinion.correction is not None:
        body |= {"correction": opinion.correction, "on_conflict": "reject"}
        if base is not None:
            body["base_feedback_id"] = base
    return orjson.dumps(body)
