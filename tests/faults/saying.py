"""More than a verdict: corrections written in sight of what was there, tags, notes, and conflicts resolved."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from atlas_desktop.domain.opinion import Edit, Opinion, Verdict
from atlas_desktop.store.conflicts import Conflict
from atlas_desktop.store.rows import OpenCall

TAGS: Final = ("tone:rude", "accuracy:partial", "style:long")
VERDICTS: Final[tuple[Verdict, ...]] = ("up", "down", "unsure", "clear")
SAME: Final = "what everybody would write"


@dataclass
class Shown:
    """What the author of each text had been shown when he wrote it (or put it on top of another), at any remove."""

    texts: dict[str, set[str]] = field(default_factory=dict)

    def wrote(self, text: str, in_sight_of: Sequence[str | None]) -> None:
        seen = self.texts.setdefault(text, {text})
        for other in in_sight_of:
            if other is not None:
                seen |= {other} | self.texts.get(other, set())

    def of(self, text: str) -> set[str]:
        return self.texts.get(text, {text})


def tag_or_note(rng: random.Random) -> Edit:
    """Tags given and taken, a note, or all of it with a verdict."""
    verdict = rng.choice((None, None, *VERDICTS))
    add = tuple(rng.sample(TAGS, rng.randrange(3)))
    remove = tuple(tag for tag in rng.sample(TAGS, rng.randrange(2)) if tag not in add)
    if rng.random() < 0.3:
        return Edit(verdict, add_tags=add, comment=rng.choice((None, "see the date", "again")))
    return Edit(verdict, add_tags=add, remove_tags=remove)


async def a_correction(rng: random.Random, opened: OpenCall, name: str, shown: Shown) -> Edit:
    """A text written for a while over what is on the screen; some call for the same one of everybody."""
    on_screen = opened.correction.text if opened.correction else None
    mine = opened.opinion.correction
    if mine is not None and rng.random() < 0.15:
        shown.wrote(mine, [on_screen])  # it can come back by undoing
        return Edit(correction=None)
    text = SAME if rng.random() < 0.1 else name
    await asyncio.sleep(rng.choice((0.0, 0.0, 1.0, 10.0)))
    shown.wrote(text, [on_screen])
    return Edit(correction=text)


def a_resolution(rng: random.Random, conflict: Conflict, shown: Shown, name: str) -> str | None:
    """Mine, theirs (None), or a merged text; whichever it is, all three have been looked at."""
    shown.wrote(conflict.mine, [conflict.theirs])  # also when it comes back by undoing that theirs was taken
    text = rng.choice((conflict.mine, None, f"{name} merged"))
    if text is not None:
        shown.wrote(text, [conflict.mine, conflict.theirs])
    return text


def went_back(before: Opinion, now: Opinion, shown: Shown) -> None:
    """Undoing a text brings an older one back, in sight of all that the newer was written over."""
    if now.correction is not None and before.correction is not None:
        shown.wrote(now.correction, [before.correction])
