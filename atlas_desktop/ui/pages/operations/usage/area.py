"""What calls cost, and what of it was refunded."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from atlas_desktop.ui.pages.operations.area import Area
from atlas_desktop.ui.pages.work_page import WorkPage
from atlas_desktop.ui.widgets.empty import Empty
from atlas_desktop.ui.widgets.layouts import column
from atlas_desktop.wording import tr

if TYPE_CHECKING:
    from atlas_desktop.app.session import Workspace
    from atlas_desktop.ui.theme import Theme


class UsageArea(Area):
    """The whole area."""

    zone = "usage"

    def __init__(self, theme: "Theme", page: WorkPage) -> None:
        super().__init__(theme, page)
        self._empty = Empty(theme)
        self._empty.say(tr("Asking the server\u2026"))
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAccessibleName(tr("Usage"))
        column(self).addWidget(self._empty)

    def set_workspace(self, workspace: "Workspace | None") -> None:
        """Show this workspace's from now on."""

    def take_focus(self) -> None:
        """The area."""
        self.setFocus(Qt.FocusReason.OtherFocusReason)
