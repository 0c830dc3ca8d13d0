"""Between the correction editor without a screen and the one on it: what its keys do."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import Qt

from atlas_desktop.app.review_state import Decided
from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.correction.completing import Completing
from atlas_desktop.ui.widgets.correction.pane import CorrectionPane
from atlas_desktop.wording import tr

if TYPE_CHECKING:
    from atlas_desktop.app.commands import Context
    from atlas_desktop.app.correction import CorrectionEditor, EditorState, Source
    from atlas_desktop.app.session import Workspace
    from atlas_desktop.domain.json_text import Completion
    from atlas_desktop.ui.pages.call_panes import CallPanes


class Correcting:
    """Implements ``commands.Editing``."""

    def __init__(self, theme: Theme, context: "Context", panes: "CallPanes") -> None:
        self._context = context
        self._panes = panes
        self._pane: CorrectionPane = panes.correcting
        self._workspace: Workspace | None = None
        self._stops: list[Callable[[], None]] = []
        self._completing = Completing(theme, self._pane.editor, self._options)
        self._pane.typed.connect(self._typed)
        self._pane.left.connect(self._left)

    @property
    def open_now(self) -> bool:
        """Whether the editor is on the screen."""
        return self._panes.editing

    def set_workspace(self, workspace: "Workspace | None") -> None:
        """Correct the calls of this workspace from now on."""
        for stop in self._stops:
            stop()
        self._workspace = workspace
        self._stops = []
        self._close()
        if workspace is not None:
            self._stops = [workspace.correction.changed.connect(self._changed)]

    # what keys do: see commands.Editing

    def open(self, source: "Source") -> None:
        """Start or go on writing about the call at hand."""
        self._with("correction begins", lambda editor: self._begin(editor, source))

    def toggle_layout(self) -> None:
        """Side by side, or inline."""
        self._pane.set_inline(not self._pane.inline)
        self._context.say(tr("Inline") if self._pane.inline else tr("Side by side"))

    def submit(self, *, stay: bool) -> None:
        """Make the text my correction; then the next call, unless ``stay``."""
        self._with("correction is submitted", lambda editor: self._submit(editor, stay))

    def go_to_change(self, direction: Literal[1, -1]) -> None:
        """The caret to the next change that way."""
        if not self._pane.go_to_change(direction):
            self._context.say(tr("No further change") if direction > 0 else tr("No change before this one"))

    def restore(self) -> None:
        """The change at the caret back as it was."""
        index = self._pane.hunk()
        if index is None or self._editor is None:
            self._context.say(tr("No change here: Alt+Down goes to the next one"))
            return
        self._pane.editor.exact.pause()
        self._editor.restore_hunk(index)

    def take_other(self) -> None:
        """In a conflict: the change at the caret as the other has it."""
        self._context.say(tr("Nothing conflicts here"))

    def go_to_problem(self) -> None:
        """The caret to the next problem."""
        if not self._pane.go_to_problem():
            self._context.say(tr("No problems"))

    def complete(self) -> None:
        """Show what can stand at the caret."""
        if not self._completing.show():
            self._context.say(tr("Nothing to suggest here"))

    def format_json(self) -> None:
        """Lay JSON out."""
        if self._editor is not None:
            self._pane.editor.exact.pause()
            self._editor.format_json()

    def run_evaluators(self) -> None:
        """Ask every evaluator, the server's too."""
        self._with("evaluators run", lambda editor: editor.run_evaluators())

    def undo_text(self) -> None:
        """Take the last change of the text back; never a rating."""
        if not self._pane.editor.undo_text():
            self._context.say(tr("Nothing to undo in this text"))

    def redo_text(self) -> None:
        """Make it again."""
        if not self._pane.editor.redo_text():
            self._context.say(tr("Nothing to redo in this text"))

    def go_to_call(self, direction: Literal[1, -1]) -> None:
        """The next call that way, with the caret in its correction."""
        self._with("correction of the next call", lambda editor: self._go_on(editor, direction))

    def leave(self) -> bool:
        """One step down: what is offered, then the editor. False when there was nothing to leave."""
        if self._completing.shown:
            self._completing.hide()
            return True
        if not self.open_now:
            return False
        self._close()
        return True

    # inside

    @property
    def _editor(self) -> "CorrectionEditor | None":
        return self._workspace.correction if self._workspace is not None else None

    def _with(self, name: str, act: "Callable[[CorrectionEditor], object]") -> None:
        if self._editor is not None:
            self._context.spawn(name, act(self._editor))  # type: ignore[arg-type]

    async def _begin(self, editor: "CorrectionEditor", source: "Source") -> None:
        await editor.begin(source)
        if editor.state.begun:
            self._show(editor.state)
            self._pane.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    async def _submit(self, editor: "CorrectionEditor", stay: bool) -> None:
        outcome = await editor.submit(stay=stay)
        self._context.decided(outcome)
        if isinstance(outcome, Decided) and not stay:
            self._close()
            self._context.escape()

    async def _go_on(self, editor: "CorrectionEditor", direction: Literal[1, -1]) -> None:
        await editor.flush()
        if self._workspace is not None:
            self._workspace.review.move(direction)
            await self._begin(editor, "draft")

    def _changed(self, state: "EditorState") -> None:
        if not self.open_now:
            return
        if state.begun:
            self._show(state)
        else:
            self._close()

    def _show(self, state: "EditorState") -> None:
        self._completing.while_typing = state.kind == "json"
        self._pane.show_state(state)
        self._panes.edit(on=True)

    def _close(self) -> None:
        self._completing.hide()
        self._panes.edit(on=False)
        self._pane.close_text()

    def _typed(self, text: str, caret: int) -> None:
        if self._editor is not None:
            self._editor.typed(text, caret)
            self._completing.typed()

    def _left(self) -> None:
        self._with("draft is kept", lambda editor: editor.flush())

    def _options(self, caret: int) -> "Completion | None":
        return self._editor.complete(caret) if self._editor is not None else None  # type: ignore[return-value]
