"""What is mounted on the Operations screen: an area beside the operations, or a section of one of them."""

from typing import TYPE_CHECKING, Literal

from PySide6.QtWidgets import QWidget

from atlas_desktop.ui.pages.work_page import Place, WorkPage

if TYPE_CHECKING:
    from atlas_desktop.app.commands import Zone
    from atlas_desktop.app.operation_state import BookState
    from atlas_desktop.app.session import Workspace
    from atlas_desktop.ui.theme import Theme


class Area(QWidget):
    """Takes the whole screen under the switch. ``page`` lends its notice, its question and its context."""

    zone: "Zone" = "operations"
    """Whose keys act while it is shown."""

    def __init__(self, theme: "Theme", page: WorkPage) -> None:
        super().__init__()
        self.theme = theme
        self.page = page

    def set_workspace(self, workspace: "Workspace | None") -> None:
        """Show this workspace's from now on."""
        raise NotImplementedError

    def show_area(self) -> None:
        """It comes to the screen: what only the server knows is asked for now."""

    def take_focus(self) -> None:
        """The focus to where one begins."""
        raise NotImplementedError

    def rest(self) -> None:
        """The keyboard to where letters are keys."""
        self.take_focus()

    def step_back(self) -> bool:
        """One step down the ladder of Esc, a text field first: False when there is none. Never discards text."""
        return False

    def cycle_panes(self) -> None:
        """The focus into the next pane."""
        self.focusNextChild()

    def taught(self, place: Place) -> list[tuple[str, str]]:
        """Commands with a word each, the most useful first; told again after ``page.lessons_changed()``."""
        return []


class Section(QWidget):
    """A pane of the operation at hand, beside its gates and its schema."""

    def set_workspace(self, workspace: "Workspace | None") -> None:
        """Show this workspace's from now on."""
        raise NotImplementedError

    def show_state(self, state: "BookState") -> None:
        """The operation at hand is this one."""
        raise NotImplementedError

    def show_section(self) -> None:
        """It comes to the screen: what only the server knows is asked for now."""

    def take_focus(self) -> None:
        """The focus to where one begins."""
        raise NotImplementedError

    def step(self, direction: Literal[1, -1]) -> None:
        """The next row that way."""

    def open_current(self) -> None:
        """Into the row at hand."""

    def step_back(self) -> bool:
        """One step down the ladder of Esc, a text field first: False when there is none."""
        return False

    def save(self) -> None:
        """Keep what is written."""

    def taught(self, place: Place) -> list[tuple[str, str]]:
        """Commands with a word each, the most useful first."""
        return []
