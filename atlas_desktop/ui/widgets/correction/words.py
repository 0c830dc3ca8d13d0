"""What the editor says about itself, in words. Pure."""

from typing import TYPE_CHECKING

from atlas_desktop.domain.diff import path_text
from atlas_desktop.wording import tr, trn

if TYPE_CHECKING:
    from atlas_desktop.app.editor_state import EditorState
    from atlas_desktop.domain.diff import PathChange

_LONG_AGO = 120
_LOOKED_AT = 10  # times as many characters as are shown, for those that are not white space


def state_words(state: "EditorState", now_ms: int) -> str:
    """Where the text stands: a draft, submitted, or nothing that would be stored."""
    if state.conflict is not None:
        return tr("In conflict: see above")
    if state.submitted:
        return tr("Submitted")
    if state.text == state.original:
        return tr("Not different yet: nothing will be stored")
    if not state.dirty:
        return tr("Not submitted yet")
    if state.saved_at is None:
        return tr("Draft, being saved…")
    return saved_words(max(now_ms - state.saved_at, 0) // 1000)


def saved_words(seconds: int) -> str:
    """How long ago the draft was kept."""
    if seconds < 2:
        return tr("Draft saved just now")
    if seconds < _LONG_AGO:
        return trn("Draft saved {count} second ago", "Draft saved {count} s ago", seconds)
    minutes = seconds // 60
    return trn("Draft saved {count} minute ago", "Draft saved {count} minutes ago", minutes)


def change_words(index: int | None, count: int, old: str, change: "PathChange | None" = None) -> str:
    """The change at the caret, in JSON its path, and what stood there: one short line."""
    if not count:
        return tr("No changes yet")
    if index is None:
        return trn("{count} change", "{count} changes", count)
    place = tr("Change {at:,} of {count:,}", at=index + 1, count=count)
    if change is not None and change.path:
        place = f"{place} · {short(path_text(change.path), 60)}"
    if change is not None and change.kind == "moved":
        return tr("{place}: moved", place=place)
    if not old:
        return tr("{place}: added", place=place)
    return tr("{place}: was “{old}”", place=place, old=short(old))


def short(text: str, most: int = 120) -> str:
    """As one line of bounded length; line ends are visible, and white space where there is nothing else."""
    head = text[: _LOOKED_AT * most]
    line = head.strip() or head.replace(" ", "␣")
    cut = f"{line[:most]}…" if len(line) > most or len(head) < len(text) else line
    return cut.replace("\r\n", "⏎").replace("\n", "⏎")


def problem_words(index: int, count: int, line: int, message: str) -> str:
    """One problem of many, where, and what is wrong."""
    if count == 1:
        return tr("Line {line:,}: {message}", line=line, message=message)
    return tr(
        "{at:,} of {count:,} · line {line:,}: {message}",
        at=index + 1,
        count=count,
        line=line,
        message=message,
    )
