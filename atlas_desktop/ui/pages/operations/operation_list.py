"""The operations on the left: defined ones first, then those that were only seen on calls."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from atlas_desktop.ui.models.line_model import Line
from atlas_desktop.ui.pages.operations.words import line_words
from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.layouts import column
from atlas_desktop.ui.widgets.line_list import LineList
from atlas_desktop.wording import number, tr, trn

if TYPE_CHECKING:
    from atlas_desktop.app.operation_state import BookState, OperationLine


class OperationList(QWidget):
    """Choosing one looks at it."""

    def __init__(self, theme: Theme, select: Callable[[str], object]) -> None:
        super().__init__()
        self.lines = LineList(theme, tr("Operations"), hairlines=False)
        self.lines.chosen.connect(select)
        self.setMinimumWidth(180)
        column(self).addWidget(self.lines)

    def show_state(self, state: "BookState") -> None:
        """All of them, with the one at hand."""
        shown: list[Line] = []
        defined = [line for line in state.lines if line.defined]
        seen = [line for line in state.lines if not line.defined]
        for title, lines in ((tr("Defined"), defined), (tr("Seen on calls"), seen)):
            if lines:
                shown.append(Line(f"# {title}", title, figure=number(len(lines)), heading=True))
                shown += [_line(line, unsaved=state.is_unsaved(line.key)) for line in lines]
        self.lines.show_lines(shown, state.key if state.key != self.lines.key else None)

    def take_focus(self) -> None:
        """The list."""
        self.lines.setFocus(Qt.FocusReason.OtherFocusReason)

    def has_focus(self) -> bool:
        """Whether the keyboard is here."""
        return self.lines.hasFocus()

    def step(self, direction: Literal[1, -1]) -> None:
        """The next operation that way."""
        self.lines.step(direction)


def _line(line: "OperationLine", *, unsaved: bool) -> Line:
    calls = trn("{count:,} call", "{count:,} calls", line.calls)
    name = line.name if line.name != line.key else ""
    waits = tr("not saved") if unsaved else ""
    detail = "  ·  ".join(filter(None, (name, line_words(line), waits)))
    said = ", ".join((line.key, detail, calls))
    return Line(line.key, line.key, detail, number(line.calls), strong=line.defined, spoken=said)
