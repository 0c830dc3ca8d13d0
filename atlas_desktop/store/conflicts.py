"""A correction of mine and a newer one of somebody else: the three texts, and what a person makes of them."""

from dataclasses import dataclass
from typing import Literal

Side = Literal["mine", "theirs"]


@dataclass(frozen=True, slots=True)
class Conflict:
    """``base`` is the text mine was written from. ``op_seq`` is the refused act; None while mine is a draft.

    ``since_ms`` says when theirs was written (epoch milliseconds; None: not known).
    """

    call: int
    base: str
    mine: str
    theirs: str
    their_reviewer: str
    their_id: str
    since_ms: int | None
    op_seq: int | None = None
