"""Operations: the list, and the one at hand."""

from typing import TYPE_CHECKING

from atlas_desktop.ui.pages.work_page import WorkPage
from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.layouts import column

if TYPE_CHECKING:
    from atlas_desktop.app.commands import Context
    from atlas_desktop.app.session import Workspace


class OperationsPage(WorkPage):
    """A view of the workspace's operations."""

    def __init__(self, theme: Theme, context: "Context") -> None:
        super().__init__(theme, context)
        layout = column(self)
        layout.addWidget(self.notice)
        layout.addStretch()
        layout.addWidget(self.question)

    def set_workspace(self, workspace: "Workspace | None") -> None:
        """Show this workspace's operations from now on."""
