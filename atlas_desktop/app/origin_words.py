"""Where the text of a correction came from, in words."""

from atlas_desktop.app.editor_state import Source
from atlas_desktop.store.best_answer import BestAnswer
from atlas_desktop.wording import tr


def nothing_new(text: str | None) -> str:
    """Why this text is not submitted."""
    if text is None:
        return tr("This is the answer as it was: there is nothing to submit.")
    return tr("This is your correction already.")


def words_of_correction(by: str | None) -> str:
    """The draft was begun from what this reviewer submitted; None: from mine."""
    return tr("as you submitted it") if by is None else tr("from the correction by {name}", name=by)


def words_of_start(source: Source, best: BestAnswer | None) -> str:
    """What was asked to begin from, and what was found."""
    if source == "output":
        return tr("from the answer")
    if best is None:
        return tr("from the answer: nothing better is known for this prompt")
    if best.source == "rated_up":
        return tr("from an answer to the same prompt that was rated good")
    if best.by is None:
        return tr("from your correction of the same prompt")
    return tr("from the correction of the same prompt by {name}", name=best.by)
