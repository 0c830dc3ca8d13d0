"""What one reviewer says about one call, and how an act changes it."""

from dataclasses import dataclass, replace
from enum import Enum
from typing import Final, Literal

from atlas_desktop.contract.base import Thumb

Verdict = Literal["up", "down", "unsure", "clear"]

UNSURE_TAG: Final = "review:unsure"
MOST_TAGS: Final = 50
"""Tags one reviewer may give one call: the contract's limit."""
_THUMB: Final[dict[str, Thumb]] = {"up": "thumbs_up", "down": "thumbs_down"}


class Keep(Enum):
    """The part of an edit that leaves things as they are."""

    KEEP = "keep"


KEEP: Final = Keep.KEEP


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

    @property
    def judges(self) -> bool:
        """Whether it says how good the answer was. What only describes (tags, a note) leaves others' verdicts alone."""
        return self.rating is not None or self.correction is not None or UNSURE_TAG in self.tags


EMPTY: Final = Opinion()


@dataclass(frozen=True, slots=True)
class Edit:
    """What one act changes; what it does not name stays. ``correction`` and ``comment``: None takes it back."""

    verdict: Verdict | None = None
    correction: str | Keep | None = KEEP
    add_tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()
    comment: str | Keep | None = KEEP


NO_EDIT: Final = Edit()


def as_edit(said: Verdict | Edit) -> Edit:
    """A verdict alone is an edit too."""
    return said if isinstance(said, Edit) else Edit(verdict=said)


def edited(opinion: Opinion, edit: Edit) -> Opinion:
    """The opinion after the act. A correction of a call without a rating implies thumbs-down."""
    said = opinion if edit.verdict is None else with_verdict(opinion, edit.verdict)
    if edit.correction is not KEEP:
        said = replace(said, correction=edit.correction)
        if edit.correction is not None and said.rating is None and edit.verdict is None:
            said = with_verdict(said, "down")
    if edit.add_tags or edit.remove_tags:
        kept = [tag for tag in said.tags if tag not in edit.remove_tags or tag in edit.add_tags]
        said = replace(said, tags=tuple(dict.fromkeys((*kept, *edit.add_tags))))
    if edit.comment is not KEEP:
        said = replace(said, comment=edit.comment or None)
    return said


def fits(after: Opinion, before: Opinion) -> bool:
    """Whether a row of feedback has room for what an act adds: it may carry 50 tags."""
    return len(after.tags) <= max(MOST_TAGS, len(before.tags))


def with_verdict(opinion: Opinion, verdict: Verdict) -> Opinion:
    """The opinion after a decision key. Correction, comment and other tags are carried forward."""
    if verdict == "clear":
        return EMPTY
    if verdict == "unsure":
        return replace(opinion, rating=None, tags=tuple(dict.fromkeys((*opinion.tags, UNSURE_TAG))))
    others = tuple(tag for tag in opinion.tags if tag != UNSURE_TAG)
    return replace(opinion, rating=_THUMB[verdict], tags=others)


def repeated(edits: tuple[Edit, ...]) -> Edit:
    """What `.` does again of acts on the same call, oldest first: their verdict and tags, not their texts."""
    verdict: Verdict | None = None
    tags: dict[str, bool] = {}
    for edit in edits:
        if edit.verdict == "clear":
            tags.clear()
        verdict = edit.verdict or verdict
        tags |= dict.fromkeys(edit.remove_tags, False) | dict.fromkeys(edit.add_tags, True)
    return Edit(
        verdict=verdict,
        add_tags=tuple(tag for tag, added in tags.items() if added),
        remove_tags=tuple(tag for tag, added in tags.items() if not added),
    )
