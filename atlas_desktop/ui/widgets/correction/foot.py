"""The line under the editor: what is wrong here, and which change the caret is at."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QSizePolicy, QWidget

from atlas_desktop.domain.diff import change_of, changes, hunk_at
from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.call_header import IconMark
from atlas_desktop.ui.widgets.correction import words
from atlas_desktop.ui.widgets.elided_label import ElidedLabel
from atlas_desktop.ui.widgets.layouts import column, row, surface
from atlas_desktop.wording import tr

if TYPE_CHECKING:
    from atlas_desktop.app.comparing import Comparison
    from atlas_desktop.app.editor_state import TextProblem
    from atlas_desktop.domain.diff import Diff


class Foot(QWidget):
    """Words that follow the caret."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._icon = IconMark(theme)
        self._icon.show_icon("bad", "bad")
        self._problem = ElidedLabel("", role="caption", tone="bad")
        self._change = ElidedLabel("", role="caption", tone="muted")
        for label in (self._problem, self._change):
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        body = surface("strip")
        line = row(body, margins=(4, 1, 3, 1), gap=3)
        line.addWidget(self._icon)
        line.addWidget(self._problem, 3)
        line.addWidget(self._change, 2)
        column(self).addWidget(body)

    def show_problem(self, problems: "Sequence[TextProblem]", text: str, caret: int) -> None:
        """The problem at the caret, or the last one before it."""
        self._icon.setVisible(bool(problems))
        self._problem.setVisible(bool(problems))
        if problems:
            index = max((number for number, each in enumerate(problems) if each.start <= caret), default=0)
            line = text.count("\n", 0, problems[index].start) + 1
            self._problem.setText(words.problem_words(index, len(problems), line, problems[index].message))

    def show_change(self, diff: "Diff", index: int | None) -> None:
        """The change at the caret, and what stood there."""
        counted = changes(diff)
        place = counted.index(index) if index in counted else None
        old = diff.old[slice(*diff.hunks[index].old)] if index is not None else ""
        change = change_of(diff, index) if index is not None else None
        self._change.setText(words.change_words(place, len(counted), old, change))

    def show_merge(self, comparison: "Comparison", caret: int) -> None:
        """What the two sides have where the caret is."""
        told = []
        for title, diff in ((tr("mine"), comparison.mine), (tr("theirs"), comparison.theirs)):
            index = hunk_at(diff, caret)
            if index is not None:
                old = words.short(diff.old[slice(*diff.hunks[index].old)], 60)
                told.append(
                    tr("{side}: “{text}”", side=title, text=old) if old else tr("{side}: nothing", side=title)
                )
        self._change.setText("  ·  ".join(told) or tr("Here both are as the result"))
