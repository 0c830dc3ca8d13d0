"""An opinion as it is kept in a column, and as the one number the list filters by."""

from functools import lru_cache
from typing import Final

import orjson

from atlas_desktop.contract.base import Thumb
from atlas_desktop.contract.feedback import Feedback
from atlas_desktop.domain.opinion import EMPTY, KEEP, Edit, Opinion

NOTHING, UP, DOWN, UNSURE = range(4)
RATING: Final[tuple[Thumb | None, ...]] = (None, "thumbs_up", "thumbs_down", None)
NOTE_TAG: Final = "review:note"
"""Goes with a comment that stands alone: the contract takes none without a rating, correction or tag."""
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


@lru_cache(maxsize=256)
def keep_edit(edit: Edit) -> str:
    """An edit as JSON text; what it leaves alone is not in it."""
    said: dict[str, object] = {}
    if edit.verdict is not None:
        said["verdict"] = edit.verdict
    if edit.correction is not KEEP:
        said["correction"] = edit.correction
    if edit.add_tags:
        said["add_tags"] = edit.add_tags
    if edit.remove_tags:
        said["remove_tags"] = edit.remove_tags
    if edit.comment is not KEEP:
        said["comment"] = edit.comment
    return orjson.dumps(said).decode()


@lru_cache(maxsize=256)
def recall_edit(kept: str) -> Edit:
    """The edit back from its column."""
    said = orjson.loads(kept)
    return Edit(
        said.get("verdict"),
        said.get("correction", KEEP),
        tuple(said.get("add_tags", ())),
        tuple(said.get("remove_tags", ())),
        said.get("comment", KEEP),
    )


def shown(opinion: Opinion) -> int | None:
    """NOTHING (a correction alone), UP, DOWN or UNSURE; None when it does not judge: then what others said shows."""
    if not opinion.judges:
        return None
    if opinion.unsure:
        return UNSURE
    return SHOWN[opinion.rating or "none"]


def opinion_of(feedback: Feedback | None) -> Opinion:
    """What a row of feedback says; a retraction and no row at all say nothing."""
    if feedback is None or feedback.clears:
        return EMPTY
    tags = tuple(feedback.tags)
    if feedback.comment is not None:
        tags = tuple(tag for tag in tags if tag != NOTE_TAG)
    return Opinion(feedback.rating, feedback.correction, tags, feedback.comment)


def payload_of(op_id: str, call_id: str, opinion: Opinion, base: str | None) -> bytes:
    """The `FeedbackCreate` to send. ``base`` matters only beside a correction: ratings are votes."""
    body: dict[str, object] = {"id": op_id, "call_id": call_id}
    if opinion == EMPTY:
        body["clears"] = True
    if opinion.rating is not None:
        body["rating"] = opinion.rating
    tags = opinion.tags
    if opinion.comment is not None and not (opinion.rating or opinion.correction or tags):
        tags = (NOTE_TAG,)
    if tags:
        body["tags"] = tags
    if opinion.comment is not None:
        body["comment"] = opinion.comment
    if opinion.correction is not None:
        body |= {"correction": opinion.correction, "on_conflict": "reject"}
        if base is not None:
            body["base_feedback_id"] = base
    return orjson.dumps(body)
