"""A correction of mine met a newer one of somebody else. Pure: what is kept for the person to see."""

import orjson
from pydantic import ValidationError

from atlas_desktop.contract.errors import ErrorInfo
from atlas_desktop.contract.feedback import Feedback
from atlas_desktop.store.rows import OutboxRow
from atlas_desktop.store.settled import Conflict

SAME_TEXT = "Somebody else wrote the same text, byte for byte."


def conflict_of(row: OutboxRow, said: str, current: Feedback | None) -> Conflict:
    """The conflict of this row. Correction text never merges by itself, however small the difference looks."""
    same = current is not None and current.correction == correction_in(row.payload)
    return Conflict(row.seq, current, SAME_TEXT if same else said)


def current_in(feedback: Feedback | None, error: ErrorInfo | None) -> Feedback | None:
    """The feedback that stands, in either place a server may put it; None when it does not say."""
    if feedback is not None:
        return feedback
    extra = (error.model_extra or {}) if error is not None else {}
    for name in ("current", "feedback"):
        try:
            return Feedback.model_validate(extra[name])
        except (KeyError, ValidationError):
            continue
    return None


def correction_in(payload: bytes) -> str | None:
    """The corrected text a frozen payload carries."""
    text = orjson.loads(payload).get("correction")
    return text if isinstance(text, str) else None
