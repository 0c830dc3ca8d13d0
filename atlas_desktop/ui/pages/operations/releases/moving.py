"""Between the Releases section and the server: what is begun, advanced, widened, rolled back, and said of it."""

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from atlas_desktop.app.problems import KnownError
from atlas_desktop.ui.pages.operations.releases.words import stage_words
from atlas_desktop.wording import tr

if TYPE_CHECKING:
    from atlas_desktop.app.session import Workspace
    from atlas_desktop.contract.releases import ReleaseCreate
    from atlas_desktop.ui.pages.operations.releases.pane import ReleasesPane
    from atlas_desktop.ui.pages.work_page import WorkPage


class Moving:
    """A problem stands on the page's notice; the forms keep what was typed."""

    def __init__(self, pane: "ReleasesPane", page: "WorkPage") -> None:
        self._pane = pane
        self._page = page

    def begin(self, asked: "ReleaseCreate") -> None:
        """In the shadow."""

        async def do(workspace: "Workspace") -> None:
            await workspace.gateway.releases.start(asked)
            self._pane.form.clear()
            self._pane.leave()
            self._say(tr("{model} is in the shadow: its scores come as calls come", model=asked.model))

        self._do("release is begun", do)

    def advance(self, *, acknowledge: bool) -> None:
        """To the next stage; ``acknowledge``: the person knows that no gate judges it."""

        async def do(workspace: "Workspace") -> None:
            book = workspace.gateway.releases
            if not await book.advance(acknowledge=acknowledge):
                self._say(tr("Not advanced: the gates do not hold yet. Nothing was changed."))
            elif (release := book.state.at_hand) is not None:
                self._say(tr("It is {stage} now", stage=stage_words(release.stage)))

        self._do("release is advanced", do)

    def widen(self, percent: int) -> None:
        """The canary answers more."""

        async def do(workspace: "Workspace") -> None:
            if await workspace.gateway.releases.advance(percent=percent):
                self._pane.take_focus()
                self._say(tr("The canary answers {percent} % of the calls now", percent=percent))
            else:
                self._say(tr("Not widened: the gates do not hold. Nothing was changed."))

        self._do("canary is widened", do)

    def roll_back(self, release_id: str, reason: str) -> None:
        """Out of the traffic."""

        async def do(workspace: "Workspace") -> None:
            await workspace.gateway.releases.roll_back(release_id, reason)
            self._pane.rollback.done(release_id)
            self._pane.leave()
            self._say(tr("Rolled back: calls are answered as before"))

        self._do("release is rolled back", do)

    def _do(self, name: str, work: "Callable[[Workspace], Coroutine[Any, Any, None]]") -> None:
        if (workspace := self._pane.workspace) is not None:
            self._page.context.spawn(name, self._done(work, workspace))

    async def _done(
        self, work: "Callable[[Workspace], Coroutine[Any, Any, None]]", workspace: "Workspace"
    ) -> None:
        try:
            await work(workspace)
        except KnownError as error:
            self._page.notice.tell(error.problem)
        else:
            self._page.notice.hide()

    def _say(self, sentence: str) -> None:
        self._page.context.say(sentence)
