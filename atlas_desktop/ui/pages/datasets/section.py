"""One part of what is known about a dataset: items, gates, runs, versions."""

from typing import TYPE_CHECKING, Literal

from PySide6.QtWidgets import QWidget

from atlas_desktop.ui.theme import Theme

if TYPE_CHECKING:
    from atlas_desktop.app.commands import Context
    from atlas_desktop.app.keyboard import Keyboard
    from atlas_desktop.app.problems import Problem
    from atlas_desktop.app.session import Workspace
    from atlas_desktop.contract.datasets import Dataset
    from atlas_desktop.ui.pages.work_page import WorkPage


class Section(QWidget):
    """Made once, shown when its tab is chosen; told of the dataset at hand only while it is shown."""

    def __init__(self, theme: Theme, context: "Context", page: "WorkPage") -> None:
        super().__init__()
        self.theme = theme
        self.context = context
        self.page = page
        """For its ``question`` and ``notice``."""

    def set_workspace(self, workspace: "Workspace | None") -> None:
        """Show this workspace from now on; `show_dataset` follows."""

    def show_dataset(self, dataset: "Dataset") -> None:
        """This dataset; also when something of the one that is shown has changed."""
        raise NotImplementedError

    def clear(self) -> None:
        """There is no dataset to show."""
        raise NotImplementedError

    def take_focus(self) -> None:
        """The focus to where one begins."""
        self.setFocus()

    def step(self, direction: Literal[1, -1]) -> None:
        """The next row that way: ``J`` and ``K``."""

    def open_current(self) -> None:
        """What the row at hand is about: ``Enter``."""

    def edit_current(self) -> None:
        """Change it: ``E``."""

    def show_keys(self, keyboard: "Keyboard") -> None:
        """Teach the keys as they are now."""

    def step_back(self) -> bool:
        """One step down the ladder of Esc: False when there is none here. Never discards text."""
        return False

    def tell(self, problem: "Problem") -> None:
        """A problem, beside the work."""
        self.page.notice.tell(problem)
