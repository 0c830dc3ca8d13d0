"""A correction of mine met a newer one of somebody else. Pure: which one that is."""

from pydantic import ValidationError

from atlas_desktop.contract.feedback import Feedback, FeedbackResult


def theirs_in(result: FeedbackResult) -> Feedback | None:
    """The correction that stands in the way, else the feedback that counts; None when the server says neither."""
    try:
        return Feedback.model_validate((result.model_extra or {})["conflicting"])
    except (KeyError, ValidationError):
        return result.feedback
