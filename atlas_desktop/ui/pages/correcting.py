"""Between the correction editor without a screen and the one on it: what its keys and buttons do."""

from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from atlas_desktop.app.comparing import Comparison, compare, merged
from atlas_desktop.app.daemon_thread import in_daemon_thread
from atlas_desktop.app.review_state import Decided
from atlas_desktop.domain.diff import ON_THE_SPOT
from atlas_desktop.ui.key_router import takes_text
from atlas_desktop.ui.pages.suggesting import Suggesting
from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.completion_popup import Offer
from atlas_desktop.wording import tr

if TYPE_CHECKING:
    from atlas_desktop.app.commands import Context
    from atlas_desktop.app.correction import CorrectionEditor, EditorState, Source
    from atlas_desktop.app.session import Workspace
    from atlas_desktop.store.conflicts import Conflict, Side
    from atlas_desktop.ui.pages.call_panes import CallPanes


class Correcting:
    """Implements ``commands.Editing``."""

    def __init__(self, theme: Theme, context: "Context", panes: "CallPanes") -> None:
        self._context = context
        self._panes = panes
        self._pane = panes.correcting
        self._editor: CorrectionEditor | None = None
        self._workspace: Workspace | None = None
        self._stop: Callable[[], None] = lambda: None
        self._seq: int | None = None
        self._holding = False
        self._suggesting = Suggesting(theme, context, self._pane.editor)
        self._completing = self._suggesting.completing
        self._pane.typed.connect(self._typed)
        self._pane.left.connect(lambda: self._run("draft is kept", lambda editor: editor.flush()))
        panes.banner.key_of = context.session.keyboard.key
        panes.banner.keep_mine.connect(lambda: self._resolve("mine"))
        panes.banner.take_theirs.connect(lambda: self._resolve("theirs"))
        panes.banner.merge.connect(self._merge)

    def set_workspace(self, workspace: "Workspace | None") -> None:
        """Correct the calls of this workspace from now on."""
        self._stop()
        self._workspace, self._editor = None, None  # what is typed is kept by whoever closes the workspace
        self._close()
        self._workspace = workspace
        self._editor = workspace.correction if workspace is not None else None
        self._suggesting.set_workspace(workspace)
        self._panes.banner.show_conflict(None, merging=False)
        if self._editor is not None:
            self._stop = self._editor.changed.connect(self._changed)
            self._changed(self._editor.state)

    @property
    def open_now(self) -> bool:
        """Whether the editor is on the screen."""
        return self._panes.editing

    @property
    def offers(self) -> tuple[Offer, ...]:
        """What could be written at the caret, as far as it is offered now."""
        return self._completing.offers

    # what keys do: see commands.Editing

    def open(self, source: "Source") -> None:
        """Start or go on writing about the call at hand."""
        self._run("correction begins", lambda editor: self._begin(editor, source))

    def open_call(self, seq: int) -> None:
        """Go to this call and write about it; in a conflict, merge."""
        self._run("correction begins", lambda editor: self._visit(editor, seq))

    def toggle_layout(self) -> None:
        """Side by side, or inline; remembered."""
        inline = not self._pane.inline
        self._panes.set_inline(inline)
        veiled = inline and not self.open_now and self._context.session.settings.current.veil
        said = (
            tr("Inline, once the veil is off") if veiled else tr("Inline") if inline else tr("Side by side")
        )
        self._context.say(said)

    def submit(self, *, stay: bool) -> None:
        """Make the text my correction; then the next call, unless ``stay``."""
        self._run("correction is submitted", lambda editor: self._submit(editor, stay))

    def go_to_change(self, direction: Literal[1, -1]) -> None:
        """The caret to the next change that way."""
        if not self._pane.go_to_change(direction):
            self._context.say(tr("No further change") if direction > 0 else tr("No change before this one"))

    def restore(self) -> None:
        """The change at the caret back as it was; in a conflict, mine."""
        if self._conflict is not None:
            self._take("mine")
            return
        index = self._pane.hunk()
        if index is None or self._editor is None:
            key = self._context.session.keyboard.key("edit.next_change")
            self._context.say(tr("No change here: {key} goes to the next one", key=key))
        else:
            self._editor.restore_hunk(index)

    def take_other(self) -> None:
        """In a conflict: the change at the caret as the other has it."""
        if self._conflict is not None:
            self._take("theirs")
        else:
            self._context.say(tr("Nothing conflicts here"))

    def go_to_problem(self) -> None:
        """The caret to the next problem."""
        self._context.say(self._pane.go_to_problem() or tr("No problems"))

    def complete(self) -> None:
        """Show what can stand at the caret."""
        self._suggesting.show()

    def format_json(self) -> None:
        """Lay JSON out."""
        self._run("JSON is laid out", lambda editor: editor.format_json())

    def run_evaluators(self) -> None:
        """Ask every evaluator, the server's too."""
        self._run("evaluators run", lambda editor: editor.run_evaluators())

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
        self._run("correction of the next call", lambda editor: self._go_on(editor, direction))

    def leave(self) -> bool:
        """One step down: what is offered, then the editor. False when there was nothing to leave."""
        if self._completing.shown:
            self._completing.hide()
            return True
        focus = QApplication.focusWidget()
        if not self.open_now or (takes_text(focus) and focus is not self._pane.editor):
            return False
        self._leave()
        return True

    # inside

    @property
    def _conflict(self) -> "Conflict | None":
        return self._editor.state.conflict if self._editor is not None else None

    def _run(self, name: str, act: "Callable[[CorrectionEditor], Coroutine[Any, Any, object]]") -> None:
        if self._editor is not None:
            self._context.spawn(name, act(self._editor))

    async def _begin(self, editor: "CorrectionEditor", source: "Source") -> None:
        await editor.begin(source)
        seq = editor.state.seq
        if not (self.open_now and self._seq == seq):
            await self._note_look()
        if editor.state.begun and editor is self._editor and editor.state.seq == seq:
            self._seq = seq
            self._panes.edit(on=True)
            with self._held():
                self._changed(editor.state)
            self._pane.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    async def _note_look(self) -> None:
        """What is corrected is shown exactly, without its veil: no look without a note."""
        call = self._workspace.review.current.call if self._workspace is not None else None
        if call is not None:
            await self._context.reading.note_look(call.row.id)

    async def _visit(self, editor: "CorrectionEditor", seq: int) -> None:
        if self._workspace is not None:
            self._context.show("review")
            await self._workspace.review.visit(seq)
            conflict = await self._workspace.store.conflicts.of(seq)
            await (self._begin(editor, "draft") if conflict is None else self._begin_merge(editor))

    async def _submit(self, editor: "CorrectionEditor", stay: bool) -> None:
        if editor.state.conflict is not None:
            await self._end(editor, None)
            return
        with self._held():
            outcome = await editor.submit(stay=stay)
        self._context.decided(outcome)
        if isinstance(outcome, Decided) and stay:
            await self._begin(editor, "draft")
        elif isinstance(outcome, Decided):
            self._leave()

    async def _go_on(self, editor: "CorrectionEditor", direction: Literal[1, -1]) -> None:
        await editor.flush()
        if self._workspace is not None:
            with self._held():
                self._workspace.review.move(direction)
                await self._begin(editor, "draft")

    # conflicts

    def _resolve(self, side: "Side") -> None:
        self._run("conflict ends", lambda editor: self._end(editor, side))

    def _merge(self) -> None:
        if self._panes.editing:
            self._run("conflict ends", lambda editor: self._end(editor, None))
        else:
            self._run("merge begins", self._begin_merge)

    async def _begin_merge(self, editor: "CorrectionEditor") -> None:
        await self._begin(editor, "draft")
        conflict = self._conflict
        if conflict is not None and editor.state.text == conflict.mine:
            text = await in_daemon_thread("merge", lambda: merged(conflict))
            # Meanwhile one may have gone to another call, or written.
            still = editor is self._editor and self.open_now and self._conflict == conflict
            if still and editor.state.text == conflict.mine:
                self._pane.editor.replace_all(text)

    async def _end(self, editor: "CorrectionEditor", side: "Side | None") -> None:
        draft = self._conflict is not None and self._conflict.op_seq is None
        outcome = await editor.resolve(side)
        self._context.decided(outcome)
        if draft and side is None:
            outcome = await editor.submit(stay=True)
            self._context.decided(outcome)
        if isinstance(outcome, Decided):
            self._leave()

    def _take(self, side: "Side") -> None:
        comparison = self._pane.compared
        taken = comparison.taking(side, self._pane.editor.caret) if comparison is not None else None
        if taken is None:
            words = tr("Here the result is as mine") if side == "mine" else tr("Here the result is as theirs")
            self._context.say(words)
        else:
            self._pane.editor.replace_all(*taken)

    def _compare(self, state: "EditorState") -> None:
        conflict, text = state.conflict, state.text
        if conflict is None:
            self._pane.show_comparison(None)
        elif max(len(text), len(conflict.mine), len(conflict.theirs)) <= ON_THE_SPOT:
            self._pane.show_comparison(compare(conflict, text))
        else:
            self._context.spawn("result is compared", self._compare_beside(conflict, text))

    async def _compare_beside(self, conflict: "Conflict", text: str) -> None:
        found: Comparison = await in_daemon_thread("compare", lambda: compare(conflict, text))
        if self._editor is not None and self._editor.state.text == text:
            self._pane.show_comparison(found)

    # what comes and goes

    def _changed(self, state: "EditorState") -> None:
        self._panes.banner.show_conflict(state.conflict, merging=self.open_now)
        if not self.open_now:
            self._show_draft(state)
            return
        if not self._holding and not (state.begun and state.seq == self._seq):
            self._close()
            return
        if not state.begun or state.seq != self._seq:
            return  # another call comes: `_begin` shows it
        self._completing.while_typing = state.kind == "json"
        self._pane.show_state(state)
        if state.conflict is not None or self._pane.compared is not None:
            self._compare(state)

    def _leave(self) -> None:
        self._close()
        self._context.show("review")

    @contextmanager
    def _held(self) -> Iterator[None]:
        """While the call or its text changes under it, the editor stays where it is."""
        before, self._holding = self._holding, True
        try:
            yield
        finally:
            self._holding = before

    def _close(self) -> None:
        self._completing.hide()
        # Before it is hidden: Qt gives the focus of what is hidden to whatever comes next.
        self._pane.editor.clearFocus()
        self._panes.edit(on=False)
        self._pane.close_text()
        self._panes.banner.show_conflict(self._conflict, merging=False)
        self._show_draft(self._editor.state if self._editor is not None else None)

    def _show_draft(self, state: "EditorState | None") -> None:
        self._panes.show_draft(state.text if state is not None and state.begun and state.dirty else None)

    def _typed(self, text: str, caret: int) -> None:
        # While another call comes, the text of the one that goes is still on the screen: it is not about this one.
        if self._editor is not None and self._editor.state.seq == self._seq:
            self._editor.typed(text, caret)
            self._completing.typed()
