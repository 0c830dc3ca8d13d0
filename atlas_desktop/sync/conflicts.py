"""A correction of mine met a newer one of somebody else. Pure: what is kept for the person to see."""

import orjson
from pydantic import ValidationError

from atlas_desktop.contract.feedback import Feedback, FeedbackResult
from atlas_desktop.store.rows import OutboxRow
from atlas_desktop.store.settled import Conflict

SAME_TEXT = "Somebody else wrote the same text, byte for byte."


def conflict_of(row: OutboxRow, said: str, current: Feedback | None) -> Conflict:
    """The conflict of this row. Correction text never merges by itself, however small the difference looks."""
    same = current is not None and current.correction == correction_in(row.payload)
    return Conflict(row.seq, current, SAME_TEXT if same else said)


def theirs_in(result: FeedbackResult) -> Feedback | None:
    """The correction that stands in the way, else the feedback that counts; None when the server says neither."""
    try:
        return Feedback.model_validate((result.model_extra or {})["conflicting"])
    except (KeyError, ValidationError):
        return result.feedback


def correction_in(payload: bytes) -> str | None:
    """The corrected text a frozen payload carries."""
    text = orjson.loads(payload).get("correction")
    return text if isinstance(text, str) else None
