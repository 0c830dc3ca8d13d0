"""The answer and its correction: side by side or inline, what differs, what is wrong, what evaluators say."""

from collections.abc import Sequence
from time import time
from typing import TYPE_CHECKING, Final, Literal

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QSplitter, QWidget

from atlas_desktop.domain.diff import Diff, hunk_at, next_hunk, previous_hunk
from atlas_desktop.ui.exact_text import smallest
from atlas_desktop.ui.marks import Look, Mark, shifted
from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.correction.foot import Foot
from atlas_desktop.ui.widgets.correction.ghosts import Ghost
from atlas_desktop.ui.widgets.correction.lamp_strip import LampStrip
from atlas_desktop.ui.widgets.correction.marked_edit import MarkedEdit
from atlas_desktop.ui.widgets.correction.scroll_pair import ScrollPair
from atlas_desktop.ui.widgets.correction.side import Side
from atlas_desktop.ui.widgets.correction.words import state_words
from atlas_desktop.ui.widgets.layouts import column, hairline
from atlas_desktop.wording import tr

if TYPE_CHECKING:
    from atlas_desktop.app.comparing import Comparison
    from atlas_desktop.app.editor_state import EditorState

_TICK_MS: Final = 1_000


class CorrectionPane(QWidget):
    """A view of `EditorState`. ``typed`` tells the exact text and the caret after each change.

    In a conflict mine stands to the left of the result and theirs to the right.
    """

    typed = Signal(str, int)
    left = Signal()
    """The focus left the text: what was typed is to be kept at once."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._state: EditorState | None = None
        self._comparison: Comparison | None = None
        self._seen = ""
        self._marks: list[Mark] = []
        self._bars: list[Mark] = []
        self._other = Side(theme, tr("Original output"))
        self._result = Side(theme, tr("Your correction"), tone="accent", writable=True)
        self._theirs = Side(theme, tr("Theirs"))
        self.original, self.editor, self.theirs = self._other.edit, self._result.edit, self._theirs.edit
        self.editor.setProperty("zone", "editor")
        self.foot = Foot(theme)
        self.lamps = LampStrip(theme)
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self._scrolls = ScrollPair(self.original, self.editor)
        self._scrolls_theirs = ScrollPair(self.theirs, self.editor)
        self._clock = QTimer(self)
        self._clock.setInterval(_TICK_MS)
        self._clock.timeout.connect(self._show_words)
        self._lay_out()
        self.editor.edited.connect(self._edited)
        self.editor.caret_moved.connect(self._caret_moved)
        self.editor.left.connect(self.left)
        for edit in (self.original, self.editor):
            edit.loaded.connect(self._scrolls.align)

    # what is shown

    @property
    def inline(self) -> bool:
        """Whether the original is left out, and what was removed shown in the text."""
        return self._other.isHidden()

    def set_inline(self, inline: bool) -> None:
        """Inline, or side by side."""
        self._other.setVisible(not inline)
        self._show_theirs()
        self._show_diff()

    def show_state(self, state: "EditorState") -> None:
        """The text, what differs, what is wrong, and where all of it stands."""
        before, self._state = self._state, state
        for edit in (self.original, self.editor, self.theirs):
            edit.color_json(state.kind == "json")
        if before is None or before.seq != state.seq:
            self._open(state)
        elif state.text != self.editor.text:
            self._seen = state.text
            self.editor.take_over(state.text, state.caret)
        if before is None or before.conflict != state.conflict or before.seq != state.seq:
            self._open_sides(state)
        if before is None or before.diff is not state.diff or before.problems != state.problems:
            self._show_diff()
        self.lamps.show_lamps(state.lamps)
        self._result.about.setText(state.source)
        self.foot.show_problem(state.problems, self.editor.text, self.editor.caret)
        self._show_words()

    def show_comparison(self, comparison: "Comparison | None") -> None:
        """In a conflict: the result against both sides."""
        self._comparison = comparison
        self._show_diff()

    def close_text(self) -> None:
        """Nothing is being written."""
        self._state = self._comparison = None
        self._clock.stop()

    # what keys do

    def go_to_change(self, direction: Literal[1, -1]) -> bool:
        """The caret to the next change that way; False when there is none."""
        caret, place = self.editor.caret, None
        if (comparison := self.compared) is not None:
            place = comparison.next_place(caret, direction)
        elif (diff := self._diff) is not None:
            found = next_hunk(diff, caret) if direction > 0 else previous_hunk(diff, caret)
            place = diff.hunks[found].new[0] if found is not None else None
        if place is not None:
            self._go(place)
        return place is not None

    def hunk(self) -> int | None:
        """The change at the caret."""
        return hunk_at(self._diff, self.editor.caret) if self._diff is not None else None

    def go_to_problem(self) -> str | None:
        """The caret to the next problem, after the last to the first: what it is; None when there is none."""
        problems = self._state.problems if self._state is not None else ()
        if not problems:
            return None
        caret = self.editor.caret
        problem = next((each for each in problems if each.start > caret), problems[0])
        self._go(problem.start)
        return problem.message

    # inside

    @property
    def _diff(self) -> Diff | None:
        """The differences, if they are of the text as it is."""
        found = self._state.diff if self._state is not None else None
        return found if found is not None and found.new == self.editor.text else None

    @property
    def compared(self) -> "Comparison | None":
        """In a conflict: the result against both sides, if that is of the text as it is."""
        found = self._comparison
        return found if found is not None and found.text == self.editor.text else None

    def _open(self, state: "EditorState") -> None:
        self._seen = state.text
        self._scrolls.show_diff(None)
        self.editor.show_text(state.text, state.caret)
        self._marks, self._bars = [], []
        self.editor.show_marks(())
        self._clock.start()

    def _open_sides(self, state: "EditorState") -> None:
        conflict = state.conflict
        self.original.show_marks(())
        self.original.show_text(state.original if conflict is None else conflict.mine)
        self._other.set_title(tr("Original output") if conflict is None else tr("Mine"))
        self._result.set_title(tr("Your correction") if conflict is None else tr("Result"))
        if conflict is not None:
            self.theirs.show_marks(())
            self.theirs.show_text(conflict.theirs)
            self._theirs.set_title(tr("Theirs: {who}", who=conflict.their_reviewer))
        self._show_theirs()

    def _show_theirs(self) -> None:
        conflict = self._state.conflict if self._state is not None else None
        self._theirs.setVisible(conflict is not None and not self.inline)

    def _edited(self) -> None:
        change = smallest(self._seen, self.editor.text)
        self._seen = self.editor.text
        if change is not None:
            # Of a long text the differences come a moment later: until then they move with it.
            self._marks, self._bars = shifted(self._marks, change), shifted(self._bars, change)
            self.editor.show_marks(self._marks, self._bars)
        self.typed.emit(self.editor.text, self.editor.caret)

    def _caret_moved(self) -> None:
        if self._state is None:
            return
        if self._state.conflict is None:
            self.editor.show_current(self.hunk())
            self.original.show_current(self.hunk())
        self._show_change()
        self.foot.show_problem(self._state.problems, self.editor.text, self.editor.caret)

    def _go(self, place: int) -> None:
        self.editor.set_caret(place)
        self.editor.centerCursor()
        self._scrolls.align()
        self._scrolls_theirs.align()

    def _show_diff(self) -> None:
        if self._state is None:
            return
        if self._state.conflict is not None:
            self._show_comparison(self.compared)
        elif (diff := self._diff) is not None:
            self._show_change_marks(diff)
        self._show_change()

    def _show_change_marks(self, diff: Diff) -> None:
        current = self.hunk()
        self.editor.show_ghosts(_removed(diff) if self.inline else ())
        self._mark_result(_words(diff, "added", new=True), _hunks(diff, "added", new=True), current)
        self.original.show_marks(
            _words(diff, "removed", new=False), _hunks(diff, "removed", new=False), current
        )
        self._scrolls.show_diff(diff)

    def _show_comparison(self, comparison: "Comparison | None") -> None:
        self.editor.show_ghosts(())
        if comparison is None:
            return
        # What is not mine in the result is theirs, and the other way round.
        mine, theirs = comparison.mine, comparison.theirs
        marks = [*_words(theirs, "mine", new=True), *_words(mine, "theirs", new=True)]
        bars = [*_hunks(theirs, "mine", new=True), *_hunks(mine, "theirs", new=True)]
        self._mark_result(marks, bars, None)
        self.original.show_marks(_words(mine, "mine", new=False), _hunks(mine, "mine", new=False))
        self.theirs.show_marks(_words(theirs, "theirs", new=False), _hunks(theirs, "theirs", new=False))
        self._scrolls.show_diff(mine)
        self._scrolls_theirs.show_diff(theirs)

    def _mark_result(self, marks: Sequence[Mark], bars: Sequence[Mark], current: int | None) -> None:
        problems = self._state.problems if self._state is not None else ()
        wrong = [Mark(each.start, each.end, "problem") for each in problems]
        self._marks, self._bars = [*marks, *wrong], list(bars)
        self.editor.show_marks(self._marks, self._bars, current)

    def _show_change(self) -> None:
        if (comparison := self.compared) is not None:
            self.foot.show_merge(comparison, self.editor.caret)
        elif (diff := self._diff) is not None:
            self.foot.show_change(diff, self.hunk())

    def _show_words(self) -> None:
        if self._state is not None:
            self._result.state.setText(state_words(self._state, round(time() * 1000)))

    def _lay_out(self) -> None:
        self.split.setHandleWidth(1)
        self.split.setChildrenCollapsible(False)
        for side in (self._other, self._result, self._theirs):
            self.split.addWidget(side)
        self.split.setSizes([500, 500, 500])
        self._theirs.hide()
        layout = column(self)
        layout.addWidget(self.split, 1)
        layout.addWidget(hairline())
        layout.addWidget(self.lamps)
        layout.addWidget(self.foot)


def _words(diff: Diff, look: Look, *, new: bool) -> list[Mark]:
    """What to colour in the new text, or in the old one."""
    pairs = [pair for hunk in diff.hunks for pair in (hunk.words or ((hunk.old, hunk.new),))]
    return [Mark(*pair[new], look) for pair in pairs]


def _hunks(diff: Diff, look: Look, *, new: bool) -> list[Mark]:
    return [Mark(*(hunk.new if new else hunk.old), look) for hunk in diff.hunks]


def _removed(diff: Diff) -> list[Ghost]:
    return [
        Ghost(each.new[0], diff.old[slice(*each.old)]) for each in diff.hunks if each.old[0] < each.old[1]
    ]


def show_inline(edit: MarkedEdit, diff: Diff) -> None:
    """The new text with what was removed in its old place, to be read."""
    if edit.text != diff.new:
        edit.show_text(diff.new)
    edit.color_json(diff.json)
    edit.show_ghosts(_removed(diff))
    edit.show_marks(_words(diff, "added", new=True), _hunks(diff, "added", new=True))
