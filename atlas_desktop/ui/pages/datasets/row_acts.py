"""What keys do with the row at hand on Datasets: of the list, the builder or the section that is shown."""

from typing import TYPE_CHECKING, Literal

from PySide6.QtWidgets import QStackedWidget, QWidget

from atlas_desktop.app.commands.dataset_acts import SectionName
from atlas_desktop.ui.pages.work_page import WorkPage

if TYPE_CHECKING:
    from atlas_desktop.ui.pages.datasets.builder import BuilderPane
    from atlas_desktop.ui.pages.datasets.items import ItemsSection
    from atlas_desktop.ui.pages.datasets.section import Section
    from atlas_desktop.ui.pages.datasets.shelf import Shelf
    from atlas_desktop.ui.widgets.empty import Empty


class RowActs(WorkPage):
    """Part of ``DatasetActs``; the page makes what it acts on."""

    shelf: "Shelf"
    builder: "BuilderPane"
    empty: "Empty"
    _detail: QWidget
    _right: QStackedWidget
    _shown: SectionName

    @property
    def section(self) -> "Section":
        """The part that is shown."""
        raise NotImplementedError

    @property
    def items(self) -> "ItemsSection":
        """The part about items."""
        raise NotImplementedError

    def step(self, direction: Literal[1, -1]) -> None:
        """The next row that way, in the part that is shown."""
        if self.shelf.list.hasFocus() or self._right.currentWidget() is self.empty:
            self.shelf.step(direction)
        elif self._right.currentWidget() is self.builder:
            self.builder.step(direction)
        else:
            self.section.step(direction)

    def go_to_dataset(self, direction: Literal[1, -1]) -> None:
        """The next dataset or draft that way."""
        self.shelf.step(direction)

    def open_current(self) -> None:
        """What the row at hand is about."""
        if self.shelf.list.hasFocus():
            self.take_focus()
        elif self._right.currentWidget() is self.builder:
            self.builder.open_current()
        else:
            self.section.open_current()

    def edit_current(self) -> None:
        """Change the row at hand."""
        if self._right.currentWidget() is self.builder:
            self.builder.edit_current()
        else:
            self.section.edit_current()

    def drop_current(self) -> None:
        """Take the row at hand out."""
        if self._right.currentWidget() is self.builder:
            self.builder.drop_current()
        elif self._shown == "items":
            self.items.drop_current()

    def keep_current(self) -> None:
        """Of a contradiction keep only the row at hand."""
        if self._right.currentWidget() is self.builder:
            self.builder.keep_current()

    def undo(self) -> None:
        """What was left out of the draft, or taken out of the dataset, last is back."""
        if self._right.currentWidget() is self.builder:
            self.builder.undo()
        elif self._right.currentWidget() is self._detail and self._shown == "items":
            self.items.undo()

    def next_split(self) -> None:
        """The item at hand into the other part."""
        if self._right.currentWidget() is self._detail and self._shown == "items":
            self.items.next_split()

    def weigh(self) -> None:
        """The cursor into the weight of the item at hand."""
        if self._right.currentWidget() is self._detail and self._shown == "items":
            self.items.weigh()

    def go_to_call(self) -> None:
        """The call that the row at hand is of."""
        if self._right.currentWidget() is self.builder:
            self.builder.open_current()
        elif self._shown == "items":
            self.items.go_to_call()
