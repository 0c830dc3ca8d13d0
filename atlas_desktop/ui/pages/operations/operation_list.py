"""The operations on the left: defined ones first, then those that were only seen on calls."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, Literal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget

from atlas_desktop.ui.models.line_model import Line
from atlas_desktop.ui.pages.operations.words import line_words
from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.layouts import column
from atlas_desktop.ui.widgets.line_list import LineList
from atlas_desktop.wording import number, tr, trn

if TYPE_CHECKING:
    from atlas_desktop.app.operation_state import BookState, OperationLine

_MANY: Final = 12
"""With more of them than that, the field to find one in is always there."""


class OperationList(QWidget):
    """Choosing one looks at it."""

    def __init__(self, theme: Theme, select: Callable[[str], object]) -> None:
        super().__init__()
        self._select = select
        self._state: BookState | None = None
        self.lines = LineList(theme, tr("Operations"), hairlines=False)
        self.lines.chosen.connect(select)
        self.finder = QLineEdit()
        self.finder.setAccessibleName(tr("Find an operation"))
        self.finder.setPlaceholderText(tr("Find an operation"))
        self.finder.textEdited.connect(lambda _: self._found())
        self.finder.returnPressed.connect(self.take_focus)
        self._field = QWidget()
        column(self._field, margins=(2, 2, 2, 1)).addWidget(self.finder)
        self.setMinimumWidth(180)
        body = column(self)
        body.addWidget(self._field)
        body.addWidget(self.lines)
        self._field.hide()

    def find_one(self) -> None:
        """The cursor into what narrows the list."""
        self._field.show()
        self.finder.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.finder.selectAll()

    def stop_finding(self) -> bool:
        """All of them again. False when nothing narrows the list."""
        if self._field.isHidden() or not (
            self.finder.hasFocus() or (self.has_focus() and self.finder.text())
        ):
            return False
        self.finder.clear()
        self.take_focus()
        if self._state is not None:
            self.show_state(self._state)
        return True

    def show_state(self, state: "BookState") -> None:
        """All of them, or those that are looked for, with the one at hand."""
        self._state = state
        self._field.setVisible(len(state.lines) > _MANY or self.finder.hasFocus() or bool(self.finder.text()))
        shown: list[Line] = []
        found = [line for line in state.lines if self._is_wanted(line)]
        defined = [line for line in found if line.defined]
        seen = [line for line in found if not line.defined]
        for title, lines in ((tr("Defined"), defined), (tr("Seen on calls"), seen)):
            if lines:
                shown.append(Line(f"# {title}", title, figure=number(len(lines)), heading=True))
                shown += [_line(line, unsaved=state.is_unsaved(line.key)) for line in lines]
        self.lines.show_lines(shown, state.key if state.key != self.lines.key else None)

    def _is_wanted(self, line: "OperationLine") -> bool:
        wanted = self.finder.text().casefold().split()
        said = f"{line.key} {line.name}".casefold()
        return all(word in said for word in wanted)

    def _found(self) -> None:
        if self._state is not None:
            self.show_state(self._state)
            self.take_found()

    def take_found(self) -> None:
        """While one is looked for: the first of those that are left, where the one at hand is not among them."""
        if not (self.finder.hasFocus() and self.finder.text()):
            return
        keys = [line.key for line in self.lines.lines if not line.heading]
        if keys and self._state is not None and self._state.key not in keys:
            self._select(keys[0])

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
