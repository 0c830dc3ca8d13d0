"""What keys do in the expected output of an item: the correction editor's keys, with the dataset's meaning."""

from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import Qt

from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.correction.completing import Completing
from atlas_desktop.wording import tr

if TYPE_CHECKING:
    from atlas_desktop.app.commands import Context
    from atlas_desktop.app.editor_state import Source
    from atlas_desktop.app.item_editor import ItemEditor
    from atlas_desktop.domain.json_text import Completion
    from atlas_desktop.ui.pages.datasets.items import ItemsSection


class ItemEditing:
    """Implements ``commands.Editing`` for the item at hand."""

    def __init__(self, theme: Theme, context: "Context", section: "ItemsSection") -> None:
        self._context = context
        self._section = section
        self._pane = section.pane.expected
        self.completing = Completing(theme, self._pane.editor, self._find, lambda _: False)

    @property
    def editor(self) -> "ItemEditor | None":
        """The text of the item at hand."""
        return self._section.editor

    def open(self, source: "Source") -> None:
        """The cursor into the text."""
        self._section.edit_current()

    def open_call(self, seq: int) -> None:
        """Go to a call: that is on Review."""
        self._context.show("review")
        self._context.editing.open_call(seq)

    def toggle_layout(self) -> None:
        """What was answered beside the text, or inside it."""
        self._pane.set_inline(not self._pane.inline)
        self._context.say(tr("Inline") if self._pane.inline else tr("Side by side"))

    def submit(self, *, stay: bool) -> None:
        """Save; then the next item, unless ``stay``."""
        self._context.spawn("item is saved", self._submit(stay))

    def go_to_change(self, direction: Literal[1, -1]) -> None:
        """The caret to the next change that way."""
        if not self._pane.go_to_change(direction):
            self._context.say(tr("No further change") if direction > 0 else tr("No change before this one"))

    def restore(self) -> None:
        """The change at the caret back as it was answered."""
        index = self._pane.hunk()
        if index is None or self.editor is None or not self.editor.restore_hunk(index):
            key = self._context.session.keyboard.key("edit.next_change")
            self._context.say(tr("No change here: {key} goes to the next one", key=key))

    def take_other(self) -> None:
        """Nothing is merged here: who was overtaken sees the newer text as what it started from."""
        self._context.say(tr("Nothing conflicts here"))

    def go_to_problem(self) -> None:
        """The caret to the next problem."""
        self._context.say(self._pane.go_to_problem() or tr("No problems"))

    def complete(self) -> None:
        """Show what can stand at the caret."""
        if not self.completing.show():
            self._context.say(tr("Nothing to suggest here"))

    def format_json(self) -> None:
        """Lay JSON out."""
        if self.editor is not None:
            self.editor.format_json()

    def run_evaluators(self) -> None:
        """Save, and score the gates anew."""
        self._context.spawn("item is saved", self._save_and_score())

    def undo_text(self) -> None:
        """Take the last change of the text back."""
        if not self._pane.editor.undo_text():
            self._context.say(tr("Nothing to undo in this text"))

    def redo_text(self) -> None:
        """Make it again."""
        if not self._pane.editor.redo_text():
            self._context.say(tr("Nothing to redo in this text"))

    def go_to_call(self, direction: Literal[1, -1]) -> None:
        """The next item that way, with the caret in its text."""
        if self._section.table.step(direction):
            self._section.edit_current()

    def leave(self) -> bool:
        """One step down: what is offered, then the text. False when there was nothing to leave."""
        if self.completing.shown:
            self.completing.hide()
            return True
        if not self._pane.editor.hasFocus():
            return False
        self._section.table.setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    async def _submit(self, stay: bool) -> None:
        if self.editor is None:
            return
        saved = await self.editor.save()
        self._context.say(self._section.said)
        if saved and not stay:
            if not self._section.came_from_gates():
                self.go_to_call(1)
            elif self.editor is not None:
                self._context.datasets.show_section("gates")

    async def _save_and_score(self) -> None:
        if self.editor is not None and (not self.editor.state.dirty or await self.editor.save()):
            self._context.datasets.show_section("gates")
            self._section.score()

    def _find(self, caret: int) -> "Completion | None":
        return self.editor.complete(caret) if self.editor is not None else None
