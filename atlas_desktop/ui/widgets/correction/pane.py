"""The answer and its correction: side by side or inline, what differs, what is wrong, what evaluators say."""

from time import time
from typing import TYPE_CHECKING, Final, Literal

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QSplitter, QWidget

from atlas_desktop.domain.diff import hunk_at, next_hunk, previous_hunk
from atlas_desktop.ui.exact_text import smallest
from atlas_desktop.ui.marks import Mark, shifted
from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.call_header import IconMark
from atlas_desktop.ui.widgets.correction import words
from atlas_desktop.ui.widgets.correction.ghosts import Ghost
from atlas_desktop.ui.widgets.correction.lamp_strip import LampStrip
from atlas_desktop.ui.widgets.correction.marked_edit import MarkedEdit
from atlas_desktop.ui.widgets.correction.scroll_pair import ScrollPair
from atlas_desktop.ui.widgets.key_caps import Hint, KeyCaps
from atlas_desktop.ui.widgets.layouts import column, hairline, row, surface
from atlas_desktop.ui.widgets.plain_label import PlainLabel
from atlas_desktop.wording import tr

if TYPE_CHECKING:
    from atlas_desktop.app.editor_state import EditorState
    from atlas_desktop.domain.diff import Diff

_TICK_MS: Final = 1_000


