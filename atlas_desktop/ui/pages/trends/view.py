"""The Trends screen as it is laid out."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from atlas_desktop.ui.pages.work_page import WorkPage
from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.layouts import column
from atlas_desktop.wording import tr

if TYPE_CHECKING:
    from atlas_desktop.app.commands import Context
    from atlas_desktop.app.session import Workspace


class TrendsView(WorkPage):
    """A view of the workspace's trends. What keys do is added by the page."""

    def __init__(self, theme: Theme, context: "Context") -> None:
        super().__init__(theme, context)
        self.workspace: Workspace | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("Trends"))
        layout = column(self)
        layout.addWidget(self.notice)
        layout.addStretch(1)
        layout.addWidget(self.question)

    def set_workspace(self, workspace: "Workspace | None") -> None:
        """Show this workspace's calls from now on."""
        self.workspace = workspace
