"""What stands where no operation is: it is read still, or none came yet."""

from typing import TYPE_CHECKING

from atlas_desktop.ui.widgets.empty import Empty
from atlas_desktop.wording import tr

if TYPE_CHECKING:
    from atlas_desktop.app.operation_state import BookState


class NoOperations(Empty):
    """Says why, and teaches the way to where that can be looked into."""

    def show_state(self, state: "BookState", sync_key: str) -> None:
        """``sync_key`` leads to the Sync screen."""
        if not state.loaded:
            self.say(tr("Reading the operations\u2026"))
            return
        self.say(
            tr("No operations yet"),
            tr("An operation comes with the first call that carries its key in metadata.operation_id."),
            [(sync_key, tr("is it syncing?"))],
        )
