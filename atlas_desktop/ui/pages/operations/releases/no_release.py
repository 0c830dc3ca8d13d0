"""What stands where an operation has no release: why, and how one begins."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from atlas_desktop.ui.widgets.empty import Empty
from atlas_desktop.wording import tr

if TYPE_CHECKING:
    from atlas_desktop.app.release_state import ReleasesState


class NoRelease(Empty):
    """Says what a release does, where one can be begun."""

    def show_state(self, state: "ReleasesState", key: str, begin: Callable[[], object]) -> None:
        """``key`` begins a release, as ``begin`` does."""
        if state.phase == "away":
            self.say(tr("Releases are at the server"), tr("They are shown when the server is reached again."))
        elif state.phase == "limited":
            self.say(
                tr("This server makes no releases"), tr("It does not offer them beyond the published API.")
            )
        elif state.phase == "failed" and state.problem is not None:
            self.say(state.problem.title, state.problem.detail)
        elif state.phase == "ready":
            self.say(
                tr("No release yet"),
                tr(
                    "A release brings another model to this operation: scored in the shadow, then a canary for some of "
                    "the calls, then production. Gates on live scores let it on, and take it back."
                ),
                [(key, tr("start a release\u2026"))],
                [(tr("Start a release\u2026"), begin)],
            )
        else:
            self.say(tr("Asking the server\u2026"))
