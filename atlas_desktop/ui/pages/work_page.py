"""A screen with keys of its own: what the window asks of it."""

from typing import TYPE_CHECKING, Final, Literal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.strip import Notice, Question

if TYPE_CHECKING:
    from atlas_desktop.app.commands import Context, Screen, Zone
    from atlas_desktop.app.keyboard import Keyboard
    from atlas_desktop.app.session import Workspace
    from atlas_desktop.ui.pages.exporting import Exports


Place = Literal["keys", "editor", "typing"]
"""Where the focus is: where keys are commands, in an editor with keys of its own, in another text field."""
WORK: Final[tuple["Screen", ...]] = ("datasets", "trends", "operations")
ZONES: Final[dict["Screen", "Zone"]] = {
    "review": "calls", "datasets": "datasets", "trends": "chart", "operations": "operations",
}  # fmt: skip
"""The zone of a screen whose keys act while no text field has the focus."""


class WorkPage(QWidget):
    """``notice`` is for problems, ``question`` for what is asked before it is done: whoever lays out puts them in."""

    zone_changed = Signal()
    """Other keys act now, though the focus may be where it was."""

    def __init__(self, theme: Theme, context: "Context") -> None:
        super().__init__()
        self.theme = theme
        self.context = context
        self.notice = Notice(theme)
        self.question = Question(theme)
        self._exports: Exports | None = None

    @property
    def zone(self) -> "Zone | None":
        """Whose keys act here instead of the screen's own."""
        return None

    def set_workspace(self, workspace: "Workspace | None") -> None:
        """Show this workspace from now on."""
        raise NotImplementedError

    @property
    def exports(self) -> "Exports":
        """What takes data out of this screen; its strip stands at the top."""
        if self._exports is None:
            from atlas_desktop.ui.pages.exporting import Exports  # noqa: PLC0415 - 20 ms that a start does not need

            self._exports = Exports(self.theme, self.take_focus)
            layout = self.layout()
            assert isinstance(layout, QVBoxLayout)  # noqa: S101 - every page is a column
            layout.insertWidget(0, self._exports.strip)
        return self._exports

    def close_exports(self) -> bool:
        """Close the strip, or cancel what it does. False when it was not open."""
        return self._exports is not None and self._exports.strip.close_strip()

    def take_focus(self) -> None:
        """The focus to where one begins."""
        self.setFocus()

    def show_keys(self, keyboard: "Keyboard") -> None:
        """Teach the keys as they are now."""

    def lessons_changed(self) -> None:
        """Other keys do something now, where one is."""

    def teach(self, place: Place) -> None:
        """Teach only keys that act there."""

    def step_back(self) -> bool:
        """One step down the ladder of Esc: False when there is none here. Never discards text."""
        return False

    def cycle_panes(self) -> None:
        """The focus into the next pane."""
        self.focusNextChild()


def make_work_page(screen: "Screen", theme: Theme, context: "Context") -> WorkPage:
    """The page of this screen. They are loaded when one first goes there: a start does not wait for them."""
    if screen == "datasets":
        from atlas_desktop.ui.pages.datasets.page import DatasetsPage  # noqa: PLC0415

        return DatasetsPage(theme, context)
    if screen == "trends":
        from atlas_desktop.ui.pages.trends.page import TrendsPage  # noqa: PLC0415

        return TrendsPage(theme, context)
    from atlas_desktop.ui.pages.operations.page import OperationsPage  # noqa: PLC0415

    return OperationsPage(theme, context)
