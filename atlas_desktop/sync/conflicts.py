"""A correction met a newer one of somebody else: does it need a person? Pure."""

from typing import Literal

Conflict = Literal["same", "differs"]


def conflict_of(mine: str | None, theirs: str | None) -> Conflict:
    """``same`` when both wrote the same text, byte for byte: then nobody has to look.

    Correction text never merges by itself, however small the difference looks.
    """
    return "same" if mine is not None and mine == theirs else "differs"
