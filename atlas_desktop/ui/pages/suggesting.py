"""What could stand at the caret of the correction editor: found at once, in a thread where the JSON is long."""

from typing import TYPE_CHECKING

from atlas_desktop.app.errand import Errand
from atlas_desktop.app.problems import problem_from
from atlas_desktop.app.text_in_hand import LARGEST_COMPLETED
from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.correction.completing import Completing
from atlas_desktop.ui.widgets.correction.exact_edit import ExactEdit
from atlas_desktop.wording import tr

if TYPE_CHECKING:
    from atlas_desktop.app.commands import Context
    from atlas_desktop.app.correction import CorrectionEditor
    from atlas_desktop.app.session import Workspace
    from atlas_desktop.domain.json_text import Completion


class Suggesting:
    """Asks the editor of the workspace for what ``completing`` offers."""

    def __init__(self, theme: Theme, context: "Context", edit: ExactEdit) -> None:
        self._context = context
        self._edit = edit
        self._editor: CorrectionEditor | None = None
        self._errand: Errand | None = None
        self._by_key = False
        self.completing = Completing(theme, edit, self._find, self._find_later)

    def set_workspace(self, workspace: "Workspace | None") -> None:
        """Ask in this workspace from now on."""
        self._editor = self._errand = None
        if workspace is not None:
            failed = workspace.review.failed
            self._editor = workspace.correction
            self._errand = Errand(
                workspace.tasks,
                "suggestions",
                self._look,
                lambda error: failed.emit(problem_from(error, "call")),
            )

    def show(self) -> None:
        """By a key: offer what can stand at the caret, or say that there is nothing."""
        self._by_key = True
        if not self.completing.show():
            self._say_nothing()

    def _find(self, caret: int) -> "Completion | None":
        self._by_key = False
        return self._editor.complete(caret) if self._editor is not None else None

    def _find_later(self, _caret: int) -> bool:
        if self._editor is None or self._errand is None or not self._editor.completed_later:
            return False
        self._errand.ask()
        return True

    async def _look(self) -> None:
        editor, caret = self._editor, self._edit.caret
        if editor is None or not editor.completed_later:
            return
        found = await editor.complete_later(caret)
        here = editor is self._editor and caret == self._edit.caret and self._edit.hasFocus()
        if found is None:
            return  # what was typed meanwhile has asked anew
        if not here:
            self.completing.hide()
            return
        asked, self._by_key = self._by_key, False
        if not self.completing.offer(found) and asked:
            self._say_nothing()

    def _say_nothing(self) -> None:
        state = self._editor.state if self._editor is not None else None
        if state is not None and state.kind == "json" and len(state.text) > LARGEST_COMPLETED:
            most = LARGEST_COMPLETED
            self._context.say(tr("No suggestions in more than {most:,} characters of JSON", most=most))
        else:
            self._context.say(tr("Nothing to suggest here"))
