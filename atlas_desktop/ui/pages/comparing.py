"""What a correction made of the answer, while one reads: worked out after the call is on the screen."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from atlas_desktop.app.daemon_thread import in_daemon_thread
from atlas_desktop.app.errand import AFTER_THE_FRAME, Errand
from atlas_desktop.app.problems import problem_from
from atlas_desktop.domain.diff import ON_THE_SPOT, diff

if TYPE_CHECKING:
    from atlas_desktop.app.commands import Context
    from atlas_desktop.app.session import Workspace
    from atlas_desktop.ui.pages.call_panes import CallPanes


class Comparing:
    """Marks in both texts where they differ. Long ones are left as they are: one reads them as they stand."""

    def __init__(self, context: "Context", panes: "CallPanes") -> None:
        self._context = context
        self._panes = panes
        self._workspace: Workspace | None = None
        self._errand: Errand | None = None
        self._stop: Callable[[], None] = lambda: None
        panes.text_changed.connect(self._ask)

    def set_workspace(self, workspace: "Workspace | None") -> None:
        """Compare in this workspace from now on."""
        self._stop()
        self._stop = lambda: None
        self._workspace, self._errand = workspace, None
        if workspace is not None:
            failed = workspace.review.failed
            self._errand = Errand(
                workspace.tasks,
                "answer is compared",
                self._compare,
                lambda error: failed.emit(problem_from(error, "call")),
                wait=AFTER_THE_FRAME,
            )
            self._stop = workspace.correction.changed.connect(lambda _: self._ask())

    def _ask(self) -> None:
        if self._errand is None or (texts := self._texts()) is None:
            return
        if _not_compared(*texts) or self._context.session.settings.current.veil:
            self._panes.show_changes(None)
        else:
            self._errand.ask()

    async def _compare(self) -> None:
        texts = self._texts()
        if texts is None or _not_compared(*texts):
            return  # another call came meanwhile
        found = await in_daemon_thread("answer is compared", lambda: diff(*texts))
        if self._texts() == texts:
            self._panes.show_changes(found)

    def _texts(self) -> tuple[str, str] | None:
        """The answer and what stands beside it: not the text in hand, which may have been taken back."""
        if self._workspace is None or self._panes.editing or (shown := self._panes.corrected) is None:
            return None
        seq, corrected = shown
        state = self._workspace.correction.state
        if state.seq != seq:
            return None  # one of the two is a call behind, and will tell when it is not
        return state.original, state.original if corrected is None else corrected


def _not_compared(old: str, new: str) -> bool:
    return old == new or max(len(old), len(new)) > ON_THE_SPOT