class CorrectionPane(QWidget):
    """A view of `EditorState`. ``typed`` tells the exact text and the caret after each change."""

    typed = Signal(str, int)
    left = Signal()
    """The focus left the text: what was typed is to be kept at once."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._state: EditorState | None = None
        self._seen = ""
        self._marks: list[Mark] = []
        self._bars: list[Mark] = []
        self.original = MarkedEdit(theme, tr("Original output"))
        self.original.setReadOnly(True)
        self.editor = MarkedEdit(theme, tr("Your correction"))
        self.editor.setProperty("zone", "editor")
        self._original_title = PlainLabel(tr("Output"), role="caption", tone="muted")
        self._title = PlainLabel(tr("Your correction"), role="caption", tone="accent")
        self._source = PlainLabel("", role="caption", tone="muted")
        self._words = PlainLabel("", role="caption", tone="muted")
        self._change = PlainLabel("", role="caption", tone="muted")
        self._problem_icon = IconMark(theme)
        self._problem = PlainLabel("", role="caption", tone="bad")
        self._keys = KeyCaps(theme)
        self.lamps = LampStrip(theme)
        self._left = QWidget()
        self._right = QWidget()
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self._scrolls = ScrollPair(self.original, self.editor)
        self._clock = QTimer(self)
        self._clock.setInterval(_TICK_MS)
        self._clock.timeout.connect(self._show_words)
        self._lay_out()
        self.editor.edited.connect(self._edited)
        self.editor.caret_moved.connect(self._caret_moved)
        self.editor.left.connect(self.left)

    # what is shown

    @property
    def inline(self) -> bool:
        """Whether the original is left out, and what was removed shown in the text."""
        return self._left.isHidden()

    def set_inline(self, inline: bool) -> None:
        """Inline, or side by side."""
        self._left.setVisible(not inline)
        self._show_diff()

    def show_state(self, state: "EditorState") -> None:
        """The text, what differs, what is wrong, and where all of it stands."""
        before, self._state = self._state, state
        if before is None or before.seq != state.seq or not before.begun:
            self._open(state)
        elif state.text != self.editor.text:
            self._seen = state.text
            self.editor.take_over(state.text, state.caret)
        self.original.color_json(state.kind == "json")
        self.editor.color_json(state.kind == "json")
        if before is None or before.diff is not state.diff or before.problems != state.problems:
            self._show_diff()
        self.lamps.show_lamps(state.lamps)
        self._source.setText(state.source)
        self._show_keys(state)
        self._show_problem()
        self._show_words()

    def close_text(self) -> None:
        """Nothing is being written."""
        self._state = None
        self._clock.stop()

    # what keys do

    def go_to_change(self, direction: Literal[1, -1]) -> bool:
        """The caret to the next change that way; False when there is none."""
        diff = self._diff
        if diff is None:
            return False
        find = next_hunk if direction > 0 else previous_hunk
        found = find(diff, self.editor.caret)
        if found is None:
            return False
        self.editor.set_caret(diff.hunks[found].new[0])
        self._in_sight()
        return True

    def hunk(self) -> int | None:
        """The change at the caret."""
        return hunk_at(self._diff, self.editor.caret) if self._diff is not None else None

    def go_to_problem(self) -> bool:
        """The caret to the next problem, after the last to the first; False when there is none."""
        problems = self._state.problems if self._state is not None else ()
        if not problems:
            return False
        caret = self.editor.caret
        following = next((each for each in problems if each.start > caret), problems[0])
        self.editor.set_caret(following.start)
        self._in_sight()
        return True

    # inside

    @property
    def _diff(self) -> "Diff | None":
        """The differences, if they are of the text as it is."""
        diff: Diff | None = self._state.diff if self._state is not None else None
        return diff if diff is not None and diff.new == self.editor.text else None

    def _open(self, state: "EditorState") -> None:
        self._seen = state.text
        self.original.show_text(state.original)
        self.editor.show_text(state.text, state.caret)
        self._marks, self._bars = [], []
        self.editor.show_marks(())
        self.original.show_marks(())
        self._clock.start()

    def _edited(self) -> None:
        change = smallest(self._seen, self.editor.text)
        self._seen = self.editor.text
        if change is not None:
            # Of a long text the differences come a moment later: until then they move with it.
            self._marks, self._bars = shifted(self._marks, change), shifted(self._bars, change)
            self.editor.show_marks(self._marks, self._bars)
        self.typed.emit(self.editor.text, self.editor.caret)

    def _caret_moved(self) -> None:
        self.editor.show_current(self.hunk())
        self.original.show_current(self.hunk())
        self._show_change()
        self._show_problem()

    def _in_sight(self) -> None:
        self.editor.centerCursor()
        self._scrolls.align()

    def _show_diff(self) -> None:
        state, diff = self._state, self._diff
        if state is None or diff is None:
            return
        pairs = [pair for hunk in diff.hunks for pair in (hunk.words or ((hunk.old, hunk.new),))]
        wrong = [Mark(each.start, each.end, "problem") for each in state.problems]
        self._marks = [*(Mark(*new, "added") for _, new in pairs), *wrong]
        self._bars = [Mark(*hunk.new, "added") for hunk in diff.hunks]
        current = self.hunk()
        self.editor.show_marks(self._marks, self._bars, current)
        self.original.show_marks(
            [Mark(*old, "removed") for old, _ in pairs],
            [Mark(*hunk.old, "removed") for hunk in diff.hunks],
            current,
        )
        removed = [
            Ghost(hunk.new[0], diff.old[slice(*hunk.old)]) for hunk in diff.hunks if hunk.old[0] < hunk.old[1]
        ]
        self.editor.show_ghosts(removed if self.inline else ())
        self._scrolls.show_diff(diff)
        self._show_change()

    def _show_change(self) -> None:
        diff = self._diff
        if diff is None:
            return
        index = self.hunk()
        old = diff.old[slice(*diff.hunks[index].old)] if index is not None else ""
        self._change.setText(words.change_words(index, len(diff.hunks), old))

    def _show_problem(self) -> None:
        problems = self._state.problems if self._state is not None else ()
        self._problem_icon.show_icon("bad" if problems else "", "bad")
        self._problem.setVisible(bool(problems))
        if not problems:
            return
        caret = self.editor.caret
        index = max((number for number, each in enumerate(problems) if each.start <= caret), default=0)
        line = self.editor.text.count("\n", 0, problems[index].start) + 1
        self._problem.setText(words.problem_words(index, len(problems), line, problems[index].message))

    def _show_words(self) -> None:
        if self._state is not None:
            self._words.setText(words.state_words(self._state, round(time() * 1000)))

    def _show_keys(self, state: "EditorState") -> None:
        hints: list[Hint] = [
            ("Ctrl+Enter", tr("submit and go on")), ("Esc", tr("leave")),
            ("Alt+↓", tr("next change")), ("Alt+←", tr("restore it")),
        ]  # fmt: skip
        if state.kind == "json":
            hints += [("F8", tr("next problem")), ("Ctrl+Space", tr("complete"))]
        self._keys.set_hints([*hints, ("Ctrl+R", tr("run evaluators"))])

    def _lay_out(self) -> None:
        self._column(self._left, self.original, [self._original_title])
        self._column(self._right, self.editor, [self._title, self._source], self._words)
        self.split.setHandleWidth(1)
        self.split.setChildrenCollapsible(False)
        self.split.addWidget(self._left)
        self.split.addWidget(self._right)
        self.split.setSizes([500, 500])
        foot = surface("strip")
        about = row(foot, margins=(3, 0, 3, 0), gap=3)
        about.addWidget(self._problem_icon)
        about.addWidget(self._problem, 2)
        about.addWidget(self._change, 1)
        about.addWidget(self._keys, 2)
        layout = column(self)
        layout.addWidget(self.split, 1)
        layout.addWidget(hairline())
        layout.addWidget(self.lamps)
        layout.addWidget(foot)

    def _column(
        self, side: QWidget, edit: MarkedEdit, titles: list[PlainLabel], end: PlainLabel | None = None
    ) -> None:
        bar = surface("surface")
        line = row(bar, margins=(3, 1, 3, 1))
        for title in titles:
            line.addWidget(title)
        line.addStretch()
        if end is not None:
            line.addWidget(end)
        layout = column(side)
        layout.addWidget(bar)
        layout.addWidget(edit, 1)
