"""What a screen reader says, and the status bar shows: short, with the numbers first. Pure."""

from typing import Final

from atlas_desktop.domain.opinion import Verdict
from atlas_desktop.domain.selection import Selection, count
from atlas_desktop.store.rows import CallRow

RATED: Final[dict[Verdict, str]] = {
    "up": "rated good",
    "down": "rated bad",
    "unsure": "marked unsure",
    "clear": "rating cleared",
}
UNDO_HINT: Final = "undo with Z"
NOTHING_TO_UNDO: Final = "There is nothing to undo."
NOTHING_TO_REDO: Final = "There is nothing to do again."
NOTHING_TO_REPEAT: Final = "There is no rating to repeat yet."
IGNORED: Final = {
    "not_painted": "This call was not on the screen yet, so nothing was rated: press again.",
    "busy": "The rating before was still being written, so nothing was rated: press again.",
}
"""Why a rating key did nothing."""
NO_CALLS: Final = "There is no call in this list."
GONE: Final = "This call is not there any more, so nothing was rated."
AT_TOP: Final = "This is the first call of the list."
AT_END: Final = "This is the last call of the list."
NO_UNRATED: Final[dict[int, str]] = {
    1: "There is no unrated call after this one.",
    -1: "There is no unrated call before this one.",
}
BESIDE: Final = "It is not in this list any more and is shown beside it."


def place(position: int, total: int) -> str:
    """``3 of 120``; ``position`` counts from 0."""
    return f"{position + 1:,} of {total:,}"


def calls(number: int) -> str:
    """``1 call``, ``1,204 calls``."""
    return f"{number:,} call{'' if number == 1 else 's'}"


def rating_of(row: CallRow) -> str:
    """The rating a row shows, in words."""
    if row.rating == "thumbs_up":
        return "rated good"
    if row.rating == "thumbs_down":
        return "rated bad"
    return "marked unsure" if row.unsure else "not rated"


def moved(position: int, total: int, row: CallRow | None, *, beside: bool = False) -> str:
    """Where one is after a move."""
    where = "beside the list" if beside else place(position, total)
    return where if row is None else f"{where}, {rating_of(row)}"


def decided(verdict: Verdict, position: int | None, total: int, number: int) -> str:
    """``3 of 120, rated bad, undo with Z``."""
    what = "beside the list" if position is None else place(position, total)
    return f"{what if number == 1 else calls(number)}, {RATED[verdict]}, {UNDO_HINT}"


def unchanged(verdict: Verdict, number: int) -> str:
    """A decision that said nothing new."""
    who = "This call was" if number == 1 else f"These {calls(number)} were"
    return f"{who} already {'without a rating' if verdict == 'clear' else RATED[verdict]}."


def taken_back(verdict: Verdict, number: int, row: CallRow | None, *, again: bool, beside: bool) -> str:
    """After undo, or (``again``) redo: what the calls show now."""
    done = "Done again" if again else "Undone"
    if number == 1:
        shows = rating_of(row) if row is not None else "back as it was"
    else:
        shows = f"{calls(number)} {RATED[verdict] if again else 'back as they were'}"
    return f"{done}: {shows}.{f' {BESIDE}' if beside else ''}"


def selected(selection: Selection, total: int) -> str:
    """How many are selected."""
    number = count(selection, total)
    return "No call selected." if number == 0 else f"{calls(number)} selected."
