"""Datasets: the list, and the one at hand in sections."""

from typing import TYPE_CHECKING, Literal

from PySide6.QtWidgets import QStackedWidget

from atlas_desktop.app.commands.dataset_acts import SectionName
from atlas_desktop.ui.pages.datasets.gates import GatesSection
from atlas_desktop.ui.pages.datasets.runs import RunsSection
from atlas_desktop.ui.pages.datasets.section import Section
from atlas_desktop.ui.pages.work_page import WorkPage
from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.layouts import column

if TYPE_CHECKING:
    from atlas_desktop.app.commands import Context
    from atlas_desktop.app.session import Workspace


class DatasetsPage(WorkPage):
    """A view of the workspace's datasets; implements ``DatasetActs``."""

    def __init__(self, theme: Theme, context: "Context") -> None:
        super().__init__(theme, context)
        self.gates = GatesSection(theme, context, self)
        self.runs = RunsSection(theme, context, self)
        self.sections: dict[SectionName, Section] = {"gates": self.gates, "runs": self.runs}
        self.stack = QStackedWidget()
        for section in self.sections.values():
            self.stack.addWidget(section)
        layout = column(self)
        layout.addWidget(self.notice)
        layout.addWidget(self.stack, 1)
        layout.addWidget(self.question)

    def set_workspace(self, workspace: "Workspace | None") -> None:
        """Show this workspace's datasets from now on."""
        for section in self.sections.values():
            section.set_workspace(workspace)

    def show_section(self, name: SectionName) -> None:
        """This part of the dataset at hand."""
        if name in self.sections:
            self.stack.setCurrentWidget(self.sections[name])

    @property
    def section(self) -> Section:
        """The part that is shown."""
        shown = self.stack.currentWidget()
        return shown if isinstance(shown, Section) else self.gates

    def step(self, direction: Literal[1, -1]) -> None:
        """The next row that way, in the part that is shown."""
        self.section.step(direction)

    def go_to_dataset(self, direction: Literal[1, -1]) -> None:
        """The next dataset or draft that way."""

    def open_current(self) -> None:
        """What the row at hand is about."""
        self.section.open_current()

    def edit_current(self) -> None:
        """Change the row at hand."""
        self.section.edit_current()

    def drop_current(self) -> None:
        """Take the row at hand out."""

    def new_dataset(self) -> None:
        """A dataset of the calls that are selected on Review, or in its filter."""

    def branch(self) -> None:
        """A new draft with the items of the dataset at hand."""

    def send(self) -> None:
        """Make the dataset of the draft at hand."""

    def edit_item(self, item_id: str) -> None:
        """Show this item with the cursor in its expected output."""
