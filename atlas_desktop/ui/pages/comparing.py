"""What a correction made of the answer, while one reads: worked out after the call is on the screen."""

from asyncio import sleep
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Final

from atlas_desktop.app.daemon_thread import in_daemon_thread
from atlas_desktop.app.errand import AFTER_THE_FRAME, Errand
from atlas_desktop.app.problems import problem_from
from atlas_desktop.domain.diff import ON_THE_SPOT, diff

if TYPE_CHECKING:
    from atlas_desktop.app.commands import Context
    from atlas_desktop.app.session import Workspace
    from atlas_desktop.domain.diff import Diff
    from atlas_desktop.ui.pages.call_panes import CallPanes


LARGEST: Final = 1024 * 1024
"""Characters of a text that is compared: of more a correction cannot be sent, and comparing takes a second."""
_AT_REST: Final = 0.3
"""Seconds a long text has stood before it is compared: whoever walks past it has the processor for the walk."""


class Comparing:
    """Marks in both texts where they differ. Those of long ones come later, and no more than one pair is compared."""

    def __init__(self, context: "Context", panes: "CallPanes") -> None:
        self._context = context
        self._panes = panes
        self._workspace: Workspace | None = None
        self._errand: Errand | None = None
        self._long: Errand | None = None
        self._found: tuple[tuple[str, str], Diff] | None = None
        self._stop: Callable[[], None] = lambda: None
        panes.text_changed.connect(self._ask)

    def set_workspace(self, workspace: "Workspace | None") -> None:
        """Compare in this workspace from now on."""
        self._stop()
        self._stop = lambda: None
        self._workspace, self._errand, self._long = workspace, None, None
        self._found = None
        if workspace is not None:
            self._errand = self._made(workspace, self._compare)
            # One of its own, or a short text would wait until a long one that is gone has been compared.
            self._long = self._made(workspace, self._compare_long)
            self._stop = workspace.correction.changed.connect(lambda _: self._ask())

    def _made(self, workspace: "Workspace", work: Callable[[], Coroutine[None, None, None]]) -> Errand:
        failed = workspace.review.failed
        return Errand(
            workspace.tasks,
            "answer is compared",
            work,
            lambda error: failed.emit(problem_from(error, "call")),
            wait=AFTER_THE_FRAME,
        )

    def _ask(self) -> None:
        if self._errand is None or self._long is None or (texts := self._texts()) is None:
            return
        if _not_compared(*texts):
            self._panes.show_changes(None)
        elif self._found is not None and self._found[0] == texts:
            self._show_changes(self._found[1])
        elif _is_long(*texts):
            self._long.ask()
        else:
            self._errand.ask()

    async def _compare(self) -> None:
        texts = self._texts()
        if texts is not None and not _is_long(*texts):
            await self._show(texts)

    async def _compare_long(self) -> None:
        before = self._texts()
        await sleep(_AT_REST)
        texts = self._texts()
        if texts is not None and texts == before and _is_long(*texts):
            await self._show(texts)

    async def _show(self, texts: tuple[str, str]) -> None:
        if _not_compared(*texts):
            return  # another call came meanwhile
        found = await in_daemon_thread("answer is compared", lambda: diff(*texts))
        if self._texts() == texts:
            self._found = texts, found
            self._show_changes(found)

    def _show_changes(self, found: "Diff") -> None:
        self._panes.show_changes(found, veiled=self._context.session.settings.current.veil)

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
    return old == new or max(len(old), len(new)) > LARGEST


def _is_long(old: str, new: str) -> bool:
    return max(len(old), len(new)) > ON_THE_SPOT
