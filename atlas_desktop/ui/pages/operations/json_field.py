"""JSON under the hands of an engineer: coloured, its problems underlined, the first of them in words below."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QWidget

from atlas_desktop.ui.marks import Mark
from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.call_header import IconMark
from atlas_desktop.ui.widgets.correction.marked_edit import MarkedEdit
from atlas_desktop.ui.widgets.layouts import column, row, surface
from atlas_desktop.ui.widgets.plain_label import PlainLabel
from atlas_desktop.wording import tr

if TYPE_CHECKING:
    from atlas_desktop.domain.json_text import Problem


class JsonField(QWidget):
    """``edited`` tells that the text is another, by hand."""

    edited = Signal()

    def __init__(self, theme: Theme, name: str, hint: str) -> None:
        super().__init__()
        self._problems: tuple[Problem, ...] = ()
        self.edit = MarkedEdit(theme, name)
        self.edit.setPlaceholderText(hint)
        self.edit.setFrameShape(QFrame.Shape.NoFrame)
        self.edit.color_json(True)
        self.edit.edited.connect(self.edited)
        self._icon = IconMark(theme)
        self._icon.show_icon("bad", "bad")
        self._words = PlainLabel("", role="caption", tone="bad")
        self._words.setWordWrap(True)
        self._foot = surface("strip")
        line = row(self._foot, margins=(3, 1, 3, 1), gap=2)
        line.addWidget(self._icon)
        line.addWidget(self._words, 1)
        self._foot.hide()
        layout = column(self)
        layout.addWidget(self.edit, 1)
        layout.addWidget(self._foot)

    @property
    def text(self) -> str:
        """What is written, exactly."""
        return self.edit.text

    def show_text(self, text: str, *, writable: bool = True) -> None:
        """Another text."""
        self.show_problems(())
        self.edit.setReadOnly(not writable)
        self.edit.show_text(text)

    def show_problems(self, problems: "Sequence[Problem]") -> None:
        """Underline these, and say the first."""
        self._problems = tuple(problems)
        self.edit.show_marks([Mark(each.start, each.end, "problem") for each in problems])
        self._foot.setVisible(bool(problems))
        if problems:
            line = self.text.count("\n", 0, problems[0].start) + 1
            self._words.setText(tr("line {line}: {problem}", line=line, problem=problems[0].message))
            self._foot.setAccessibleName(self._words.text())

    def go_to_problem(self) -> None:
        """The caret to the next problem."""
        after = next((each for each in self._problems if each.start > self.edit.caret), None)
        problem = after or next(iter(self._problems), None)
        if problem is not None:
            self.edit.set_caret(problem.start)
            self.edit.setFocus()
