"""One item: what was asked, what was answered, and the expected output under one's hands."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QStackedWidget, QWidget

from atlas_desktop.app.editor_state import EditorState
from atlas_desktop.contract.chat import Message
from atlas_desktop.ui.parts import Part, turns_of
from atlas_desktop.ui.rendering import Reading
from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.correction.pane import CorrectionPane
from atlas_desktop.ui.widgets.layouts import column
from atlas_desktop.ui.widgets.payload_pane import PayloadPane
from atlas_desktop.wording import tr

if TYPE_CHECKING:
    from atlas_desktop.app.item_editor import ItemEditState
    from atlas_desktop.contract.datasets import DatasetItem


class ExpectedPane(CorrectionPane):
    """The correction editor, over the expected output of an item: what was answered beside it, and what differs."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._words = ""
        self._titles()
        self.lamps.hide()

    def show_item(self, state: "ItemEditState", number: int) -> None:
        """This text; ``number`` is another one for each item."""
        self._words = words_of(state)
        self.editor.setReadOnly(state.locked)
        self.show_state(
            EditorState(
                number, state.answered, state.start, state.text, state.caret, state.kind,
                begun=True, dirty=state.dirty, diff=state.diff, problems=state.problems,
            )
        )  # fmt: skip

    def _open_sides(self, state: EditorState) -> None:
        super()._open_sides(state)
        self._titles()

    def _titles(self) -> None:
        self._other.set_title(tr("Answered"))
        self._result.set_title(tr("Expected output"))

    def _show_words(self) -> None:
        self._result.state.setText(self._words)


class Covered(QWidget):
    """Answer and expected output to be read only, with personal data veiled: until one writes."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.answered = PayloadPane(theme, tr("Answered"))
        self.expected = PayloadPane(theme, tr("Expected output"))
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setHandleWidth(1)
        split.setChildrenCollapsible(False)
        split.addWidget(self.answered)
        split.addWidget(self.expected)
        column(self).addWidget(split)

    def show_texts(self, answered: str, expected: str, reading: Reading) -> None:
        """These two."""
        for pane, text in ((self.answered, answered), (self.expected, expected)):
            pane.view.set_reading(reading)
            pane.show_parts([Part(text)])


class ItemPane(QWidget):
    """``input`` beside ``expected``; with the veil, `uncover` shows the latter as it is."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.input = PayloadPane(theme, tr("Input"))
        self.expected = ExpectedPane(theme)
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.split.setHandleWidth(1)
        self.split.setChildrenCollapsible(False)
        self.split.addWidget(self.input)
        self.covered = Covered(theme)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.expected)
        self._stack.addWidget(self.covered)
        self.split.addWidget(self._stack)
        self.split.setStretchFactor(0, 2)
        self.split.setStretchFactor(1, 5)
        self.split.setSizes([280, 700])
        self._number = 0
        self._shown: str | None = None
        self._uncovered: str | None = None
        self._state: ItemEditState | None = None
        self._reading = Reading()
        column(self).addWidget(self.split)

    def set_reading(self, reading: Reading) -> None:
        """Read otherwise from now on."""
        if reading != self._reading:
            if reading.veil and not self._reading.veil:
                self._uncovered = None
            self._reading = reading
            self.input.view.set_reading(reading)
            if self._state is not None:
                self._cover(self._state)

    def uncover(self) -> None:
        """Show the item at hand as it is: it is going to be written."""
        self._uncovered = self._shown
        if self._state is not None:
            self._cover(self._state)

    def show_state(self, state: "ItemEditState") -> None:
        """This item and its text."""
        self._state = state
        item = state.item
        if item is None:
            self._shown = None
            self.expected.close_text()
            return
        if item.id != self._shown:
            self._shown = item.id
            self._number += 1
            self._uncovered = None
            self.input.show_parts(input_parts(item))
        self.expected.show_item(state, self._number)
        self._cover(state)

    def _cover(self, state: "ItemEditState") -> None:
        covered = self._reading.veil and self._uncovered != self._shown
        if covered:
            self.covered.show_texts(state.answered, state.text, self._reading)
        self._stack.setCurrentIndex(1 if covered else 0)


def words_of(state: "ItemEditState") -> str:
    """Where the text stands."""
    if state.saving:
        return tr("Being saved…")
    if state.said:
        return state.said
    if state.locked:
        return tr("Golden: branch to change it")
    if not state.dirty:
        return tr("As in the dataset")
    return tr("Not saved; kept here") if state.kept else tr("Being kept…")


def input_parts(item: "DatasetItem") -> list[Part]:
    """What was asked, turn by turn."""
    messages = item.input.get("messages")
    if not isinstance(messages, list):
        return [Part(tr("No messages."), "muted")]
    return list(turns_of([Message.model_validate(each) for each in messages]))
