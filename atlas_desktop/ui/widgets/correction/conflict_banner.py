"""Somebody else wrote another correction: what happened, what is safe, and the three ways to end it."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from atlas_desktop.ui.announce import announce
from atlas_desktop.ui.dates import to_the_minute
from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.buttons import button
from atlas_desktop.ui.widgets.call_header import IconMark
from atlas_desktop.ui.widgets.layouts import column
from atlas_desktop.ui.widgets.plain_label import PlainLabel
from atlas_desktop.ui.widgets.strip import Strip
from atlas_desktop.wording import tr

if TYPE_CHECKING:
    from atlas_desktop.store.conflicts import Conflict


class ConflictBanner(Strip):
    """Stays on the call until it is decided; never in the way of anything else."""

    keep_mine = Signal()
    take_theirs = Signal()
    merge = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__("bottom")
        icon = IconMark(theme)
        icon.show_icon("attention", "warn")
        self.key_of: Callable[[str], str] = lambda _: ""
        """The key a command has now."""
        self._told: Conflict | None = None
        self._title = PlainLabel("", role="strong")
        self._detail = PlainLabel("", tone="muted")
        self._detail.setWordWrap(True)
        words = column(gap=0)
        words.addWidget(self._title)
        words.addWidget(self._detail)
        self._merge = button(tr("Merge"), self.merge.emit, "primary")
        self._keep = button(tr("Keep mine"), self.keep_mine.emit)
        self._take = button(tr("Take theirs"), self.take_theirs.emit)
        self.line.addWidget(icon)
        self.line.addLayout(words, 1)
        for each in (self._keep, self._take, self._merge):
            self.line.addWidget(each)

    def show_conflict(self, conflict: "Conflict | None", *, merging: bool) -> None:
        """This conflict, or none. A new one is read out."""
        self.setVisible(conflict is not None)
        if conflict is None:
            self._told = None
            return
        self._title.setText(title_words(conflict))
        self._detail.setText(
            tr(
                "{mine} takes mine and {theirs} theirs, change by change; {submit} submits the result."
                " What is not taken is kept for 30 days.",
                mine=self.key_of("edit.restore"),
                theirs=self.key_of("edit.take_other"),
                submit=self.key_of("edit.submit"),
            )
            if merging
            else tr("Nothing of yours is lost. What is not taken is kept for 30 days.")
        )
        verb = tr("Submit the result") if merging else tr("Merge")
        self._merge.setText(verb)
        self._merge.setAccessibleName(verb)
        self.setAccessibleName(f"{self._title.text()}. {self._detail.text()}")
        if conflict != self._told:
            self._told = conflict
            announce(self, self.accessibleName())


def title_words(conflict: "Conflict") -> str:
    """Who wrote what, and when."""
    if conflict.since_ms is None:
        return tr("{who} corrected this call, too, and you had not seen it", who=conflict.their_reviewer)
    return tr(
        "{who} corrected this call, too ({when}), and you had not seen it",
        who=conflict.their_reviewer,
        when=to_the_minute(conflict.since_ms),
    )
