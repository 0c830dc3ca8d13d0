"""What a screen reader says, and the status bar shows: short, with the numbers first. Pure."""

from typing import Final

from atlas_desktop.domain.opinion import KEEP, Edit, Verdict, as_edit
from atlas_desktop.domain.selection import Selection, count
from atlas_desktop.store.rows import CallRow
from atlas_desktop.wording import mark, tr, trn

RATED: Final[dict[Verdict, str]] = {
    "up": mark("rated good"),
    "down": mark("rated bad"),
    "unsure": mark("marked unsure"),
    "clear": mark("rating cleared"),
}
NOTHING_TO_UNDO: Final = mark("There is nothing to undo.")
NOTHING_TO_REDO: Final = mark("There is nothing to do again.")
NOTHING_TO_REPEAT: Final = mark("There is no rating to repeat yet.")
IGNORED: Final = {
    "not_painted": mark("This call was not on the screen yet, so nothing was rated: press again."),
    "busy": mark("The rating before was still being written, so nothing was rated: press again."),
    "conflict": mark("Another reviewer corrected this meanwhile: keep yours, take theirs, or merge first."),
}
"""Why a rating key did nothing."""
NO_CALLS: Final = mark("There is no call in this list.")
GONE: Final = mark("This call is not there any more, so nothing was rated.")
AT_TOP: Final = mark("This is the first call of the list.")
AT_END: Final = mark("This is the last call of the list.")
NO_UNRATED: Final[dict[int, str]] = {
    1: mark("There is no unrated call after this one."),
    -1: mark("There is no unrated call before this one."),
}
BESIDE: Final = mark("It is not in this list any more and is shown beside it.")


def place(position: int, total: int) -> str:
    """``3 of 120``; ``position`` counts from 0."""
    return tr("{n:,} of {total:,}", n=position + 1, total=total)


def calls(number: int) -> str:
    """``1 call``, ``1,204 calls``."""
    return trn("{count:,} call", "{count:,} calls", number)


def rating_of(row: CallRow) -> str:
    """The rating a row shows, in words."""
    if row.rating == "thumbs_up":
        return tr("rated good")
    if row.rating == "thumbs_down":
        return tr("rated bad")
    return tr("marked unsure") if row.unsure else tr("not rated")


def what(said: Verdict | Edit) -> str:
    """What an act says: ``corrected, rated bad, tagged tone:rude``."""
    edit = as_edit(said)
    parts = []
    if edit.correction is not KEEP:
        parts.append(tr("correction taken back") if edit.correction is None else tr("corrected"))
    if edit.verdict is not None:
        parts.append(tr(RATED[edit.verdict]))
    if edit.add_tags:
        parts.append(tr("tagged {tags}", tags=", ".join(edit.add_tags)))
    if edit.remove_tags:
        parts.append(tr("tag {tags} removed", tags=", ".join(edit.remove_tags)))
    if edit.comment is not KEEP:
        parts.append(tr("note written") if edit.comment else tr("note removed"))
    return ", ".join(parts) or tr("judged")


def moved(position: int, total: int, row: CallRow | None, *, beside: bool = False) -> str:
    """Where one is after a move."""
    where = tr("beside the list") if beside else place(position, total)
    if row is None:
        return where
    more = [tr("corrected")] if row.corrected else []
    more += [tr("needs you")] if row.needs_you else []
    return ", ".join((where, rating_of(row), *more))


def decided(said: Verdict | Edit, position: int | None, total: int, number: int, *, key: str = "Z") -> str:
    """``3 of 120, rated bad, undo with Z``; ``key`` is the one that undoes, if there is one."""
    where = tr("beside the list") if position is None else place(position, total)
    undo = [tr("undo with {key}", key=key)] if key else []
    return ", ".join((where if number == 1 else calls(number), what(said), *undo))


def unchanged(said: Verdict | Edit, number: int) -> str:
    """A decision that said nothing new."""
    edit = as_edit(said)
    already = tr("without a rating") if edit == Edit(verdict="clear") else what(edit)
    return trn("This call was already {as_said}.", "These {count:,} calls were already {as_said}.", number,
               as_said=already)  # fmt: skip


def full(number: int) -> str:
    """Calls that have no room for more tags."""
    return trn("{count:,} call has 50 tags already and was left as it is.",
               "{count:,} calls have 50 tags already and were left as they are.", number)  # fmt: skip


def taken_back(said: Verdict | Edit, number: int, row: CallRow | None, *, again: bool, beside: bool) -> str:
    """After undo, or (``again``) redo: what the calls show now."""
    if number > 1:
        shows = f"{calls(number)} {what(said) if again else tr('back as they were')}"
    elif row is None:
        shows = tr("back as it was")
    elif as_edit(said).verdict is not None:
        shows = rating_of(row)
    else:
        shows = what(said)
    done = tr("Done again: {shows}.", shows=shows) if again else tr("Undone: {shows}.", shows=shows)
    return f"{done} {tr(BESIDE)}" if beside else done


def selected(selection: Selection, total: int) -> str:
    """How many are selected."""
    number = count(selection, total)
    if number == 0:
        return tr("No call selected.")
    return trn("{count:,} call selected.", "{count:,} calls selected.", number)
